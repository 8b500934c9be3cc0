"""Cached reads of the register of models, in the pattern of `reads`."""

import polars as pl

from lending_core.operations import (
    model_exchange,
    model_life,
    model_silent,
    model_training,
    models,
)
from lending_core.operations.models import Model, Trace
from lending_core.scoring import model_card
from lending_core.scoring.model_card import ModelCard
from pages.ui import reads


def register() -> pl.DataFrame:
    """One row per version, newest first: see `models.models`."""
    return reads.answer(models.models)


def model(model_version: int) -> Model:
    """The model of one version. Raises `NotFound`."""
    return reads.answer(models.model_of_version, model_version)


def card(text: str | None) -> ModelCard | None:
    """The model card of a row of the register; None where a model has none."""
    return None if text is None else model_card.from_json(text)


def life(model_version: int) -> pl.DataFrame:
    """One row per step of a model, oldest first: see `models.life_of_model`."""
    return reads.answer(models.life_of_model, model_version)


def trace(model_version: int) -> Trace:
    """Whether the model is still what the ledger saw saved: see `models.trace_of_model`."""
    return reads.answer(models.trace_of_model, model_version)


def fallback() -> int | None:
    """Who would decide if the champion were switched off now."""
    return reads.answer(model_life.fallback_version)


def unscored(model_version: int) -> int:
    """How many past applications a model has not scored silently."""
    return reads.answer(model_silent.unscored, model_version)


def data_is_as_it_was(model_version: int) -> bool | None:
    """Whether the book still gives the data that a model was trained on."""
    return reads.answer(model_training.data_is_as_it_was, model_version)


def exported(model_version: int) -> dict[str, str]:
    """Form -> text in which a model leaves the house: see `model_exchange.exported`."""
    return reads.answer(model_exchange.exported, model_version)
