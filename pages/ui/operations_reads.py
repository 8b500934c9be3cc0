"""Cached reads of what the close of a day leaves, each a question to `reads.answer`."""

from datetime import date

import polars as pl

from lending_core.operations import day_exceptions, day_reports
from lending_core.operations.day_exceptions import Found
from lending_core.operations.day_reports import DayStanding, Moves
from pages.ui import session
from pages.ui.reads import answer


def house_date() -> date:
    """The date where the house is, now."""
    return day_reports.house_date(session.now())


def standing() -> DayStanding:
    """Which day is open, and what the newest close left."""
    return answer(day_reports.day_standing, house_date())


def closed_days(from_on: date | None = None) -> pl.DataFrame:
    """One row per closed day, newest first: see `day_reports.closed_days`."""
    return answer(day_reports.closed_days, from_on)


def stage_moves(period: str) -> pl.DataFrame:
    """One row per `day` or `month`, direction and stage: see `day_reports.stage_moves`."""
    return answer(day_reports.stage_moves, period)


def moved_loans(chosen: Moves) -> pl.DataFrame:
    """One row per move, newest first: see `day_reports.moved_loans`."""
    return answer(day_reports.moved_loans, chosen)


def exceptions() -> list[Found]:
    """What needs a person, kind by kind: see `day_exceptions.exceptions`."""
    return answer(day_exceptions.exceptions)
