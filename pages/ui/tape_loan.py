"""The parts of the page of a tape's loan: where it stands, its months, payments and facts."""

from typing import Any

import polars as pl
import streamlit as st

from lending_core.errors import LendingError
from pages.ui import facts, links, panels, session, tables, tape_reads
from pages.ui import format as shown
from pages.ui.charts import book
from pages.ui.panels import KeyFigure
from pages.ui.text import person_name, plain, refusal_text, t

_CONTRACT = (
    "disbursed_on",
    "lent_fen",
    "annual_rate",
    "instalments",
    "product_code",
    "scenario",
    "channel",
    "region_code",
    "band",
    "funder_code",
    "tape_outcome",
    "last_paid_on",
    "paid_fen",
    "recovered_fen",
)
_MONTHS = (
    "month_end_on",
    "months_on_book",
    "tape_standing",
    "bucket",
    "days_past_due",
    "principal_fen",
    "overdue_fen",
    "paid_fen",
    "written_off_fen",
)


def ask() -> None:
    """Asks for the reference that the tape calls a loan by, and opens it."""
    panels.empty(t("tape_loan.empty"))
    with st.form("tape_loan_ask", border=False, width=360):
        reference = st.text_input(t("column.reference"), key="tape_loan_reference")
        asked = st.form_submit_button(t("tape_loan.open"), type="primary")
    if asked and reference.strip():
        try:
            loan_id = tape_reads.loan_called(reference)
        except LendingError as refusal:
            st.error(refusal_text(refusal))
        else:
            st.query_params["loan_id"] = str(loan_id)
            st.rerun()


def ways() -> None:
    """Back to the list with its filters."""
    with st.container(horizontal=True):
        st.page_link(
            links.OVERDUE_PAGE,
            label=t("loan.way_back"),
            icon=":material/arrow_back:",
            query_params=links.filters(),
        )


def standing(loan: dict[str, Any]) -> None:
    """How the loan stood when the tape was drawn, as far as it tells."""
    is_outcome = loan["shape"] == "outcomes"
    stood_on = loan["as_of_on"] if is_outcome else loan["month_end_on"] or loan["as_of_on"]
    panels.key_figures(_figures(loan), note=t("tape_loan.as_of", on=shown.day(stood_on)))


def months(loan: dict[str, Any]) -> None:
    """Month by month: a chart of lateness, and the rows behind it."""
    told = tape_reads.months(loan["loan_id"])
    if loan["shape"] == "outcomes" or told.is_empty():
        with st.container(border=True, key="tape_loan_no_months"):
            panels.heading(t("tape_loan.months_title"))
            st.markdown(_no_months(loan))
        return
    late = told.filter(pl.col("bucket").is_not_null(), pl.col("days_past_due").is_not_null())
    panels.chart(
        book.days_past_due(late, session.language()),
        t("loan.lateness_title"),
        alt=t("loan.lateness_alt", days=late["days_past_due"].max() or 0),
        key="tape_loan_lateness",
        note=t("loan.month_days_past_due_help"),
    )
    with st.container(border=True, key="tape_loan_months_card"):
        panels.heading(t("tape_loan.months_title"))
        rows = told.rename({"standing": "tape_standing"})
        tables.show(
            rows,
            alt=t("tape_loan.months_title"),
            key="tape_loan_months",
            columns=[name for name in _MONTHS if rows[name].null_count() < rows.height],
        )


def payments(loan: dict[str, Any]) -> None:
    """Every payment, where the tape tells them."""
    if loan["shape"] != "payments":
        return
    told = tape_reads.payments(loan["loan_id"])
    with st.container(border=True, key="tape_loan_payments_card"):
        panels.heading(t("tape_loan.payments_title"))
        if told.is_empty():
            st.markdown(t("tape_loan.no_payments"))
        else:
            tables.show(told, alt=t("tape_loan.payments_title"), key="tape_loan_payments")


def contract(loan: dict[str, Any]) -> None:
    """What was agreed, and how it ended, as far as the tape tells; own segments by their names."""
    known = {**loan, "tape_outcome": loan["outcome"]}
    with st.container(border=True, key="tape_loan_contract"):
        panels.heading(t("loan.terms_title"), t("tape_loan.unknown_note"))
        facts.listed(known, _CONTRACT, alt=t("loan.terms_title"))
        if loan["own_segments"]:
            panels.heading(t("tape_loan.segments_title"), t("tape_loan.segments_note"))
            named = {
                plain(name): plain(value or shown.DASH)
                for name, value in loan["own_segments"].items()
            }
            st.table(named, border="horizontal", alt=t("tape_loan.segments_title"))


def origin(loan: dict[str, Any]) -> None:
    """From which file the loan comes, and who brought it in."""
    if loan["import_id"] is None:
        return
    st.caption(
        t(
            "tape_loan.origin",
            file=plain(loan["file_name"]),
            person=person_name(loan["imported_by"]),
            at=shown.instant(loan["recorded_at"]),
        )
    )


def _figures(loan: dict[str, Any]) -> list[KeyFigure]:
    # Of a tape that tells outcomes only, the month of default is no standing of today.
    is_outcome = loan["shape"] == "outcomes"
    state = loan["outcome"] if is_outcome else loan["standing"]
    stage = t(f"tape_standing.{state}") if state else shown.DASH
    if loan["bucket"] and state == "open" and not is_outcome:
        stage = loan["bucket"]
    unknown = t("tape_loan.not_told")
    days = None if is_outcome else loan["days_past_due"]
    owed = None if is_outcome else loan["outstanding_fen"]
    worst = None if is_outcome else loan["worst_days_past_due"]
    return [
        KeyFigure(t("loan.stage"), stage, None if state else unknown),
        KeyFigure(t("column.days_past_due"), shown.count(days), _why(days)),
        KeyFigure(t("column.outstanding_fen"), shown.money(owed), _why(owed)),
        KeyFigure(t("column.lent_fen"), shown.money(loan["lent_fen"]), _why(loan["lent_fen"])),
        KeyFigure(t("column.paid_fen"), shown.money(loan["paid_fen"]), _why(loan["paid_fen"])),
        KeyFigure(t("tape_loan.worst"), shown.count(worst), _why(worst)),
    ]


def _why(value: Any) -> str | None:
    return None if value is not None else t("tape_loan.not_told")


def _no_months(loan: dict[str, Any]) -> str:
    if loan["shape"] == "outcomes" and loan["month_end_on"]:
        return t("tape_loan.default_month", on=shown.month(loan["month_end_on"]))
    return t(f"tape_loan.no_months_{'outcomes' if loan['shape'] == 'outcomes' else 'told'}")
