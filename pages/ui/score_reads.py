"""Cached reads of scorecards and of what became of those they scored, in the pattern of `reads`."""

from datetime import date

import polars as pl

from lending_core.operations import reports
from pages.ui import reads


def versions() -> pl.DataFrame:
    """One row per scorecard version, newest first: see `reports.model_versions`."""
    return reads.answer(reports.model_versions)


def outcomes(model_version: int) -> pl.DataFrame:
    """One row per application that a version scored: see `reports.scored_outcomes`."""
    return reads.answer(reports.scored_outcomes, model_version)


def points(model_version: int) -> pl.DataFrame:
    """One row per application that a version scored: see `reports.scored_points`."""
    return reads.answer(reports.scored_points, model_version)


def matured_until() -> date:
    """Loans paid out up to this day can be judged: see `reports.matured_until`."""
    return reads.answer(reports.matured_until)
