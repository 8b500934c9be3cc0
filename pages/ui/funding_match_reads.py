"""Cached reads of waiting and matching, each a question to `reads.answer`."""

from datetime import timedelta

import polars as pl

from lending_core.funding.batch import Batch
from lending_core.operations import matching_replay, matchings, rematching
from lending_core.operations.matching_replay import Lately
from lending_core.operations.matchings import PastMatching
from pages.ui.reads import answer, book

# How far the screens look back at matchings, and ahead at what is to be lent.
DAYS = 30


def waits() -> pl.DataFrame:
    """One row per accepted offer or draw that waits: see `rematching.waits`."""
    return answer(rematching.waits)


def ended_waits() -> pl.DataFrame:
    """One row per wait that ended lately: see `rematching.ended_waits`."""
    return answer(rematching.ended_waits, book().open_on - timedelta(days=DAYS), book().open_on)


def runs() -> pl.DataFrame:
    """One row per matching of late, newest first: see `matchings.matching_runs`."""
    open_on = book().open_on
    return answer(matchings.matching_runs, open_on - timedelta(days=DAYS), open_on)


def run(run_id: int) -> PastMatching:
    """One matching as it was asked and answered. Raises `NotFound`."""
    return answer(matchings.matching_run, run_id)


def run_of_loan(loan_id: int) -> int | None:
    """The matching that placed a loan; None of a loan that is older than matchings."""
    return answer(matchings.run_of_loan, loan_id)


def asked() -> Batch:
    """What waits, beside the funders of today."""
    return answer(matchings.asked_today)


def lately() -> Lately:
    """What was paid out lately, and where funders stood before: see `matching_replay.lately`."""
    return answer(matching_replay.lately, DAYS)


def forecast() -> pl.DataFrame:
    """What is to be lent by segment, and what of it no funder has room for."""
    return answer(matchings.forecast, DAYS)


def lenders(loan_id: int) -> pl.DataFrame:
    """One row per lender of a loan and span of days: see `matchings.lenders_of_loan`."""
    return answer(matchings.lenders_of_loan, loan_id)
