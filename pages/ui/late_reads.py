"""Cached reads of the overdue screen; figures are asked once for all people (`answer_for_all`)."""

from datetime import date

import polars as pl

from lending_core.operations import overdue
from lending_core.operations.listing import Asked
from lending_core.operations.overdue import LoanGroup
from lending_core.operations.reports import BookFilter
from pages.ui.reads import answer, answer_for_all


def stage_flows(chosen: BookFilter) -> pl.DataFrame:
    """One row per month end, stage a month end before and stage now: see `overdue.stage_flows`."""
    return answer_for_all(overdue.stage_flows, chosen)


def first_payments(chosen: BookFilter) -> pl.DataFrame:
    """One row per month of disbursement: see `overdue.first_payments`."""
    return answer_for_all(overdue.first_payments, chosen)


def late_entries(chosen: BookFilter) -> pl.DataFrame:
    """One row per month of the first day late: see `overdue.late_entries`."""
    return answer_for_all(overdue.late_entries, chosen)


def late_parts(chosen: BookFilter, month_end_on: date, dimension: str) -> pl.DataFrame:
    """One row per value of a dimension and stage: see `overdue.late_parts`."""
    return answer_for_all(overdue.late_parts, chosen, month_end_on, dimension)


def month_ends() -> list[date]:
    """The month ends of the book, and the newest closed day, oldest first."""
    return answer_for_all(overdue.month_ends)


def part_values(month_end_on: date) -> dict[str, list[str]]:
    """What loans of a month end can be told apart by: see `overdue.part_values`."""
    return answer_for_all(overdue.part_values, month_end_on)


def knows_money() -> bool:
    """Whether the book tells amounts: see `overdue.knows_money`."""
    return answer_for_all(overdue.knows_money)


def count_of(group: LoanGroup) -> int:
    """How many loans a group has."""
    return answer_for_all(overdue.count_of, group)


def told_of(group: LoanGroup, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Which of the columns the loans of a group tell: see `overdue.told_of`."""
    return answer_for_all(overdue.told_of, group, columns)


def loans_of(group: LoanGroup, asked: Asked) -> pl.DataFrame:
    """One page of the loans of a group: see `overdue.loans_of`."""
    return answer(overdue.loans_of, group, asked)
