"""The parts of a loan's page: where it stands, who owes it on which terms, and what happened."""

from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.servicing.instalments import with_state
from pages.ui import book_reads, facts, links, panels, reads, session, tables
from pages.ui import format as shown
from pages.ui.charts import book
from pages.ui.panels import KeyFigure
from pages.ui.text import t

_BORROWER = ("name", "id_number", "phone", "kind", "region_code", "customer_id")
_TERMS = (
    "product_code",
    "scenario",
    "channel",
    "funder_code",
    "band",
    "method",
    "instalments",
    "day_count",
    "grace_days",
    "disbursed_on",
    "first_due_on",
)
_SCHEDULE = (
    "number",
    "due_on",
    "total_fen",
    "principal_fen",
    "interest_fen",
    "paid_fen",
    "instalment_state",
)
_MONTHS = (
    "month_end_on",
    "months_on_book",
    "bucket",
    "days_past_due",
    "principal_fen",
    "overdue_fen",
    "paid_fen",
)
EVENT_COLUMNS = ("event_id", "recorded_at", "business_on", "action", "actor", "hash")


def ask() -> None:
    """Asks for a loan's number, and opens it."""
    panels.empty(t("loan.empty"))
    with st.form("loan_ask", border=False, width=360):
        number = st.number_input(t("column.loan_id"), min_value=1, step=1, key="loan_number")
        if st.form_submit_button(t("loan.open"), type="primary"):
            st.query_params["loan_id"] = str(number)
            st.rerun()


def ways(loan: dict[str, Any], actor: Actor) -> None:
    """Back to the list with its filters, and on to the application it came from."""
    with st.container(horizontal=True):
        st.page_link(
            links.OVERDUE_PAGE,
            label=t("loan.way_back"),
            icon=":material/arrow_back:",
            query_params=links.filters(),
        )
        if actor.may(Permission.VIEW_APPLICATIONS):
            links.application(
                loan["application_id"],
                t("loan.way_application", application_id=loan["application_id"]),
            )


def figures(loan: dict[str, Any]) -> None:
    """Where the loan stands on the business date."""
    # A loan that is paid off has no state of the month any more: nothing is owed.
    is_open = loan["bucket"] is not None
    panels.key_figures(
        [
            KeyFigure(
                t("column.bucket"),
                loan["bucket"] if is_open else t("loan.paid_off"),
                help=t("loan.bucket_help"),
            ),
            KeyFigure(
                t("column.days_past_due"),
                shown.count(loan["days_past_due"] if is_open else 0),
                help=t("loan.days_past_due_help"),
            ),
            _money("outstanding_fen", loan["outstanding_fen"] if is_open else 0),
            _money("overdue_fen", loan["overdue_fen"] if is_open else 0),
            _money("lent_fen", loan["principal_fen"]),
            KeyFigure(
                t("column.annual_rate"),
                shown.rate(loan["annual_rate"]),
                help=t("loan.annual_rate_help"),
            ),
        ]
    )


def borrower(loan: dict[str, Any], actor: Actor) -> None:
    """Who owes it, masked by role."""
    with st.container(border=True, key="loan_borrower"):
        panels.heading(t("loan.borrower_title"))
        facts.listed(loan, _BORROWER, alt=t("loan.borrower_title"))
        if not actor.may(Permission.VIEW_PERSONAL_DATA):
            st.caption(t("loan.masked"))


def terms(loan: dict[str, Any]) -> None:
    """What was agreed."""
    with st.container(border=True, key="loan_terms"):
        panels.heading(t("loan.terms_title"))
        facts.listed(loan, _TERMS, alt=t("loan.terms_title"))


def schedule(loan_id: int) -> None:
    """Every instalment with what is paid of it."""
    with st.container(border=True, key="loan_instalments"):
        panels.heading(t("loan.schedule_title"), t("loan.schedule_note"))
        instalments = with_state(book_reads.instalments(loan_id), reads.book().business_on)
        tables.show(
            instalments, alt=t("loan.schedule_title"), key="loan_schedule", columns=_SCHEDULE
        )


def lateness(loan_id: int) -> None:
    """How late the loan was, month by month."""
    months = book_reads.months(loan_id)
    panels.chart(
        book.days_past_due(months, session.language()),
        t("loan.lateness_title"),
        alt=t("loan.lateness_alt", days=months["days_past_due"].max() or 0),
        key="loan_lateness",
        note=t("loan.days_past_due_help"),
    )


def records(loan_id: int) -> None:
    """What is on record: payments, month ends, bookings, ledger events."""
    payments, months, journal, events = st.tabs(
        [t(f"loan.tab_{name}") for name in ("payments", "months", "journal", "events")]
    )
    with payments:
        paid = book_reads.payments(loan_id).rename({"kind": "payment_kind"})
        _table(paid, "payments", ("paid_on", "payment_kind", "amount_fen"))
    with months:
        _table(book_reads.months(loan_id), "months", _MONTHS)
    with journal:
        st.caption(t("loan.journal_note"))
        rows = book_reads.journal(loan_id)
        _table(rows, "journal", ("entry_id", "booked_on", "account", "amount_fen", "funder_code"))
    with events:
        st.caption(t("loan.events_note"))
        _table(reads.events(("loan", loan_id)), "events", EVENT_COLUMNS)


def _table(rows: pl.DataFrame, name: str, columns: tuple[str, ...]) -> None:
    if rows.is_empty():
        st.markdown(t("loan.nothing_yet"))
    else:
        tables.show(rows, alt=t(f"loan.tab_{name}"), key=f"loan_{name}", columns=columns)


def _money(name: str, fen: int) -> KeyFigure:
    return KeyFigure(
        t(f"column.{name}"),
        shown.whole_yuan(fen),
        help=t(f"loan.{name}_help", full=shown.money(fen)),
    )
