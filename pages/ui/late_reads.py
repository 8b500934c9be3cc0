"""Cached reads of the overdue screen, each a question to `reads.answer`."""

from datetime import date

import polars as pl

from lending_core.operations import overdue
from lending_core.operations.listing import Asked
from lending_core.operations.overdue import LoanGroup
from lending_core.operations.reports import BookFilter
from pages.ui.reads import answer


def stage_flows(chosen: BookFilter) -> pl.DataFrame:
    """One row per month end, stage a month end before and stage now: see `overdue.stage_flows`."""
    return answer(overdue.stage_flows, chosen)


def first_payments(chosen: BookFilter) -> pl.DataFrame:
    """One row per month of disbursement: see `overdue.first_payments`."""
    return answer(overdue.first_payments, chosen)


def late_entries(chosen: BookFilter) -> pl.DataFrame:
    """One row per month of the first day late: see `overdue.late_entries`."""
    return answer(overdue.late_entries, chosen)


def late_parts(chosen: BookFilter, month_end_on: date, dimension: str) -> pl.DataFrame:
    """One row per value of a dimension and stage: see `overdue.late_parts`."""
    return answer(overdue.late_parts, chosen, month_end_on, dimension)


def month_ends() -> list[date]:
    """The month ends of the book, and the newest closed day, oldest first."""
    return answer(overdue.month_ends)


def part_values(month_end_on: date) -> dict[str, list[str]]:
    """What loans of a month end can be told apart by: see `overdue.part_values`."""
    return answer(overdue.part_values, month_end_on)


def knows_money() -> bool:
    """Whether the book tells amounts: see `overdue.knows_money`."""
    return answer(overdue.knows_money)


def count_of(group: LoanGroup) -> int:
    """How many loans a group has."""
    return answer(overdue.count_of, group)


def loans_of(group: LoanGroup, asked: Asked) -> pl.DataFrame:
    """One page of the loans of a group: see `overdue.loans_of`."""
    return answer(overdue.loans_of, group, asked)
