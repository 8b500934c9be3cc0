"""Cached reads of settlement, statements and transfers, each a question to `reads.answer`."""

from datetime import date

import polars as pl

from lending_core.funding.settlement import Statement
from lending_core.operations import settlement, statements, transfers
from pages.ui.reads import answer


def days(from_on: date, to_on: date, funder_code: str | None) -> pl.DataFrame:
    """One row per funder and day: see `settlement.settlement`."""
    return answer(settlement.settlement, from_on, to_on, funder_code)


def agreement(from_on: date, to_on: date) -> pl.DataFrame:
    """One row per flow, settled and booked: see `settlement.agreement`."""
    return answer(settlement.agreement, from_on, to_on)


def issued() -> pl.DataFrame:
    """One row per statement, newest first: see `statements.statements`."""
    return answer(statements.statements)


def draft(funder_code: str, to_on: date) -> Statement:
    """What the next statement would say. Raises `InvalidState` for days that it cannot cover."""
    return answer(statements.draft, funder_code, to_on)


def is_as_issued(statement_id: int) -> bool:
    """Whether the journal still says what a statement said."""
    return answer(statements.is_as_issued, statement_id)


def moved() -> pl.DataFrame:
    """One row per proposed change of hands, newest first: see `transfers.transfers`."""
    return answer(transfers.transfers)


def loans_moved(transfer_id: int) -> pl.DataFrame:
    """The loans of a change of hands: see `transfers.loans_of_transfer`."""
    return answer(transfers.loans_of_transfer, transfer_id)
