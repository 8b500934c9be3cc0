"""What is on record of a loan: bookings in double entry, month ends, ledger events."""

import polars as pl
import streamlit as st

from pages.ui import book_reads, ledger_panels, reads, tables
from pages.ui.text import t

_MONTHS = (
    "month_end_on",
    "months_on_book",
    "bucket",
    "days_past_due",
    "principal_fen",
    "overdue_fen",
    "paid_fen",
)
_JOURNAL = ("booked_on", "flow", "account", "debit_fen", "credit_fen", "funder_code", "entry_id")
EVENT_COLUMNS = ("event_id", "recorded_at", "business_on", "action", "actor", "hash")
# What a close books every day, whether or not anything happened.
ACCRUALS = ("interest_accrued", "penalty_accrued", "provisioned")


def records(loan_id: int) -> None:
    """Bookings, month ends and ledger events."""
    journal, months, events = st.tabs(
        [t(f"loan.tab_{name}") for name in ("journal", "months", "events")]
    )
    with journal, st.container(key="loan_bookings"):
        _journal(loan_id)
    with months:
        _table(book_reads.months(loan_id), "months", _MONTHS)
    with events:
        st.caption(t("loan.events_note"))
        _events(loan_id)


def folded(lines: pl.DataFrame) -> pl.DataFrame:
    """Journal lines with the daily accruals of each month as one entry, on its newest day."""
    is_daily = pl.col("flow").is_in(ACCRUALS)
    same = ("funder_code", "flow", "account")
    months = (
        lines.filter(is_daily)
        .group_by(*same, month=pl.col("booked_on").dt.truncate("1mo"), maintain_order=True)
        .agg(pl.col("entry_id", "booked_on").max(), pl.col("amount_fen").sum())
        .select(lines.columns)
    )
    return pl.concat([lines.filter(~is_daily), months]).sort(
        "booked_on", "entry_id", "flow", "amount_fen", descending=[False, False, False, True]
    )


def _journal(loan_id: int) -> None:
    lines = book_reads.journal(loan_id)
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.caption(t("loan.journal_note"))
        is_daily = st.toggle(t("loan.journal_daily"), key="loan_journal_daily")
    amount = pl.col("amount_fen")
    rows = (lines if is_daily else folded(lines)).with_columns(
        debit_fen=pl.when(amount > 0).then(amount), credit_fen=pl.when(amount < 0).then(-amount)
    )
    _table(rows, "journal", _JOURNAL)


def _events(loan_id: int) -> None:
    subject = ("loan", loan_id)
    rows = reads.count_events(subject)
    if rows:
        ledger_panels.listed(subject, rows, key="loan_events", columns=EVENT_COLUMNS)
    else:
        st.markdown(t("loan.nothing_yet"))


def _table(rows: pl.DataFrame, name: str, columns: tuple[str, ...]) -> None:
    if rows.is_empty():
        st.markdown(t("loan.nothing_yet"))
    else:
        tables.show(rows, alt=t(f"loan.tab_{name}"), key=f"loan_{name}", columns=columns)
