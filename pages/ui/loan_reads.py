"""Cached reads of one loan after its disbursement, each a question to `reads.answer`."""

from datetime import date
from typing import Any

import polars as pl

from lending_core.operations import loan_events, loan_traces, loan_views
from lending_core.servicing.positions import LoanState
from lending_core.servicing.trace_records import Trace
from pages.ui import reads
from pages.ui.reads import answer


def state(loan_id: int, as_of: date, known_on: date) -> LoanState:
    """The loan at the end of a day, by what had been recorded by another. Raises `NotFound`."""
    return answer(loan_views.loan_on, loan_id, as_of, known_on)


def state_now(loan_id: int) -> LoanState:
    """The loan on the open day, by all that is known."""
    today = reads.book().open_on
    return state(loan_id, today, today)


def events(loan_id: int) -> pl.DataFrame:
    """One row per event of the loan: see `loan_events.events_of_loan`."""
    return answer(loan_events.events_of_loan, loan_id)


def contract_plan(loan_id: int) -> pl.DataFrame:
    """One row per instalment of the contract: number, contract_due_on, contract_fen."""
    return answer(loan_views.contract_plan, loan_id)


def line(loan_id: int) -> dict[str, Any]:
    """The line of credit of the loan: limit, use and status."""
    return answer(loan_views.line_of_loan, loan_id)


def trace(loan_id: int, figure: tuple[str, int]) -> Trace:
    """How a figure of the open day came about: see `loan_traces.trace_of_figure`."""
    return answer(loan_traces.trace_of_figure, loan_id, reads.book().open_on, figure)


def payment_trace(loan_id: int, loan_event_id: int) -> Trace | None:
    """In which order a payment settled its parts; None for any other event."""
    today = reads.book().open_on
    return answer(loan_traces.trace_of_payment, loan_id, today, loan_event_id)
