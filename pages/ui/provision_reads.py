"""Cached reads of provisions, each a question to `reads.answer`."""

from datetime import date

import polars as pl

from lending_core.operations import loan_triggers, provision_figures, provision_runs, provisions
from lending_core.operations.provision_figures import ProvisionFigures
from lending_core.operations.provisions import Selection
from pages.ui.reads import answer


def month_ends() -> list[date]:
    """Month ends at which loans were open, oldest first."""
    return answer(provision_figures.month_ends)


def figures(month_end_on: date) -> ProvisionFigures:
    """Provisions of a month end: see `provision_figures.provision_figures`."""
    return answer(provision_figures.provision_figures, month_end_on)


def loans(month_end_on: date, chosen: Selection) -> pl.DataFrame:
    """Loans of a selection, most expected loss first."""
    return answer(provisions.provision_loans, month_end_on, chosen)


def movement_loans(month_end_on: date, part: str) -> pl.DataFrame:
    """Loans behind a part of the movement, the largest amounts first."""
    return answer(provision_figures.movement_loans, month_end_on, part)


def back_test(month_end_on: date) -> pl.DataFrame:
    """Defaults of the year before a month end, expected and seen."""
    return answer(provisions.default_back_test, month_end_on)


def runs() -> pl.DataFrame:
    """One row per run, newest first."""
    return answer(provision_runs.provision_runs)


def is_as_it_was(run_id: int) -> bool:
    """Whether the lines of a run have the hash that the ledger knows."""
    return answer(provision_runs.run_is_as_it_was, run_id)


def triggers() -> pl.DataFrame:
    """Facts of loans that hold on the open day."""
    return answer(loan_triggers.newest_triggers)
