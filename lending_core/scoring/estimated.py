"""How well a score is doing before anybody can know: from what it promises itself.

While the time of a month's loans to go bad is not over, each loan counts as bad to the extent of
its default probability and as good to the rest; separation and bad rate follow as if these were
outcomes. The probabilities are first put right on the loans whose outcome was known by then
(log odds = intercept + slope x the score's log odds). A month whose outcome is known is estimated
in the same way, from what was known when it ended, so the estimates can be held against what came.

The estimate cannot see a change in how risk depends on the features; it sees who applied.
"""

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from lending_core.dates import add_months, month_end
from lending_core.scoring.calibration import Measure
from lending_core.scoring.monitoring import BADS_MIN
from lending_core.scoring.performance import NORMAL_95, metrics

# Fewer known bads cannot correct two numbers; the promise then stands as it is (assumption).
CORRECTION_BADS_MIN = 50
_STEPS_MAX = 50
_TOLERANCE = 1e-10


@dataclass(frozen=True)
class Correction:
    """Log odds of bad = `intercept` + `slope` x the score's own log odds of bad."""

    intercept: float
    slope: float

    def probability(self, promised: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-(self.intercept + self.slope * _log_odds(promised))))


AS_PROMISED = Correction(0.0, 1.0)


@dataclass(frozen=True)
class Estimate:
    """What the loans that cannot be judged yet are expected to show, from the applications of
    `first_on` to `last_on` (months by their first day)."""

    loans: int
    auc: Measure
    bad_rate: Measure
    first_on: date
    last_on: date


@dataclass(frozen=True)
class BackTest:
    """How the estimates of months that are known by now turned out.

    `auc_within` and `rate_within` count the months whose figure lay within the interval estimated
    for it; the errors are mean absolute differences.
    """

    months: int
    auc_within: int
    auc_error: float
    rate_months: int
    rate_within: int
    rate_error: float


def by_month(scored: pl.DataFrame, matured_until: date, window_months: int) -> pl.DataFrame:
    """One row per month of application with at least `BADS_MIN` bads expected, oldest first.

    Needs applied_on, is_funded, is_bad, score, default_probability. Columns: month_on (its first
    day), loans, auc, auc_low, auc_high, bad_rate, bad_rate_low, bad_rate_high (estimates with what
    95 % of such months would show), seen_auc, seen_bad_rate (null while not every loan of the
    month can be judged; `seen_auc` also with fewer than `BADS_MIN` bads), is_ripe.
    """
    loans = scored.filter("is_funded").with_columns(
        month_on=pl.col("applied_on").dt.truncate("1mo")
    )
    rows = [
        _month_row(month_on, rows, _correction_at(loans, month_on, window_months), matured_until)
        for (month_on,), rows in loans.sort("month_on").group_by("month_on", maintain_order=True)
    ]
    return pl.DataFrame([row for row in rows if row], schema=_SCHEMA)


def unripe(scored: pl.DataFrame, matured_until: date) -> Estimate | None:
    """All loans of months that cannot be judged yet, taken together; None with fewer than
    `BADS_MIN` bads expected. Needs what `by_month` needs."""
    loans = scored.filter("is_funded")
    waiting = loans.filter(pl.col("applied_on").dt.month_end() > matured_until)
    correction = corrected(loans.drop_nulls("is_bad"))
    chances = correction.probability(waiting["default_probability"].to_numpy())
    if chances.sum() < BADS_MIN:
        return None
    months = waiting["applied_on"].dt.truncate("1mo")
    return Estimate(
        waiting.height,
        expected_auc(waiting["score"].to_numpy(), chances),
        expected_rate(chances),
        months.min(),  # type: ignore[arg-type]
        months.max(),  # type: ignore[arg-type]
    )


def back_test(months: pl.DataFrame) -> BackTest | None:
    """How the estimates of `by_month` turned out; None while no month is known."""
    told = months.filter(pl.col("seen_auc").is_not_null())
    rated = months.filter(pl.col("seen_bad_rate").is_not_null())
    if told.is_empty():
        return None
    return BackTest(
        months=told.height,
        auc_within=_within(told, "auc"),
        auc_error=_error(told, "auc"),
        rate_months=rated.height,
        rate_within=_within(rated, "bad_rate"),
        rate_error=_error(rated, "bad_rate"),
    )


def corrected(known: pl.DataFrame) -> Correction:
    """The correction that makes known outcomes most likely; `AS_PROMISED` with fewer than
    `CORRECTION_BADS_MIN` bads. Needs default_probability, is_bad."""
    is_bad = known["is_bad"].to_numpy().astype(float)
    if min(is_bad.sum(), (1 - is_bad).sum()) < CORRECTION_BADS_MIN:
        return AS_PROMISED
    design = np.column_stack(
        [np.ones(is_bad.size), _log_odds(known["default_probability"].to_numpy())]
    )
    answer = np.array([AS_PROMISED.intercept, AS_PROMISED.slope])
    for _ in range(_STEPS_MAX):
        chance = 1 / (1 + np.exp(-design @ answer))
        curvature = (design * (chance * (1 - chance))[:, None]).T @ design
        step = np.linalg.lstsq(curvature, design.T @ (is_bad - chance), rcond=None)[0]
        answer = answer + step
        if np.abs(step).max() < _TOLERANCE:
            break
    return Correction(float(answer[0]), float(answer[1]))


def expected_auc(scores: np.ndarray, chances: np.ndarray) -> Measure:
    """AUC where each row is bad with its chance: the value expected, and the interval that 95 % of
    samples of this size would show (DeLong's, with chances for outcomes). No row is compared
    with itself."""
    places = np.unique(scores, return_inverse=True)[1]
    bads = np.bincount(places, chances)
    goods = np.bincount(places, 1 - chances)
    own = np.bincount(places, chances * (1 - chances))
    bad_placement = (goods.sum() - np.cumsum(goods) + goods / 2) / goods.sum()
    good_placement = (np.cumsum(bads) - bads / 2) / bads.sum()
    pairs = bads.sum() * goods.sum() - own.sum()
    auc = float((bads @ bad_placement * goods.sum() - own.sum() / 2) / pairs)
    variance = (bads @ (bad_placement - auc) ** 2) / bads.sum() ** 2
    variance += (goods @ (good_placement - auc) ** 2) / goods.sum() ** 2
    reach = NORMAL_95 * math.sqrt(variance)
    return Measure(auc, max(0.0, auc - reach), min(1.0, auc + reach))


def expected_rate(chances: np.ndarray) -> Measure:
    """The share of bads expected, and the interval that 95 % of such samples would show."""
    rate = float(chances.mean())
    reach = NORMAL_95 * math.sqrt(float((chances * (1 - chances)).sum())) / chances.size
    return Measure(rate, max(0.0, rate - reach), min(1.0, rate + reach))


def _correction_at(loans: pl.DataFrame, month_on: date, window_months: int) -> Correction:
    """From the outcomes known when the month ended."""
    known_until = month_end(add_months(month_on, -window_months))
    return corrected(
        loans.filter((pl.col("applied_on") <= known_until) & pl.col("is_bad").is_not_null())
    )


def _month_row(
    month_on: Any, rows: pl.DataFrame, correction: Correction, matured_until: date
) -> dict[str, Any] | None:
    chances = correction.probability(rows["default_probability"].to_numpy())
    if chances.sum() < BADS_MIN:
        return None
    auc = expected_auc(rows["score"].to_numpy(), chances)
    rate = expected_rate(chances)
    is_ripe = month_end(month_on) <= matured_until
    known = rows["is_bad"].drop_nulls()
    measured = metrics(rows) if is_ripe and known.sum() >= BADS_MIN else None
    return {
        "month_on": month_on,
        "loans": rows.height,
        "auc": auc.value,
        "auc_low": auc.low,
        "auc_high": auc.high,
        "bad_rate": rate.value,
        "bad_rate_low": rate.low,
        "bad_rate_high": rate.high,
        "seen_auc": measured.auc if measured else None,
        "seen_bad_rate": known.mean() if is_ripe and len(known) else None,
        "is_ripe": is_ripe,
    }


def _within(months: pl.DataFrame, measure: str) -> int:
    seen = pl.col(f"seen_{measure}")
    low, high = pl.col(f"{measure}_low"), pl.col(f"{measure}_high")
    return months.filter(seen.is_between(low, high)).height


def _error(months: pl.DataFrame, measure: str) -> float:
    difference = months[f"seen_{measure}"] - months[measure]
    return float(difference.abs().to_numpy().mean())


def _log_odds(probability: np.ndarray) -> np.ndarray:
    return np.log(probability / (1 - probability))


_SCHEMA = {
    "month_on": pl.Date,
    "loans": pl.Int64,
    "auc": pl.Float64,
    "auc_low": pl.Float64,
    "auc_high": pl.Float64,
    "bad_rate": pl.Float64,
    "bad_rate_low": pl.Float64,
    "bad_rate_high": pl.Float64,
    "seen_auc": pl.Float64,
    "seen_bad_rate": pl.Float64,
    "is_ripe": pl.Boolean,
}
