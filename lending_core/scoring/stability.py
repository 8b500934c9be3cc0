"""Whether applicants have changed: PSI of the score and of each feature, month by month, against
the applicants of the time that the card was trained on.

PSI is read with the words of the register (0.10 watch, 0.25 act). A month of few applicants has a
large PSI by chance alone; what chance exceeds in one of twenty months is computed beside it
(Yurdakul: PSI of samples of n and m is chi-square with bands - 1 degrees of freedom, times
1/n + 1/m), and within it nothing is said to have moved. Chi-square itself holds from about five in
each band on (Cochran); with fewer, whatever PSI says is chance.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from lending_core.dates import add_months, month_end
from lending_core.scoring import standards
from lending_core.scoring.compile import points_expressions
from lending_core.scoring.performance import psi
from lending_core.scoring.scorecard import Bin, Scorecard, ScoredFeature
from lending_core.scoring.standards import Scale

# Tenths of the reference: the usual number of bands of a score.
BANDS = 10
# Months at an end of the book that stand for a time (assumption).
SPAN_MONTHS = 3
# 95 % of the normal distribution lies below.
NORMAL_95_ONE_SIDED = 1.6448536269514722
# Applicants in each band from which on chi-square says what chance does (Cochran's rule).
IN_BAND_MIN = 5
VERDICTS = ("chance", "stable", "watch", "act")


@dataclass(frozen=True)
class Reference:
    """The applicants that others are held against: all who applied from `first_on` to `last_on`.

    `is_training`: the time that the card was trained on, else the first months of its use.
    """

    first_on: date
    last_on: date
    is_training: bool


@dataclass(frozen=True)
class Shift:
    """How far the newest months of a card, `first_on` to `last_on`, are from the reference."""

    psi: float
    verdict: str
    applicants: int
    first_on: date
    last_on: date


def reference_of(trained: tuple[date, date] | None, scored: pl.DataFrame) -> Reference | None:
    """The time of training, first and last day, where the book has applicants of it; else the first
    `SPAN_MONTHS` months that the card decided; None where that leaves no later month.

    Needs applied_on, is_own.
    """
    if trained is not None and scored["applied_on"].is_between(*trained).any():
        return Reference(*trained, is_training=True)
    months = _months(scored.filter("is_own"))
    span = min(SPAN_MONTHS, len(months) // 2)
    return Reference(months[0], month_end(months[span - 1]), is_training=False) if span else None


def score_shift(scored: pl.DataFrame, reference: Reference) -> Shift | None:
    """The score of the newest months that the card decided; None where there is none after the
    reference. Needs applied_on, is_own, score."""
    months = _months(_later(scored, reference))
    if not months:
        return None
    first_on = max(months[0], add_months(months[-1], 1 - SPAN_MONTHS))
    newest = _later(scored, reference).filter(pl.col("applied_on") >= first_on)
    edges = _edges(scored, reference)
    moved, verdict = _psi(
        _counts(_within(scored, reference)["score"], edges), _counts(newest["score"], edges)
    )
    return Shift(moved, verdict, newest.height, first_on, month_end(months[-1]))


def score_by_month(scored: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """One row per month that the card decided after the reference, oldest first: month_on (its
    first day), applicants, psi, chance, verdict (of `VERDICTS`). Needs applied_on, is_own, score.
    """
    edges = _edges(scored, reference)
    was = _counts(_within(scored, reference)["score"], edges)
    rows = [
        _month_row(month_on, was, _counts(rows["score"], edges))
        for month_on, rows in _by_month(_later(scored, reference))
    ]
    return pl.DataFrame(rows, schema=_MONTH_SCHEMA)


def bin_numbers(card: Scorecard, applicants: pl.DataFrame) -> pl.DataFrame:
    """One column per feature of the card, named after it: the place (Int32, from 0) of the bin that
    each applicant falls in, in the order of `ScoredFeature.bins`. The card's own compiled
    expression says so, with places for points."""
    numbered = replace(card, features=tuple(_numbered(each) for each in card.features))
    places = applicants.lazy().select(points_expressions(numbered)).collect()
    return places.rename(
        dict(zip(places.columns, [each.name for each in card.features], strict=True))
    )


def tenths_card(
    version: int, scale: Scale, inputs: Mapping[str, tuple[str, ...]], seen: pl.DataFrame
) -> Scorecard:
    """A card without points, whose bins are tenths of the numbers `seen` (or the listed values of a
    category): to watch the inputs of a model that has no bins of its own. Inputs that do not vary
    are left out."""
    cut = [_tenths(name, values, seen[name]) for name, values in inputs.items()]
    return Scorecard(version, None, scale, tuple(each for each in cut if each is not None))


def features_by_month(card: Scorecard, bins: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """One row per feature (in the card's order) and month that the card decided after the
    reference: feature, month_on, applicants, psi, chance, verdict.

    Needs applied_on, is_own and the columns of `bin_numbers`.
    """
    before, later = _within(bins, reference), _by_month(_later(bins, reference))
    rows = [
        {"feature": each.name} | _month_row(month_on, _places(before, each), _places(rows, each))
        for each in card.features
        for month_on, rows in later
    ]
    return pl.DataFrame(rows, schema={"feature": pl.String, **_MONTH_SCHEMA})


def features_now(
    card: Scorecard, bins: pl.DataFrame, reference: Reference, shift: Shift
) -> pl.DataFrame:
    """One row per feature, most moved first: feature, psi of the months of `shift`, verdict,
    points_shift (mean points now less those of the reference), missing_now_share."""
    before = _within(bins, reference)
    now = _later(bins, reference).filter(pl.col("applied_on") >= shift.first_on)
    rows = []
    for each in card.features:
        was, has = _places(before, each), _places(now, each)
        moved, verdict = _psi(was, has)
        points = np.array([scored.points for scored in each.bins])
        rows.append(
            (
                each.name,
                moved,
                verdict,
                float(has @ points / has.sum() - was @ points / was.sum()),
                float(has[-1] / has.sum()),
            )
        )
    return pl.DataFrame(rows, schema=_NOW_SCHEMA, orient="row").sort(
        "psi", descending=True, maintain_order=True
    )


def bin_shares(
    feature: ScoredFeature, bins: pl.DataFrame, reference: Reference, shift: Shift
) -> pl.DataFrame:
    """One row per bin of a feature, in its order: bin_number, reference_share, now_share, and
    points. Needs what `features_by_month` needs."""
    now = _later(bins, reference).filter(pl.col("applied_on") >= shift.first_on)
    was, has = _places(_within(bins, reference), feature), _places(now, feature)
    return pl.DataFrame(
        {
            "bin_number": range(len(feature.bins)),
            "reference_share": was / was.sum(),
            "now_share": has / has.sum(),
            "points": [scored.points for scored in feature.bins],
        }
    )


def worst_verdict(verdicts: Sequence[str]) -> str:
    """The most urgent of them; `stable` without any."""
    return max((each for each in verdicts), key=VERDICTS.index, default="stable")


def chance_psi(first: int, second: int, bands: int) -> float:
    """What PSI of two samples of the same population exceeds once in twenty times: the 95 % point
    of chi-square (by Wilson and Hilferty's cube) times 1/first + 1/second."""
    degrees = max(bands - 1, 1)
    spread = 2 / (9 * degrees)
    point = degrees * (1 - spread + NORMAL_95_ONE_SIDED * math.sqrt(spread)) ** 3
    return point * (1 / first + 1 / second)


def _psi(was: np.ndarray, has: np.ndarray) -> tuple[float, str]:
    moved = psi(was, has)
    word = standards.verdict("psi", moved)
    bands = int(np.count_nonzero(was + has))
    is_enough = has.sum() >= IN_BAND_MIN * bands
    is_beyond = moved > chance_psi(int(was.sum()), int(has.sum()), bands)
    return moved, word if word == "stable" or (is_enough and is_beyond) else "chance"


def _month_row(month_on: date, was: np.ndarray, has: np.ndarray) -> dict[str, Any]:
    moved, verdict = _psi(was, has)
    return {
        "month_on": month_on,
        "applicants": int(has.sum()),
        "psi": moved,
        "chance": chance_psi(int(was.sum()), int(has.sum()), int(np.count_nonzero(was + has))),
        "verdict": verdict,
    }


def _tenths(name: str, values: tuple[str, ...], seen: pl.Series) -> ScoredFeature | None:
    missing = Bin(None, None, 0)
    if values:
        groups = tuple(Bin(None, None, 0, values=(each,)) for each in values)
        return ScoredFeature(name, (), missing, groups=groups)
    numbers = seen.cast(pl.Float64).drop_nulls().drop_nans().to_numpy()
    edges = np.unique(np.quantile(numbers, _TENTHS)).tolist() if numbers.size else []
    if not edges:
        return None
    pairs = zip([None, *edges], [*edges, None], strict=True)
    return ScoredFeature(name, tuple(Bin(low, high, 0) for low, high in pairs), missing)


def _numbered(feature: ScoredFeature) -> ScoredFeature:
    """The feature with the place of each bin for its points."""
    places: dict[int, Bin] = {at: replace(each, points=at) for at, each in enumerate(feature.bins)}
    listed = len(feature.groups)
    ranged = listed + len(feature.ranges)
    return replace(
        feature,
        groups=tuple(places[at] for at in range(listed)),
        ranges=tuple(places[at] for at in range(listed, ranged)),
        missing=places[ranged],
    )


def _edges(scored: pl.DataFrame, reference: Reference) -> np.ndarray:
    return np.unique(np.quantile(_within(scored, reference)["score"].to_numpy(), _TENTHS))


def _counts(scores: pl.Series, edges: np.ndarray) -> np.ndarray:
    """Scores per band; one on an edge belongs to the band above it."""
    bands = np.searchsorted(edges, scores.to_numpy(), side="right")
    return np.bincount(bands, minlength=edges.size + 1)


def _places(bins: pl.DataFrame, feature: ScoredFeature) -> np.ndarray:
    return np.bincount(bins[feature.name].to_numpy(), minlength=len(feature.bins))


def _within(rows: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    return rows.filter(pl.col("applied_on").is_between(reference.first_on, reference.last_on))


def _later(rows: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    return rows.filter(pl.col("is_own") & (pl.col("applied_on") > reference.last_on))


def _by_month(rows: pl.DataFrame) -> list[tuple[date, pl.DataFrame]]:
    """First day of each month and its rows, oldest first."""
    dated = rows.with_columns(month_on=pl.col("applied_on").dt.truncate("1mo"))
    groups = dated.sort("month_on").group_by("month_on", maintain_order=True)
    return [(month_on, group) for (month_on,), group in groups]


def _months(rows: pl.DataFrame) -> list[date]:
    return rows["applied_on"].dt.truncate("1mo").unique().sort().to_list()


_TENTHS = np.arange(1, BANDS) / BANDS
_MONTH_SCHEMA = {
    "month_on": pl.Date,
    "applicants": pl.Int64,
    "psi": pl.Float64,
    "chance": pl.Float64,
    "verdict": pl.String,
}
_NOW_SCHEMA = {
    "feature": pl.String,
    "psi": pl.Float64,
    "verdict": pl.String,
    "points_shift": pl.Float64,
    "missing_now_share": pl.Float64,
}
