"""Cached reads of a lender's own people. Whose rows they are comes from who is signed in: no
question names a lender."""

from datetime import date
from typing import Any

import polars as pl

from lending_core.operations import own_funding, own_proofs, statements
from lending_core.operations.listing import Asked
from pages.ui.reads import answer


def terms() -> dict[str, Any]:
    """The lender's terms in force: see `own_funding.own_terms`."""
    return answer(own_funding.own_terms)


def room() -> dict[str, int]:
    """Quota, what is owed and the room left: see `own_funding.own_room`."""
    return answer(own_funding.own_room)


def count_loans() -> int:
    """In how many loans the lender has a share."""
    return answer(own_funding.count_own_loans)


def loans(asked: Asked) -> pl.DataFrame:
    """One page of its loans: see `own_funding.own_loans`."""
    return answer(own_funding.own_loans, asked)


def loan(loan_id: int) -> dict[str, Any]:
    """One of its loans. Raises `NotFound` for another's."""
    return answer(own_funding.own_loan, loan_id)


def months() -> pl.DataFrame:
    """One row per month end: see `own_funding.own_months`."""
    return answer(own_funding.own_months)


def days(from_on: date, to_on: date) -> pl.DataFrame:
    """What was settled by day: see `own_funding.own_days`."""
    return answer(own_funding.own_days, from_on, to_on)


def issued() -> pl.DataFrame:
    """Its statements, the newest first: see `statements.own_statements`."""
    return answer(statements.own_statements)


def given_heads() -> pl.DataFrame:
    """Signed heads that the house gave it: see `own_proofs.own_given_heads`."""
    return answer(own_proofs.own_given_heads)
