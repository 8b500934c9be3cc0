"""Cached reads of provisions, each a question to `reads.answer`."""

from datetime import date

import polars as pl

from lending_core.operations import (
    loan_triggers,
    provision_figures,
    provision_lists,
    provision_runs,
    provisions,
)
from lending_core.operations.listing import Asked
from lending_core.operations.provision_figures import ProvisionFigures
from lending_core.operations.provision_lists import ProvisionGroup
from pages.ui.reads import answer, answer_for_all


def month_ends() -> list[date]:
    """Month ends at which loans were open, oldest first."""
    return answer(provision_figures.month_ends)


def figures(month_end_on: date) -> ProvisionFigures:
    """Provisions of a month end: see `provision_figures.provision_figures`."""
    return answer(provision_figures.provision_figures, month_end_on)


def count_of(group: ProvisionGroup) -> int:
    """How many loans a group has."""
    return answer_for_all(provision_lists.count_of, group)


def loans_of(group: ProvisionGroup, asked: Asked) -> pl.DataFrame:
    """One page of the loans of a group: see `provision_lists.loans_of`."""
    return answer(provision_lists.loans_of, group, asked)


def back_test(month_end_on: date) -> pl.DataFrame:
    """Defaults of the year before a month end, expected and seen."""
    return answer(provisions.default_back_test, month_end_on)


def runs() -> pl.DataFrame:
    """One row per run, newest first."""
    return answer(provision_runs.provision_runs)


def is_as_it_was(run_id: int) -> bool:
    """Whether the lines of a run have the hash that the ledger knows."""
    return answer(provision_runs.run_is_as_it_was, run_id)


def count_triggers() -> int:
    """How many facts of loans hold on the open day."""
    return answer(loan_triggers.count_triggers)


def triggers(asked: Asked) -> pl.DataFrame:
    """One page of the facts of loans that hold on the open day."""
    return answer(loan_triggers.triggers, asked)
