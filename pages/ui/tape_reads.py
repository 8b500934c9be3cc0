"""Cached reads of imported tapes, each a question to `reads.answer`."""

from typing import Any

import polars as pl

from lending_core.operations import tape_loans
from pages.ui.reads import answer


def loan(loan_id: int) -> dict[str, Any]:
    """One loan of the tape. Raises `NotFound`."""
    return answer(tape_loans.tape_loan, loan_id)


def months(loan_id: int) -> pl.DataFrame:
    """One row per month end that is told of a loan."""
    return answer(tape_loans.tape_months, loan_id)


def payments(loan_id: int) -> pl.DataFrame:
    """One row per payment that is told of a loan."""
    return answer(tape_loans.tape_payments, loan_id)


def loan_called(reference: str) -> int:
    """Number of the loan of this reference. Raises `NotFound`."""
    return answer(tape_loans.loan_called, reference)
