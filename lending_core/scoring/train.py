"""A scorecard from outcomes: optimal bins, weight of evidence, logistic regression, whole points.

1. `optbinning` cuts each feature into bins whose bad rate moves only as the register says.
2. Features that say too little (information value) are left out.
3. A logistic regression on weight of evidence; a feature whose sign contradicts its own bins is
   left out and the rest fitted again.
4. Points are scaled and rounded; then the whole card is shifted by the whole number of points
   that brings its mean default probability nearest to the sample's bad rate (calibration). That
   leaves at most half a point of error, 0.7 % of the odds.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from lending_core.errors import InvalidInput
from lending_core.scoring import standards
from lending_core.scoring.binning import Cut, cut
from lending_core.scoring.compile import assess
from lending_core.scoring.features import score_features
from lending_core.scoring.performance import metrics
from lending_core.scoring.scorecard import Bin, Development, Dropped, Scorecard, ScoredFeature

# Steps done, steps in all.
Progress = Callable[[int, int], None]

# The gradient at which the regression has converged; points are rounded far above it.
REGRESSION_TOLERANCE = 1e-8
REGRESSION_STEPS_MAX = 1_000


@dataclass(frozen=True)
class _Fit:
    """Log odds of bad = intercept + sum of coefficient * weight of evidence."""

    cuts: list[Cut]
    coefficients: list[float]
    intercept: float


def train(
    sample: pl.DataFrame,
    *,
    version: int,
    trained_from: date,
    trained_to: date,
    progress: Progress | None = None,
) -> Scorecard:
    """The scorecard of a sample: one row per loan, the score features, and `is_bad` (boolean,
    by `standards.target()`), of applications from `trained_from` to `trained_to`.

    Raises `InvalidInput` with too few goods or bads, or where nothing separates them.
    """
    is_bad = _outcomes(sample)
    cuts, dropped = _screened(sample, is_bad, progress)
    fit, wrong = _regressed(cuts, is_bad)
    rough = Scorecard(version, standards.target(), standards.scale(), _scaled(fit, shift=0))
    shift = _calibrating_shift(assess(rough, sample)["score"], is_bad.mean())
    card = replace(rough, features=_scaled(fit, shift))
    scored = assess(card, sample)
    separation = metrics(scored)
    if separation is None:
        raise ValueError("a sample with enough goods and bads has metrics")
    development = Development(
        trained_from=trained_from,
        trained_to=trained_to,
        bad_rate=float(is_bad.mean()),
        mean_default_probability=float(scored["default_probability"].to_numpy().mean()),
        metrics=separation,
        dropped=(*dropped, *wrong),
    )
    return replace(card, development=development)


def _outcomes(sample: pl.DataFrame) -> np.ndarray:
    if sample["is_bad"].null_count():
        raise ValueError("every loan of the sample has a known outcome")
    is_bad = sample["is_bad"].to_numpy().astype(bool)
    rules = standards.training_rules()
    bads = int(is_bad.sum())
    goods = is_bad.size - bads
    if bads < rules.bads_min or goods < rules.goods_min:
        raise InvalidInput(
            "training_outcomes_too_few",
            bads=bads,
            goods=goods,
            bads_min=rules.bads_min,
            goods_min=rules.goods_min,
        )
    return is_bad


def _screened(
    sample: pl.DataFrame, is_bad: np.ndarray, progress: Progress | None
) -> tuple[list[Cut], list[Dropped]]:
    """Features that say enough about the outcome, and those that do not."""
    rules = standards.training_rules()
    features = score_features()
    cuts: list[Cut] = []
    dropped: list[Dropped] = []
    for done, feature in enumerate(features, start=1):
        outcome = cut(feature, _floats(sample[feature.name]), is_bad, rules)
        if isinstance(outcome, Dropped):
            dropped.append(outcome)
        elif outcome.information_value < rules.information_value_min:
            dropped.append(Dropped(feature.name, "low_iv", outcome.information_value))
        else:
            cuts.append(outcome)
        if progress:
            progress(done, len(features))
    return cuts, dropped


def _floats(values: pl.Series) -> np.ndarray:
    """Floats with NaN for missing."""
    return values.cast(pl.Float64).fill_null(math.nan).to_numpy()


def _regressed(cuts: list[Cut], is_bad: np.ndarray) -> tuple[_Fit, list[Dropped]]:
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
        model.fit(np.column_stack([each.woes[each.row_bins] for each in kept]), is_bad)
        coefficients = model.coef_[0].tolist()
        if max(coefficients) < 0:
            return _Fit(kept, coefficients, float(model.intercept_[0])), dropped
        wrong = kept.pop(coefficients.index(max(coefficients)))
        dropped.append(Dropped(wrong.name, "wrong_sign", wrong.information_value))
    raise InvalidInput("training_nothing_separates")


def _scaled(fit: _Fit, shift: int) -> tuple[ScoredFeature, ...]:
    """Whole points per bin; the base points (and `shift`) are spread evenly over the features."""
    scale = standards.scale()
    log_odds_of_good = -fit.intercept - math.log(scale.anchor_goods_per_bad)
    base = scale.anchor_score + round(scale.points_per_log_odds * log_odds_of_good) + shift
    share, rest = divmod(base, len(fit.cuts))
    return tuple(
        _scored_feature(each, coefficient, share + (at < rest))
        for at, (each, coefficient) in enumerate(zip(fit.cuts, fit.coefficients, strict=True))
    )


def _scored_feature(source: Cut, coefficient: float, base: int) -> ScoredFeature:
    slope = -coefficient * standards.scale().points_per_log_odds
    counts = source.goods + source.bads
    splits = source.splits.tolist()
    bins = [
        Bin(
            lower=lower,
            upper=upper,
            points=base + round(slope * woe),
            count_share=float(count / counts.sum()),
            event_rate=float(bads / count) if count else None,
            woe=float(woe),
        )
        for lower, upper, count, bads, woe in zip(
            [None, *splits, None],
            [*splits, None, None],
            counts,
            source.bads,
            source.woes,
            strict=True,
        )
    ]
    return ScoredFeature(
        source.name, tuple(bins[:-1]), bins[-1], source.information_value, coefficient
    )


def _calibrating_shift(scores: pl.Series, bad_rate: float) -> int:
    """Whole points to add to every score, so that the mean default probability comes nearest to
    the bad rate. Rounding moves each feature by half a point at most, so the search is short."""
    scale = standards.scale()
    reach = len(score_features())
    counts = scores.value_counts(name="count").rows()

    def distance(shift: int) -> float:
        bads = math.fsum(
            scale.default_probability(score + shift) * count for score, count in counts
        )
        return abs(bads / len(scores) - bad_rate)

    return min(range(-reach, reach + 1), key=distance)
