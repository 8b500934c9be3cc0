"""Two models on the same applications: which sorts better, and whom a change would let in and out.

Frames have a row per application: application_id, is_bad (null: no loan, or not known yet), and
first_score, second_score, first_probability, second_probability by either model.
"""

import math
from dataclasses import dataclass

import numpy as np
import polars as pl

from lending_core.scoring.calibration import Measure
from lending_core.scoring.performance import NORMAL_95

# In the order of the square: let in by both, by one only, by none.
CELLS = ("both", "first_only", "second_only", "none")


@dataclass(frozen=True)
class Pair:
    """AUC of either model on the same loans, and the difference second less first with DeLong's
    95 % interval for paired scores."""

    loans: int
    bads: int
    first: Measure
    second: Measure
    difference: Measure

    @property
    def is_told_apart(self) -> bool:
        """Whether the interval of the difference leaves out zero."""
        return not self.difference.low <= 0 <= self.difference.high


def joined(first: pl.DataFrame, second: pl.DataFrame) -> pl.DataFrame:
    """The frame of two scored frames over the same applications, with the other columns of the
    first. Each needs application_id, score, default_probability."""
    other = second.select(
        "application_id", second_score="score", second_probability="default_probability"
    )
    return first.rename({"score": "first_score", "default_probability": "first_probability"}).join(
        other, on="application_id", maintain_order="left"
    )


def pair(both: pl.DataFrame) -> Pair | None:
    """AUC of both on the loans of known outcome; None with fewer than two goods or bads."""
    known = both.drop_nulls("is_bad")
    is_bad = known["is_bad"].to_numpy().astype(bool)
    if min(is_bad.sum(), (~is_bad).sum()) < 2:
        return None
    placed = [
        _placements(known[name].to_numpy(), is_bad) for name in ("first_score", "second_score")
    ]
    aucs = [float(bads.mean()) for bads, _ in placed]
    bad_covariance = np.cov([bads for bads, _ in placed])
    good_covariance = np.cov([goods for _, goods in placed])
    covariance = bad_covariance / is_bad.sum() + good_covariance / (~is_bad).sum()
    spread = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
    difference, reach = aucs[1] - aucs[0], NORMAL_95 * math.sqrt(max(0.0, float(spread)))
    return Pair(
        loans=known.height,
        bads=int(is_bad.sum()),
        first=_measure(aucs[0], covariance[0, 0]),
        second=_measure(aucs[1], covariance[1, 1]),
        difference=Measure(difference, difference - reach, difference + reach),
    )


def agreement(both: pl.DataFrame) -> float | None:
    """Spearman's rank correlation of the two scores over all applications; None where one of them
    is the same for all."""
    found = both.select(pl.corr("first_score", "second_score", method="spearman")).item()
    return None if found is None or math.isnan(found) else float(found)


def deciders(both: pl.DataFrame) -> dict[int, float]:
    """Share of the loans of known outcome that each model version let in: among those that a model
    chose itself its scores differ less than another's, so it looks weaker than it is."""
    known = both.drop_nulls("is_bad")
    counts = known.group_by("decided_by_version").len().iter_rows()
    return {version: count / known.height for version, count in counts}


def admitted(both: pl.DataFrame, approval_share: float) -> pl.DataFrame:
    """`both` with `cell` (of `CELLS`): whom either model would let in, were each to let in the same
    number, the best-scored `approval_share` of all. Of equal scores the earlier application is let
    in first, so that both let in exactly as many."""
    seats = round(approval_share * both.height)
    ordered = both.with_columns(_is_in("first_score", seats), _is_in("second_score", seats))
    first, second = pl.col("first_score_in"), pl.col("second_score_in")
    cell = (
        pl.when(first & second)
        .then(pl.lit("both"))
        .when(first)
        .then(pl.lit("first_only"))
        .when(second)
        .then(pl.lit("second_only"))
        .otherwise(pl.lit("none"))
    )
    return ordered.with_columns(cell=cell).drop("first_score_in", "second_score_in")


def swap_set(marked: pl.DataFrame) -> pl.DataFrame:
    """One row per cell of `admitted`, in the order of `CELLS`: cell, applications, loans (of known
    outcome), bads, bad_share (null without such loans), first_share and second_share (mean default
    probability by either model, null for an empty cell).

    Who was declined has no outcome: what is seen of `second_only` are those whom something else
    than the first model's score let in, and may be better than the rest of the cell.
    """
    counts = marked.group_by("cell").agg(
        applications=pl.len().cast(pl.Int64),
        loans=pl.col("is_bad").count().cast(pl.Int64),
        bads=pl.col("is_bad").sum().cast(pl.Int64),
        first_share=pl.col("first_probability").mean(),
        second_share=pl.col("second_probability").mean(),
    )
    bad_share = pl.when(pl.col("loans") > 0).then(pl.col("bads") / pl.col("loans"))
    return (
        pl.DataFrame({"cell": CELLS})
        .join(counts, on="cell", how="left", maintain_order="left")
        .with_columns(pl.col("applications", "loans", "bads").fill_null(0), bad_share=bad_share)
    )


def _is_in(score: str, seats: int) -> pl.Expr:
    place = pl.struct(-pl.col(score), "application_id").rank("ordinal")
    return (place <= seats).alias(f"{score}_in")


def _placements(scores: np.ndarray, is_bad: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each bad the share of goods above it, of each good the share of bads below; ties half."""
    goods, bads = np.sort(scores[~is_bad]), np.sort(scores[is_bad])
    return (
        1 - _share_below(goods, scores[is_bad]),
        _share_below(bads, scores[~is_bad]),
    )


def _share_below(ordered: np.ndarray, values: np.ndarray) -> np.ndarray:
    below = np.searchsorted(ordered, values, side="left")
    up_to = np.searchsorted(ordered, values, side="right")
    return (below + up_to) / 2 / ordered.size


def _measure(auc: float, variance: float) -> Measure:
    reach = NORMAL_95 * math.sqrt(float(variance))
    return Measure(auc, max(0.0, auc - reach), min(1.0, auc + reach))
