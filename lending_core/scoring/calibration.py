"""What a score promises and how well it sorts, each measure with its 95 % interval.

Frames have a row per application: `score`, `default_probability`, and `is_bad` (null: no loan, or
not known yet; such rows are left out).
"""

import math
from dataclasses import dataclass

import numpy as np
import polars as pl

from lending_core.scoring.performance import NORMAL_95, metrics

# The part of the loans that lift is measured in: the tenth with the lowest scores.
WORST_SHARE = 0.1


@dataclass(frozen=True)
class Measure:
    """A figure and the ends of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Performance:
    """How well a score sorts the loans of known outcome, and whether its promise was kept.

    auc and gini by DeLong; ks at the score where it is largest, as a difference of two shares;
    lift: bad rate of the worst-scored tenth over that of all (Wilson's interval of the share of
    bads it holds); kept: bads seen over bads promised (Wilson's interval of the bad rate);
    brier: mean squared distance between promise and outcome.
    """

    loans: int
    bads: int
    auc: Measure
    gini: Measure
    ks: Measure
    lift: Measure
    kept: Measure
    brier: Measure


def performance(scored: pl.DataFrame) -> Performance | None:
    """The measures of a frame; None unless at least two goods and two bads are known."""
    known = scored.select("score", "default_probability", "is_bad").drop_nulls()
    measured = metrics(known)
    if measured is None:
        return None
    return Performance(
        loans=measured.applicants,
        bads=measured.bads,
        auc=Measure(measured.auc, measured.auc_low, measured.auc_high),
        gini=Measure(measured.gini, measured.gini_low, measured.gini_high),
        ks=Measure(measured.ks, measured.ks_low or 0.0, measured.ks_high or 1.0),
        lift=_lift(known),
        kept=kept(known),
        brier=_brier(known),
    )


def kept(known: pl.DataFrame) -> Measure:
    """Bads seen over bads promised: above 1 the loans were riskier than the score said."""
    promised = float(known["default_probability"].to_numpy().mean())
    bads, loans = int(known["is_bad"].sum()), known.height
    low, high = wilson(bads, loans)
    return Measure(bads / loans / promised, low / promised, high / promised)


def wilson(part: float, whole: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share; it stays within 0 and 1 with few of either too."""
    share, square = part / whole, NORMAL_95**2
    centre = (share + square / (2 * whole)) / (1 + square / whole)
    spread = math.sqrt(share * (1 - share) / whole + square / (4 * whole**2))
    reach = spread * NORMAL_95 / (1 + square / whole)
    # Rounding must not leave a trace of a share where there is nothing, or all.
    return (max(0.0, centre - reach) if part else 0.0), min(1.0, centre + reach)


def wilson_of(share: pl.Expr, whole: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """`wilson` over columns, of a share and its whole; null where the whole is nothing."""
    square = NORMAL_95**2
    centre = (share + square / (2 * whole)) / (1 + square / whole)
    spread = (share * (1 - share) / whole + square / (4 * whole**2)).sqrt()
    reach = spread * NORMAL_95 / (1 + square / whole)
    low = pl.when(share > 0).then((centre - reach).clip(lower_bound=0.0)).otherwise(0.0)
    is_known = share.is_not_null() & (whole > 0)
    return (
        pl.when(is_known).then(low),
        pl.when(is_known).then((centre + reach).clip(upper_bound=1.0)),
    )


def _lift(known: pl.DataFrame) -> Measure:
    """Loans with the score at the edge of the tenth count in part, so that their order is moot."""
    loans = known.height * WORST_SHARE
    by_score = known.group_by("score").agg(n=pl.len(), bads=pl.col("is_bad").sum()).sort("score")
    n, bads = by_score["n"].to_numpy(), by_score["bads"].to_numpy()
    taken = np.clip(loans - (np.cumsum(n) - n), 0, n) / n
    captured, total = float(taken @ bads), int(bads.sum())
    low, high = wilson(captured, total)
    return Measure(captured / total / WORST_SHARE, low / WORST_SHARE, high / WORST_SHARE)


def _brier(known: pl.DataFrame) -> Measure:
    distance = known["default_probability"].to_numpy() - known["is_bad"].to_numpy()
    squares = distance**2
    error = float(squares.std(ddof=1)) / math.sqrt(squares.size)
    mean = float(squares.mean())
    return Measure(mean, max(0.0, mean - NORMAL_95 * error), mean + NORMAL_95 * error)
