"""A funder's terms in words, one per line, and what a new version of them changes."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from lending_core.funding.funders import Funder
from lending_core.operations import funder_register
from lending_core.operations.agreement_register import agreement_of
from pages.ui import format as shown
from pages.ui import funding_reads, links, panels
from pages.ui.text import funder_name, product_name, region_name, t


def terms(funder: Funder) -> None:
    """The funder's terms, one per line, in words."""
    with st.container(border=True, key="funder_terms"):
        panels.heading(t("funder.terms_title"), t("funder.terms_note"))
        rows = {t(f"funder_term.{name}"): value for name, value in in_words(funder).items()}
        st.table(rows, border="horizontal", alt=t("funder.terms_title"))


def joint(funder_code: str, on: date) -> None:
    """With whom the funder lends jointly, and since when."""
    agreed = [agreement_of(row) for row in funding_reads.agreements().rows(named=True)]
    held = [each for each in agreed if funder_code in each.pair]
    with st.container(border=True, key="funder_joint"):
        panels.heading(t("funder.joint_title"), t("funder.joint_note"))
        for agreement in held:
            key = "funder.joint_holds" if agreement.holds_on(on) else "funder.joint_ended"
            facts = {
                "lead": funder_name(agreement.lead_code),
                "partner": funder_name(agreement.partner_code),
                "since": shown.day(agreement.listed_on),
                "until": shown.day(agreement.delisted_on),
                "low": shown.percent(agreement.partner_share_min),
                "high": shown.percent(agreement.partner_share_max),
            }
            st.markdown(t(key, **facts))
        if not held:
            st.markdown(t("funder.joint_none"))
        st.page_link(links.AGREEMENTS_PAGE, label=t("menu.agreements"), icon=":material/link:")


def standing(row: Mapping[str, Any], is_in_force: bool, open_on: date) -> str:
    """How a version of terms stands, in words."""
    code = str(row["step"])
    if code == "approved":
        code = "planned" if row["effective_on"] > open_on else "past"
    return t(f"terms_standing.{'in_force' if is_in_force else code}")


def reason(written: str) -> str:
    """Why terms are as they are, in words."""
    return t("funder.opened_with") if written == funder_register.OPENED_WITH else written


def changes(before: Funder | None, after: Funder) -> dict[str, tuple[str, str]]:
    """Term -> what it is and what it would be, in words, of those that change; of a funder that is
    not there yet, all."""
    was = {} if before is None else in_words(before)
    return {
        name: (was.get(name, shown.DASH), value)
        for name, value in in_words(after).items()
        if was.get(name) != value
    }


def change_table(changed: dict[str, tuple[str, str]]) -> None:
    """What changes, a term per line: as it is, and as it would be."""
    columns = (t("funder.now"), t("funder.then"))
    rows = {t(f"funder_term.{name}"): both for name, both in changed.items()}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    st.table(table, border="horizontal", alt=t("funder.changes_alt"))


def change_text(changed: dict[str, tuple[str, str]]) -> str:
    """What changes, in one line."""
    return t("funder.separator").join(
        t("funder.change", term=t(f"funder_term.{name}"), before=before, after=after)
        for name, (before, after) in changed.items()
    )


def in_words(funder: Funder) -> dict[str, str]:
    """Field of a funder -> its value as people read it."""
    low, high = shown.rate(funder.annual_rate_min), shown.rate(funder.annual_rate_max)
    return {
        "names": t("funder.names", zh=funder.name_zh, en=funder.name_en),
        "lender_type": t(f"lender_type.{funder.lender_type}"),
        "licence": _licence(funder),
        "listed": _listed(funder),
        "products": _names([product_name(code) for code in funder.product_codes]),
        "regions": _names([region_name(code) for code in funder.region_codes or ()]),
        "bands": _names(funder.bands or ()),
        "annual_rate": _span(low, high),
        "instalments": _span(str(funder.instalments_min), str(funder.instalments_max)),
        "annual_cost": shown.rate(funder.annual_cost),
        "quota_fen": shown.money(funder.quota_fen),
        "daily_quota_fen": _limit(funder.daily_quota_fen),
        "shares": _span(shown.percent(funder.share_min), shown.percent(funder.share_max)),
        "guarantee": _guarantee(funder),
        "tier1_fen": shown.money(funder.tier1_fen),
        "total_loans_fen": shown.money(funder.total_loans_fen),
        "offer_part_min": shown.percent(funder.offer_part_min),
        "group": _group(funder),
    }


def _group(funder: Funder) -> str:
    is_own = funder.group == funder.funder_code
    return t("funder.no_group") if is_own else funder_name(funder.group_code)


def _licence(funder: Funder) -> str:
    if not funder.licence_number:
        return shown.DASH
    return t("funder.licence", number=funder.licence_number, on=shown.day(funder.licence_on))


def _listed(funder: Funder) -> str:
    if funder.listed_on == date.min:
        return shown.DASH
    since = t("funder.listed_since", on=shown.day(funder.listed_on))
    if funder.delisted_on is None:
        return since
    return t("funder.listed_until", since=since, on=shown.day(funder.delisted_on))


def _guarantee(funder: Funder) -> str:
    if funder.guarantee_budget_fen is None:
        return t("funder.no_guarantee")
    rate, budget = funder.guarantee_rate, funder.guarantee_budget_fen
    return t("funder.guarantee", rate=shown.percent(rate), budget=shown.money(budget))


def _limit(fen: int | None) -> str:
    return t("funder.no_limit") if fen is None else shown.money(fen)


def _names(names: Sequence[str]) -> str:
    """The names side by side; none means all."""
    return t("funder.separator").join(names) or t("input.all")


def _span(low: str, high: str) -> str:
    return t("funder.span", low=low, high=high)
