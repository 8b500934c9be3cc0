"""What a model was built on and how well it does, kept beside it; JSON in one form.

A scorecard and a challenger have the same card. Who signed it off is in the registry.
"""

import hashlib
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from lending_core.scoring.document import record_from_json, record_to_json
from lending_core.scoring.performance import Metrics, metrics
from lending_core.scoring.plan import TrainingPlan
from lending_core.scoring.scorecard import Dropped


@dataclass(frozen=True)
class Quality:
    """How a model does on one set of rows. `first_on` and `last_on`: applications, None where a
    file has no dates. `grey` rows are neither good nor bad and count nowhere else. `metrics` is
    None with fewer than two goods or bads; `brier` is the mean squared error of the default
    probability."""

    first_on: date | None
    last_on: date | None
    rows: int
    goods: int
    bads: int
    grey: int
    bad_rate: float
    mean_default_probability: float
    brier: float
    metrics: Metrics | None


@dataclass(frozen=True)
class FeatureUse:
    """A feature of the model: its `information_value` and `bins` in a scorecard (0: not binned),
    and its `weight`, the share of the spread of scores that it makes (all add up to 1)."""

    name: str
    weight: float
    bins: int = 0
    information_value: float | None = None


@dataclass(frozen=True)
class Calibration:
    """Default probabilities on the development rows before and after they were put right."""

    mean_before: float
    mean_after: float
    brier_before: float
    brier_after: float


@dataclass(frozen=True)
class RejectInference:
    """What adding declined applicants changed: both models on the same known outcomes.

    `inferred_bads` is how many of `rejects` were taken to be bad.
    """

    method: str
    rejects: int
    inferred_bads: float
    off_development: Quality
    off_out_of_time: Quality | None


@dataclass(frozen=True)
class ModelCard:
    """`kind` is `scorecard` or `challenger`; `data_sha256` is `data_hash` of the sample
    (`Split.learnt_sha256` with declined applicants), `document_sha256` that of the model's text.
    Intervals are of 95 %."""

    kind: str
    version: int
    plan: TrainingPlan
    development: Quality
    out_of_time: Quality | None
    features: tuple[FeatureUse, ...]
    dropped: tuple[Dropped, ...]
    calibration: Calibration
    reject_inference: RejectInference | None
    data_sha256: str
    document_sha256: str


def to_json(card: ModelCard) -> str:
    """The one text of a model card."""
    return record_to_json(card)


def from_json(text: str) -> ModelCard:
    """The model card of a text; raises `InvalidInput` naming the place that is wrong."""
    return record_from_json(ModelCard, text, "model_card")


def quality(scored: pl.DataFrame, grey: int = 0) -> Quality:
    """`scored`: score, default_probability, is_bad (known), and applied_on where there are dates;
    `grey` rows of the same window were left out."""
    is_bad = scored["is_bad"].to_numpy().astype(bool)
    probability = scored["default_probability"].to_numpy()
    dates = scored["applied_on"].drop_nulls() if "applied_on" in scored.columns else pl.Series()
    return Quality(
        first_on=dates.min() if len(dates) else None,  # type: ignore[arg-type]
        last_on=dates.max() if len(dates) else None,  # type: ignore[arg-type]
        rows=is_bad.size,
        goods=int((~is_bad).sum()),
        bads=int(is_bad.sum()),
        grey=grey,
        bad_rate=float(is_bad.mean()),
        mean_default_probability=float(probability.mean()),
        brier=brier(probability, is_bad),
        metrics=metrics(scored),
    )


def brier(probability: np.ndarray, is_bad: np.ndarray) -> float:
    """Mean squared distance of the default probability from what happened, 0 or 1."""
    return float(np.mean((probability - is_bad) ** 2))


def data_hash(sample: pl.DataFrame) -> str:
    """SHA-256 of the sample written as CSV, columns by name, rows in their order."""
    return text_hash(sample.select(sorted(sample.columns)).write_csv())


def text_hash(text: str) -> str:
    """SHA-256 of a text, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()
