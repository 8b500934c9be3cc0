"""One funder on screen: what it lends, to whom, and under which licence."""

import polars as pl
import streamlit as st

from lending_core.funding.funders import Funder, funders
from pages.ui import format as shown
from pages.ui import panels
from pages.ui.panels import KeyFigure
from pages.ui.text import headline, product_name, region_name, t


def figures(rooms: pl.DataFrame, funder_code: str) -> None:
    """How much the funder may still lend, has lent, and what its money costs."""
    room = rooms.row(by_predicate=pl.col("funder_code") == funder_code, named=True)
    panels.key_figures(
        [
            _money("room_today", room["room_today_fen"]),
            _money("room", room["room_fen"]),
            _money("lent", room["outstanding_fen"]),
            KeyFigure(t("column.annual_cost_rate"), shown.rate(room["annual_cost"])),
            KeyFigure(
                t("column.used_share"),
                shown.percent(room["used_share"]),
                t("funder.used_help", quota=shown.money(room["quota_fen"])),
            ),
        ]
    )


def terms(funder_code: str) -> None:
    """The funder's terms, one per line, in words."""
    with st.container(border=True, key="funder_terms"):
        panels.heading(t("funder.terms_title"))
        told = in_words(funders()[funder_code])
        rows = {t(f"funder_term.{name}"): value for name, value in told.items()}
        st.table(rows, border="horizontal", alt=t("funder.terms_title"))


def in_words(funder: Funder) -> dict[str, str]:
    """Field of a funder -> its value as people read it."""
    return {
        "lender_type": t(f"lender_type.{funder.lender_type}"),
        "licence": t(
            "funder.licence", number=funder.licence_number, on=shown.day(funder.licence_on)
        ),
        "listed": _listed(funder),
        "products": _names([product_name(code) for code in funder.product_codes]),
        "regions": _names([region_name(code) for code in funder.region_codes or ()]),
        "bands": _names(funder.bands or ()),
        "annual_rate": _span(
            shown.rate(funder.annual_rate_min), shown.rate(funder.annual_rate_max)
        ),
        "instalments": _span(str(funder.instalments_min), str(funder.instalments_max)),
        "annual_cost": shown.rate(funder.annual_cost),
        "quota_fen": shown.money(funder.quota_fen),
        "daily_quota_fen": _limit(funder.daily_quota_fen),
        "shares": _span(shown.percent(funder.share_min), shown.percent(funder.share_max)),
        "guarantee": _guarantee(funder),
        "tier1_fen": shown.money(funder.tier1_fen),
        "total_loans_fen": shown.money(funder.total_loans_fen),
        "offer_part_min": shown.percent(funder.offer_part_min),
    }


def _listed(funder: Funder) -> str:
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


def _names(names: tuple[str, ...] | list[str]) -> str:
    """The names side by side; none means all."""
    return t("funder.separator").join(names) or t("input.all")


def _span(low: str, high: str) -> str:
    return t("funder.span", low=low, high=high)


def _money(name: str, fen: int) -> KeyFigure:
    full = t(f"funders.{name}_help", full=shown.money(fen))
    return KeyFigure(t(f"funders.{name}"), headline(fen), full)
