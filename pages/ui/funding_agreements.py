"""Who lends jointly with whom: in force, proposed to a second person, and as it was."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import InvalidInput, LendingError
from lending_core.funding.funders import Agreement
from lending_core.operations import agreement_register
from lending_core.operations.agreement_register import AgreementOrder, agreement_of
from pages.ui import format as shown
from pages.ui import (
    funding_form,
    funding_reads,
    funding_terms,
    notices,
    panels,
    reads,
    second_person,
    session,
    tables,
)
from pages.ui.funding_form import Sheet
from pages.ui.panels import KeyFigure
from pages.ui.second_person import Proposal
from pages.ui.text import funder_name, headline, person_name, plain, refusal_text, t, unmarked

_COLUMNS = (
    *("lead_code", "partner_code", "agreement_standing", "partner_part", "listed_on"),
    *("delisted_on", "joint_fen"),
)
_VERSIONS = (
    *("version_id", "lead_code", "partner_code", "terms_standing", "effective_on"),
    *("terms_change", "reason", "changed_by", "recorded_at", "stepped_by", "step_reason"),
)
_REASON_MAX = 500
_BLANK = {
    "listed_on": None,
    "delisted_on": None,
    "partner_share_min": Decimal("0.3"),
    "partner_share_max": Decimal("0.7"),
}


def figures(agreed: pl.DataFrame, versions: pl.DataFrame, open_on: date) -> None:
    """How many pairs may lend jointly, how much they have lent, and what waits for an answer."""
    lent, whole = int(agreed["joint_fen"].sum()), funding_reads.lent_fen()
    holds = [agreement_of(row).holds_on(open_on) for row in agreed.rows(named=True)]
    panels.key_figures(
        [
            KeyFigure(t("agreements.hold"), shown.count(sum(holds)), t("agreements.hold_help")),
            KeyFigure(
                t("agreements.lent"),
                headline(lent),
                t("agreements.lent_help", full=shown.money(lent)),
            ),
            KeyFigure(
                t("agreements.part"),
                shown.percent(lent / whole if whole else None),
                t("agreements.part_help"),
            ),
            KeyFigure(
                t("agreements.waiting"),
                shown.count(versions.filter(pl.col("step") == "proposed").height),
                t("agreements.waiting_help"),
            ),
        ]
    )


def waiting(agreed: pl.DataFrame, versions: pl.DataFrame, actor: Actor) -> None:
    """Each version that waits for a second person: what it changes, and the answer."""
    for row in versions.filter(pl.col("step") == "proposed").rows(named=True):
        after = agreement_of(row)
        with st.container(border=True, key=f"agreement_proposal_{row['version_id']}"):
            facts = {
                "version": row["version_id"],
                "who": person_name(row["changed_by"]),
                "on": shown.day(row["effective_on"]),
            }
            panels.heading(t("funder.waiting_title", **facts), t("funder.waiting_note"))
            st.markdown(t("agreements.pair", **_pair(row)))
            st.markdown(t("funder.reason", reason=plain(row["reason"])))
            funding_terms.change_table(_changes(_in_force(agreed, after), after))
            second_person.answers(
                Proposal("agreement", row["version_id"], row["changed_by"]), actor
            )


def listed(agreed: pl.DataFrame, open_on: date) -> int | None:
    """Every agreement, those that hold first; returns the version of the one chosen."""
    with st.container(border=True, key="agreements_list"):
        panels.heading(t("agreements.list_title"), t("agreements.list_note"))
        if agreed.is_empty():
            st.markdown(t("agreements.none"))
            return None
        rows = agreed.rows(named=True)
        holds = [agreement_of(row).holds_on(open_on) for row in rows]
        standing = [t(f"agreements.{'holds' if each else 'over'}") for each in holds]
        told = agreed.with_columns(
            agreement_standing=pl.Series(standing, dtype=pl.String),
            partner_part=pl.Series([_split(agreement_of(row)) for row in rows], dtype=pl.String),
            is_over=pl.Series([not each for each in holds], dtype=pl.Boolean),
        ).sort("is_over", "lead_code", "partner_code")
        clicked = tables.selectable(
            told, "version_id", alt=t("agreements.list_title"), key="agreements", columns=_COLUMNS
        )
    return None if clicked is None else int(clicked)


def steps(agreed: pl.DataFrame, chosen: int | None, newest_id: int, actor: Actor) -> None:
    """The form of the agreement chosen, or of a new one, for whoever may propose it."""
    if not actor.may(Permission.PROPOSE_FUNDER):
        return
    if chosen is not None:
        row = agreed.row(by_predicate=pl.col("version_id") == chosen, named=True)
        sheet = Sheet(f"agreement_{chosen}_{newest_id}", row)
        _form(sheet, t("agreements.change_title", **_pair(row)))
        return
    sheet = Sheet(f"agreement_new_{newest_id}", dict(_BLANK))
    if st.toggle(t("agreements.new"), key=sheet.key("asks")):
        _form(sheet, t("agreements.new_title"))
    elif not agreed.is_empty():
        st.caption(t("agreements.choose"))


def history(agreed: pl.DataFrame, versions: pl.DataFrame, open_on: date) -> None:
    """Every version, the newest first, with what it changed and who stands behind it."""
    if versions.is_empty():
        return
    rows, held = versions.rows(named=True), set(agreed["version_id"])
    standing = [funding_terms.standing(row, row["version_id"] in held, open_on) for row in rows]
    with st.container(border=True, key="agreements_history"):
        panels.heading(t("agreements.history_title"), t("funder.history_note"))
        tables.show(
            versions.with_columns(
                terms_standing=pl.Series(standing, dtype=pl.String),
                terms_change=pl.Series(_told_changes(rows), dtype=pl.String),
                reason=_words([funding_terms.reason(row["reason"]) for row in rows]),
                changed_by=_words([person_name(row["changed_by"]) for row in rows]),
                stepped_by=_words([_person(row["stepped_by"]) for row in rows]),
            ),
            alt=t("agreements.history_title"),
            key="agreement_versions",
            columns=_VERSIONS,
        )


def _form(sheet: Sheet, title: str) -> None:
    open_on = reads.book().open_on
    with st.form(sheet.key("form")):
        panels.heading(title, t("agreements.form_note"))
        with st.grid(3, min_column_width=220, gap="small"):
            asked = _terms(sheet)
            effective_on = st.date_input(
                t("funder_input.effective_on"),
                open_on,
                min_value=open_on,
                key=sheet.key("effective_on"),
                format="YYYY-MM-DD",
            )
        with sheet.place("reason"):
            reason = st.text_area(
                t("funder_input.reason"), key=sheet.key("reason"), max_chars=_REASON_MAX
            )
        if st.form_submit_button(t("funder.propose"), type="primary"):
            _propose(sheet, asked, effective_on, reason)


def _terms(sheet: Sheet) -> dict[str, Any]:
    """Lead and partner, who stay once they have an agreement, their parts and its days."""
    asked: dict[str, Any] = {}
    for name in ("lead_code", "partner_code"):
        held = sheet.start.get(name)
        codes = [held] if held else list(funding_reads.register()["funder_code"])
        with sheet.place(name):
            asked[name] = st.selectbox(
                t(f"column.{name}"), codes, format_func=funder_name, key=sheet.key(name)
            )
    for name, field in _FIELDS.items():
        with sheet.place(name):
            asked[name] = field(sheet, name)
    return asked


def _propose(sheet: Sheet, asked: dict[str, Any], effective_on: date, reason: str) -> None:
    store = session.store()
    try:
        actor = session.require(Permission.PROPOSE_FUNDER)
        draft = agreement_register.draft_agreement(store, actor, asked)
        sheet.say(draft.faults)
        if not reason.strip():
            sheet.slots["reason"].error(
                refusal_text(InvalidInput("reason_missing")), icon=":material/error:"
            )
        if draft.agreement is None or not reason.strip():
            st.error(t("funder.not_proposed"), icon=":material/error:")
            return
        order = AgreementOrder(draft.agreement, effective_on, reason)
        version_id = agreement_register.propose_agreement(store, actor, order, at=session.now())
    except LendingError as refusal:
        notices.refused(refusal)
        notices.show()
        return
    notices.done(t("funder.proposed", version=version_id))
    st.rerun()


def _changes(before: Agreement | None, after: Agreement) -> dict[str, tuple[str, str]]:
    was = {} if before is None else _in_words(before)
    return {
        name: (was.get(name, shown.DASH), value)
        for name, value in _in_words(after).items()
        if was.get(name) != value
    }


def _told_changes(rows: list[dict[str, Any]]) -> list[str]:
    """What each version changes against the approved one of the pair before it, newest first."""
    told: list[str] = []
    before: dict[tuple[str, str], Agreement] = {}
    for row in reversed(rows):
        after = agreement_of(row)
        known = before.get(after.pair)
        text = t("funder.first_version")
        if known is not None:
            text = funding_terms.change_text(_changes(known, after))
        told.append(unmarked(text))
        if row["step"] == "approved":
            before[after.pair] = after
    return told[::-1]


def _in_words(agreement: Agreement) -> dict[str, str]:
    until = agreement.delisted_on
    return {
        "partner_part": _split(agreement),
        "joint_since": shown.day(agreement.listed_on),
        "joint_until": t("agreements.open_end") if until is None else shown.day(until),
    }


def _split(agreement: Agreement) -> str:
    low, high = agreement.partner_share_min, agreement.partner_share_max
    return t("funder.span", low=shown.percent(low), high=shown.percent(high))


def _in_force(agreed: pl.DataFrame, of: Agreement) -> Agreement | None:
    rows = [agreement_of(row) for row in agreed.rows(named=True)]
    return next((each for each in rows if each.pair == of.pair), None)


def _pair(row: Mapping[str, Any]) -> dict[str, str]:
    return {"lead": funder_name(row["lead_code"]), "partner": funder_name(row["partner_code"])}


def _person(name: str | None) -> str | None:
    return None if name is None else person_name(name)


def _words(told: list[Any]) -> pl.Series:
    return pl.Series(told, dtype=pl.String)


_FIELDS = {
    "partner_share_min": funding_form.percent,
    "partner_share_max": funding_form.percent,
    "listed_on": funding_form.day,
    "delisted_on": funding_form.day,
}
