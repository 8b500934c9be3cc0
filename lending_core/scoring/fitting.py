"""From rows with outcomes to points: bins, regression, scale, calibration."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from lending_core.errors import InvalidInput
from lending_core.scoring.binning import Cut, Outcomes, cut
from lending_core.scoring.compile import assess
from lending_core.scoring.plan import Candidate, TrainingPlan
from lending_core.scoring.scorecard import Bin, Dropped, Scorecard, ScoredFeature
from lending_core.scoring.standards import Scale

# The gradient at which the regression has converged; points are rounded far above it.
REGRESSION_TOLERANCE = 1e-8
REGRESSION_STEPS_MAX = 1_000


@dataclass(frozen=True, eq=False)
class Rows:
    """A column per feature, and per row what it is and how much it counts. `inferred_bads` is the
    weight of those whose outcome nobody saw."""

    inputs: pl.DataFrame
    is_bad: np.ndarray
    weights: np.ndarray
    inferred_bads: float = 0.0

    @staticmethod
    def known(sample: pl.DataFrame) -> "Rows":
        """Rows whose outcome everybody saw: `is_bad`, each counting once."""
        is_bad = sample["is_bad"].to_numpy().astype(bool)
        return Rows(sample, is_bad, np.ones(is_bad.size))


@dataclass(frozen=True)
class Fitted:
    """A card, the same before the calibrating shift, and the features that were left out."""

    card: Scorecard
    uncalibrated: Scorecard
    dropped: tuple[Dropped, ...]


@dataclass(frozen=True)
class _Regression:
    """Log odds of bad = intercept + sum of coefficient * weight of evidence."""

    cuts: list[Cut]
    coefficients: list[float]
    intercept: float


def fit(
    rows: Rows,
    candidates: Sequence[Candidate],
    plan: TrainingPlan,
    version: int,
    tick: Callable[[], None],
) -> Fitted:
    """The calibrated card of the rows; `tick` is called after each feature is cut.

    Raises `InvalidInput` where nothing separates good from bad.
    """
    outcomes = Outcomes(rows.is_bad, rows.weights)
    cuts, dropped = _screened(rows.inputs, outcomes, candidates, plan, tick)
    regression, wrong = _regressed(cuts, outcomes)
    rough = Scorecard(version, plan.target, plan.scale, _scaled(regression, plan.scale, shift=0))
    scores = assess(rough, rows.inputs)["score"].to_numpy()
    reach = len(rough.features)
    shift = _calibrating_shift(plan.scale, scores, outcomes, reach)
    card = replace(rough, features=_scaled(regression, plan.scale, shift))
    return Fitted(card, rough, (*dropped, *wrong))


def _screened(
    inputs: pl.DataFrame,
    outcomes: Outcomes,
    candidates: Sequence[Candidate],
    plan: TrainingPlan,
    tick: Callable[[], None],
) -> tuple[list[Cut], list[Dropped]]:
    """Features that say enough about the outcome, and those that do not."""
    cuts: list[Cut] = []
    dropped: list[Dropped] = []
    for candidate in candidates:
        found = cut(candidate, inputs[candidate.name], outcomes, plan)
        if isinstance(found, Dropped):
            dropped.append(found)
        elif found.information_value < plan.information_value_min:
            dropped.append(Dropped(candidate.name, "low_iv", found.information_value))
        else:
            cuts.append(found)
        tick()
    return cuts, dropped


def _regressed(cuts: list[Cut], outcomes: Outcomes) -> tuple[_Regression, list[Dropped]]:
    """The regression whose every feature has the sign of its bins, and the features with a wrong
    sign, left out one at a time, the most wrong first."""
    # Takes seconds to import, and only training needs it.
    from sklearn.linear_model import LogisticRegression

    kept = list(cuts)
    dropped: list[Dropped] = []
    while kept:
        # An infinite C is no penalty: maximum likelihood keeps the mean of the sample exactly.
        model = LogisticRegression(
            C=math.inf, tol=REGRESSION_TOLERANCE, max_iter=REGRESSION_STEPS_MAX
        )
        evidence = np.column_stack([each.woes[each.row_bins] for each in kept])
        model.fit(evidence, outcomes.is_bad, sample_weight=outcomes.weights)
        coefficients = model.coef_[0].tolist()
        if max(coefficients) < 0:
            return _Regression(kept, coefficients, float(model.intercept_[0])), dropped
        wrong = kept.pop(coefficients.index(max(coefficients)))
        dropped.append(Dropped(wrong.name, "wrong_sign", wrong.information_value))
    raise InvalidInput("training_nothing_separates")


def _scaled(regression: _Regression, scale: Scale, shift: int) -> tuple[ScoredFeature, ...]:
    """Whole points per bin; the base points (and `shift`) are spread evenly over the features."""
    log_odds_of_good = -regression.intercept - math.log(scale.anchor_goods_per_bad)
    base = scale.anchor_score + round(scale.points_per_log_odds * log_odds_of_good) + shift
    share, rest = divmod(base, len(regression.cuts))
    fitted = zip(regression.cuts, regression.coefficients, strict=True)
    return tuple(
        _scored_feature(each, coefficient, scale, share + (at < rest))
        for at, (each, coefficient) in enumerate(fitted)
    )


def _scored_feature(source: Cut, coefficient: float, scale: Scale, base: int) -> ScoredFeature:
    slope = -coefficient * scale.points_per_log_odds
    counts = source.goods + source.bads
    bins = [
        replace(
            empty,
            points=base + round(slope * woe),
            count_share=float(count / counts.sum()),
            event_rate=float(bads / count) if count else None,
            woe=float(woe),
        )
        for empty, count, bads, woe in zip(
            _empty_bins(source), counts, source.bads, source.woes, strict=True
        )
    ]
    groups = len(source.groups)
    return ScoredFeature(
        name=source.name,
        ranges=tuple(bins[groups:-1]),
        missing=bins[-1],
        information_value=source.information_value,
        coefficient=coefficient,
        **({"groups": tuple(bins[:groups])} if groups else {}),
    )


def _empty_bins(source: Cut) -> list[Bin]:
    """The bins of a cut in its order, without points."""
    splits = source.splits.tolist()
    edges = [(None, splits[0]), *zip(splits, [*splits[1:], None], strict=True)] if splits else []
    groups = [
        Bin(None, None, 0, values=group)
        if isinstance(group[0], str)
        else Bin(None, None, 0, codes=group)
        for group in source.groups
    ]
    return [*groups, *(Bin(low, high, 0) for low, high in edges), Bin(None, None, 0)]


def _calibrating_shift(scale: Scale, scores: np.ndarray, outcomes: Outcomes, reach: int) -> int:
    """Whole points to add to every score, so that the mean default probability comes nearest to
    the bad rate. Rounding moves each feature by half a point at most, so the search is short."""
    values, places = np.unique(scores, return_inverse=True)
    counts = np.bincount(places, outcomes.weights).tolist()
    bads = float(outcomes.weights[outcomes.is_bad].sum())

    def distance(shift: int) -> float:
        promised = math.fsum(
            scale.default_probability(score + shift) * count
            for score, count in zip(values.tolist(), counts, strict=True)
        )
        return abs(promised - bads)

    return min(range(-reach, reach + 1), key=distance)
