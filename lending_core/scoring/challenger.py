"""A challenger: gradient boosted trees by LightGBM, in its text format, on the cards' scale.

The register's risk binds the trees: where a feature is riskier the higher it is, no tree says
otherwise. Default probabilities are the trees' log odds put right by a line, fitted
on rows that the trees had not seen. A challenger explains itself in points too, by exact
Shapley values of its trees; it owes nobody reasons, for it decides nothing.
"""

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from lending_core.errors import InvalidInput
from lending_core.scoring.binning import floats
from lending_core.scoring.document import record_from_json, record_to_json
from lending_core.scoring.features import may_score
from lending_core.scoring.standards import PROBABILITY_DIGITS, Scale, Target
from lending_core.scoring.trees_text import BrokenTrees, check_trees

# Far beyond any challenger in use: about 5,000 trees.
TEXT_LENGTH_MAX = 50_000_000
# Below so many rows threads wait for each other longer than they work, most of all on busy cores.
ROWS_FOR_THREADS = 200_000


@dataclass(frozen=True)
class Input:
    """A column that the trees read, in their order. `values` are the categories that they know, by
    the number that stands for each (none: a number); any other is missing to them. `codes` of a
    number with a direction are missing to them, too."""

    name: str
    risk: str = "auto"
    values: tuple[str, ...] = ()
    codes: tuple[float, ...] = ()


@dataclass(frozen=True)
class Line:
    """Log odds of bad = intercept + slope * what the trees say."""

    intercept: float
    slope: float


@dataclass(frozen=True)
class Challenger:
    """A version of the challenger; `booster_text` is LightGBM's text of its trees."""

    version: int
    target: Target | None
    scale: Scale
    features: tuple[Input, ...]
    booster_text: str
    calibration: Line

    def __post_init__(self) -> None:
        names = [each.name for each in self.features]
        for name in names:
            if not may_score(name):
                raise InvalidInput("scorecard_feature_not_allowed", feature=name)
        if not names or len(set(names)) < len(names) or self.calibration.slope <= 0:
            raise InvalidInput("scorecard_features_broken")


def to_json(challenger: Challenger) -> str:
    """The one text of a challenger, LightGBM's text inside."""
    return record_to_json(challenger)


def from_json(text: str) -> Challenger:
    """The challenger of a text. Raises `InvalidInput` naming the place that is wrong."""
    if len(text) > TEXT_LENGTH_MAX:
        raise InvalidInput("challenger_too_long", length_max=TEXT_LENGTH_MAX)
    challenger = record_from_json(Challenger, text, "challenger")
    _booster(challenger.booster_text, tuple(each.name for each in challenger.features))
    return challenger


def assess(challenger: Challenger, applicants: pl.DataFrame) -> pl.DataFrame:
    """`applicants` (with a column per feature of the challenger) and: model_version (Int32), score
    (Int32, on the scale of the scorecards), default_probability (Float64)."""
    log_odds = _log_odds(challenger, applicants)
    score = np.rint(_points(challenger.scale, log_odds))
    return applicants.with_columns(
        model_version=pl.lit(challenger.version, pl.Int32),
        score=pl.Series(score, dtype=pl.Int32),
        default_probability=pl.Series(
            np.round(1 / (1 + np.exp(-log_odds)), PROBABILITY_DIGITS), dtype=pl.Float64
        ),
    )


def contributions(challenger: Challenger, applicants: pl.DataFrame) -> pl.DataFrame:
    """One Float64 column per feature, named as the feature: how many points it moves this applicant
    away from the average of the training sample, higher being safer."""
    booster = _booster_of(challenger)
    log_odds = booster.predict(
        matrix(challenger.features, applicants),
        pred_contrib=True,
        num_threads=threads(applicants.height),
    )
    per_point = -challenger.calibration.slope * challenger.scale.points_per_log_odds
    points = np.asarray(log_odds)[:, :-1] * per_point
    return pl.DataFrame(points, schema=[each.name for each in challenger.features])


def threads(rows: int) -> int:
    """How many threads LightGBM takes for so many rows; 0: one per core. They change no result."""
    return 1 if rows < ROWS_FOR_THREADS else 0


def matrix(features: tuple[Input, ...], applicants: pl.DataFrame) -> np.ndarray:
    """What the trees read: a row per applicant, a column per feature, NaN for missing."""
    columns = [_column(each, applicants[each.name]) for each in features]
    return np.column_stack(columns) if columns else np.empty((applicants.height, 0))


def _column(feature: Input, values: pl.Series) -> np.ndarray:
    if feature.values:
        places = {value: float(at) for at, value in enumerate(feature.values)}
        texts = values.cast(pl.String)
        return floats(texts.replace_strict(places, default=None, return_dtype=pl.Float64))
    numbers = floats(values)
    return np.where(np.isin(numbers, feature.codes), np.nan, numbers)


def _log_odds(challenger: Challenger, applicants: pl.DataFrame) -> np.ndarray:
    booster, line = _booster_of(challenger), challenger.calibration
    raw = booster.predict(
        matrix(challenger.features, applicants),
        raw_score=True,
        num_threads=threads(applicants.height),
    )
    return line.intercept + line.slope * np.asarray(raw)


def _points(scale: Scale, log_odds_of_bad: np.ndarray) -> np.ndarray:
    above_anchor = -log_odds_of_bad - np.log(scale.anchor_goods_per_bad)
    return scale.anchor_score + scale.points_per_log_odds * above_anchor


def _booster_of(challenger: Challenger) -> Any:
    return _booster(challenger.booster_text, tuple(each.name for each in challenger.features))


@functools.lru_cache(maxsize=8)
def _booster(text: str, names: tuple[str, ...]) -> Any:
    """LightGBM's trees of a text. Raises `InvalidInput` where they are none, or read others."""
    # Takes a while to import, and most of the console never needs it.
    import lightgbm

    try:
        check_trees(text, names)
        return lightgbm.Booster(model_str=text)
    except (BrokenTrees, lightgbm.basic.LightGBMError):
        raise InvalidInput("challenger_trees_broken") from None
