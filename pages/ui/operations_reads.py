"""Cached reads of what the close of a day leaves, each a question to `reads.answer`."""

from datetime import date

import polars as pl

from lending_core.operations import day_exceptions, day_reports
from lending_core.operations.day_exceptions import Found
from lending_core.operations.day_reports import DayStanding, Moves
from lending_core.operations.listing import Asked
from pages.ui import session
from pages.ui.reads import answer, answer_for_all


def house_date() -> date:
    """The date where the house is, now."""
    return day_reports.house_date(session.now())


def standing() -> DayStanding:
    """Which day is open, and what the newest close left."""
    return answer(day_reports.day_standing, house_date())


def count_closed_days() -> int:
    """How many days have been closed."""
    return answer_for_all(day_reports.count_closed_days)


def closed_days(asked: Asked) -> pl.DataFrame:
    """One page of the closed days: see `day_reports.closed_days`."""
    return answer_for_all(day_reports.closed_days, asked)


def days_closed_between(from_on: date, to_on: date) -> pl.DataFrame:
    """The closed days of a period, oldest first: see `day_reports.days_closed_between`."""
    return answer_for_all(day_reports.days_closed_between, from_on, to_on)


def stage_moves(period: str) -> pl.DataFrame:
    """One row per `day` or `month`, direction and stage: see `day_reports.stage_moves`."""
    return answer(day_reports.stage_moves, period)


def count_moves(chosen: Moves) -> int:
    """How many moves there were."""
    return answer_for_all(day_reports.count_moves, chosen)


def moved_loans(chosen: Moves, asked: Asked) -> pl.DataFrame:
    """One page of the moves: see `day_reports.moved_loans`."""
    return answer(day_reports.moved_loans, chosen, asked)


def exceptions() -> list[Found]:
    """What needs a person, kind by kind: see `day_exceptions.exceptions`."""
    return answer(day_exceptions.exceptions)


def exception_rows(name: str, asked: Asked) -> pl.DataFrame:
    """One page of the list of a kind: see `day_exceptions.exception_rows`."""
    return answer(day_exceptions.exception_rows, name, asked)
