"""A loan's instalments as they stand today, beside those of the contract where they differ."""

from datetime import date

import polars as pl
import streamlit as st

from lending_core.servicing.instalments import standing_instalments
from lending_core.servicing.positions import LoanState
from pages.ui import loan_reads, panels, reads, tables
from pages.ui.text import t

_COLUMNS = (
    "number",
    "due_on",
    "instalment_state",
    "principal_fen",
    "interest_fen",
    "penalty_fen",
    "paid_fen",
    "left_fen",
)
_CONTRACT = ("contract_due_on", "contract_fen")


def schedule(loan_id: int, state: LoanState) -> None:
    """Every instalment with what is paid of it and what is left."""
    with st.container(border=True, key="loan_instalments"):
        panels.heading(t("loan.schedule_title"), t("loan.schedule_note"))
        rows = beside_contract(
            standing_instalments(
                state, reads.book().open_on, holiday_from_on=first_holiday_on(loan_id)
            ),
            loan_reads.contract_plan(loan_id),
        )
        columns = [name for name in (*_COLUMNS, *_CONTRACT) if name in rows.columns]
        if columns[-1] in _CONTRACT:
            st.caption(t("loan.schedule_changed"))
        tables.show(rows, alt=t("loan.schedule_title"), key="loan_schedule", columns=columns)


def first_holiday_on(loan_id: int) -> date | None:
    """From which day on an instalment of nothing is a holiday."""
    granted = loan_reads.events(loan_id).filter(
        pl.col("kind") == "holiday", pl.col("reversed_by_event_id").is_null()
    )
    return granted["effective_on"].min()  # type: ignore[return-value]


def beside_contract(rows: pl.DataFrame, contract: pl.DataFrame) -> pl.DataFrame:
    """The instalments in force, with due date and amount of the contract's where one differs."""
    both = rows.join(contract, on="number", how="full", coalesce=True).sort("number")
    due = pl.col("principal_fen") + pl.col("interest_fen")
    differs = due.ne_missing(pl.col("contract_fen")) | pl.col("due_on").ne_missing(
        pl.col("contract_due_on")
    )
    return both if both.select(differs.any()).item() else rows
