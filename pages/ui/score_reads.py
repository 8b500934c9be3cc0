"""Cached reads of models and of what became of those they scored, in the pattern of `reads`."""

from dataclasses import dataclass
from datetime import date

import polars as pl
import streamlit as st

from lending_core.operations import reports, score_reports
from lending_core.operations.score_reports import Bins, Training
from lending_core.scoring import stability
from lending_core.scoring.stability import Reference, Shift
from pages.ui import reads
from pages.ui.text import t


@dataclass(frozen=True, eq=False)
class Watched:
    """A model under watch: every application as it scores it, those that are its own, what it was
    built on, and how far applicants have moved from those it was made for (None: too soon)."""

    version: int
    training: Training
    scored: pl.DataFrame
    own: pl.DataFrame
    reference: Reference | None
    shift: Shift | None


def versions() -> pl.DataFrame:
    """One row per model version, newest first: see `reports.model_versions`."""
    return reads.answer(reports.model_versions)


def watched(model_version: int) -> Watched:
    """The model with all that its screen rests on."""
    training = reads.answer(score_reports.training, model_version)
    every = scored(model_version)
    time = (training.first_on, training.last_on) if training.first_on else None
    reference = stability.reference_of(time, every)
    return Watched(
        model_version,
        training,
        every,
        every.filter("is_own"),
        reference,
        stability.score_shift(every, reference) if reference else None,
    )


def scored(model_version: int) -> pl.DataFrame:
    """One row per application as the model scores it: see `score_reports.scored_applications`."""
    # A challenger takes seconds the first time; what was scored once is kept.
    with st.spinner(t("scores.scoring", version=model_version), show_time=True):
        return reads.answer(score_reports.scored_applications, model_version)


def training(model_version: int) -> Training:
    """What the model was built on: see `score_reports.training`."""
    return reads.answer(score_reports.training, model_version)


def bins(model_version: int) -> Bins:
    """The bins of every application: see `score_reports.feature_bins`."""
    return reads.answer(score_reports.feature_bins, model_version)


def audited(model_version: int) -> pl.DataFrame:
    """The model's own applications with what only an audit may look at."""
    return reads.answer(score_reports.audited_applications, model_version)


def matured_until() -> date:
    """Loans paid out up to this day can be judged: see `score_reports.matured_until`."""
    return reads.answer(score_reports.matured_until)
