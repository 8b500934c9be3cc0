"""Cached reads of one customer, each a question to `reads.answer`."""

from typing import Any

import polars as pl

from lending_core.operations import consents as operations
from lending_core.operations import customers
from pages.ui.reads import answer


def customer(customer_id: int) -> dict[str, Any]:
    """Who it is, and all loans together. Raises `NotFound`."""
    return answer(customers.customer_page, customer_id)


def loans(customer_id: int) -> pl.DataFrame:
    """One row per loan, the worst first: see `customers.loans_of_customer`."""
    return answer(customers.loans_of_customer, customer_id)


def lines(customer_id: int) -> pl.DataFrame:
    """One row per line of credit: see `customers.lines_of_customer`."""
    return answer(customers.lines_of_customer, customer_id)


def line_log(customer_id: int) -> pl.DataFrame:
    """One row per change of a line, newest first."""
    return answer(customers.line_log, customer_id)


def consents(customer_id: int) -> pl.DataFrame:
    """One row per consent such a borrower is asked for, with the newest answer."""
    return answer(operations.consents_of_customer, customer_id)


def consent_log(customer_id: int) -> pl.DataFrame:
    """One row per answer, newest first."""
    return answer(operations.consent_log, customer_id)


def withdrawal(customer_id: int, source: str) -> operations.WithdrawalPreview | None:
    """What a withdrawal would change: see `consents.preview_withdrawal`."""
    return answer(operations.preview_withdrawal, customer_id, source)
