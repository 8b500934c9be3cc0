"""How well scores separate good from bad, and whether the population has moved.

KS: largest distance between the two cumulative distributions. AUC: chance that a random good
scores above a random bad (ties count half). Gini: 2 AUC - 1. PSI: population stability index.
Frames need `score` (integer, higher is safer) and `is_bad` (boolean; null means that the outcome
is not known yet, and the row is left out).
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

# Two-sided 95 % of the normal distribution.
NORMAL_95 = 1.959963984540054

# A band that is empty on one side would make PSI infinite; it counts as this share (assumption).
PSI_SHARE_MIN = 0.0001


@dataclass(frozen=True)
class Metrics:
    """Separation on one sample. Intervals are of 95 %: `auc_low` to `auc_high` is DeLong's, that
    of KS is of two independent shares at the score where they are furthest apart (None where it
    was not kept)."""

    applicants: int
    bads: int
    auc: float
    auc_low: float
    auc_high: float
    gini: float
    ks: float
    ks_low: float | None = None
    ks_high: float | None = None

    @property
    def gini_low(self) -> float:
        return 2 * self.auc_low - 1

    @property
    def gini_high(self) -> float:
        return 2 * self.auc_high - 1


def metrics(scored: pl.DataFrame) -> Metrics | None:
    """KS, AUC and Gini; `None` unless at least two goods and two bads are known."""
    counts = _known(scored).group_by("score").agg(_GOODS, _BADS).sort("score")
    goods = counts["goods"].to_numpy().astype(np.int64)
    bads = counts["bads"].to_numpy().astype(np.int64)
    if min(goods.sum(), bads.sum()) < 2:
        return None
    auc, error = _auc_with_error(goods, bads)
    ks, ks_error = _ks_with_error(goods, bads)
    return Metrics(
        applicants=int(goods.sum() + bads.sum()),
        bads=int(bads.sum()),
        auc=auc,
        auc_low=max(0.0, auc - NORMAL_95 * error),
        auc_high=min(1.0, auc + NORMAL_95 * error),
        gini=2 * auc - 1,
        ks=ks,
        ks_low=max(0.0, ks - NORMAL_95 * ks_error),
        ks_high=min(1.0, ks + NORMAL_95 * ks_error),
    )


def by_band(scored: pl.DataFrame, width: int = 20) -> pl.DataFrame:
    """One row per band of `width` points, riskiest first, empty bands between kept as 0.

    Columns: band_from, band_to (not included), applicants, goods, bads, goods_share, bads_share
    (of all goods, of all bads), bad_rate, lift (bad rate over that of all), bads_captured (share
    of all bads in this band and the riskier ones); null where there is nothing to divide by.
    """
    known = _known(scored).with_columns(band_from=pl.col("score") // width * width)
    counts = known.group_by("band_from").agg(_GOODS, _BADS)
    occupied = counts["band_from"].to_numpy()
    starts = np.arange(occupied.min(), occupied.max() + 1, width) if occupied.size else occupied
    applicants = pl.col("goods") + pl.col("bads")
    bad_rate = pl.col("bads") / applicants
    return (
        pl.DataFrame({"band_from": pl.Series(starts, dtype=known.schema["band_from"])})
        .join(counts, on="band_from", how="left", maintain_order="left")
        .with_columns(pl.col("goods", "bads").fill_null(0))
        .select(
            "band_from",
            band_to=pl.col("band_from") + width,
            applicants=applicants,
            goods="goods",
            bads="bads",
            goods_share=pl.col("goods") / pl.col("goods").sum(),
            bads_share=pl.col("bads") / pl.col("bads").sum(),
            bad_rate=bad_rate,
            lift=bad_rate / (pl.col("bads").sum() / applicants.sum()),
            bads_captured=pl.col("bads").cum_sum() / pl.col("bads").sum(),
        )
        .with_columns(pl.selectors.float().fill_nan(None))
    )


def information_value(goods: npt.ArrayLike, bads: npt.ArrayLike) -> float:
    """`sum((good share - bad share) * ln(good share / bad share))` over the bins of a feature;
    a bin without goods or without bads adds nothing."""
    good_shares = np.asarray(goods) / np.sum(goods)
    bad_shares = np.asarray(bads) / np.sum(bads)
    mixed = (good_shares > 0) & (bad_shares > 0)
    good_shares, bad_shares = good_shares[mixed], bad_shares[mixed]
    return float(np.sum((good_shares - bad_shares) * np.log(good_shares / bad_shares)))


def psi(expected: npt.ArrayLike, actual: npt.ArrayLike) -> float:
    """`sum((actual share - expected share) * ln(actual share / expected share))`.

    Counts (or shares) per band in the same order; an empty band counts as `PSI_SHARE_MIN`.
    """
    if np.shape(expected) != np.shape(actual):
        raise ValueError("expected and actual must have the same bands")
    was = np.maximum(np.asarray(expected) / np.sum(expected), PSI_SHARE_MIN)
    now = np.maximum(np.asarray(actual) / np.sum(actual), PSI_SHARE_MIN)
    return float(np.sum((now - was) * np.log(now / was)))


_BADS = pl.col("is_bad").sum().cast(pl.Int64).alias("bads")
_GOODS = pl.col("is_bad").not_().sum().cast(pl.Int64).alias("goods")


def _known(scored: pl.DataFrame) -> pl.DataFrame:
    return scored.select("score", "is_bad").drop_nulls()


def _auc_with_error(goods: np.ndarray, bads: np.ndarray) -> tuple[float, float]:
    """AUC and DeLong's standard error from counts per score, lowest score first."""
    good_total, bad_total = goods.sum(), bads.sum()
    # Share of the other kind that each bad is below, each good is above; ties count half.
    bad_placement = (good_total - np.cumsum(goods) + goods / 2) / good_total
    good_placement = (np.cumsum(bads) - bads / 2) / bad_total
    auc = float(bads @ bad_placement / bad_total)
    bad_variance = bads @ (bad_placement - auc) ** 2 / (bad_total - 1)
    good_variance = goods @ (good_placement - auc) ** 2 / (good_total - 1)
    return auc, math.sqrt(bad_variance / bad_total + good_variance / good_total)


def _ks_with_error(goods: np.ndarray, bads: np.ndarray) -> tuple[float, float]:
    """KS and its standard error from counts per score, lowest score first."""
    good_share, bad_share = np.cumsum(goods) / goods.sum(), np.cumsum(bads) / bads.sum()
    gap = np.abs(bad_share - good_share)
    at = gap.argmax()
    variance = (
        good_share[at] * (1 - good_share[at]) / goods.sum()
        + bad_share[at] * (1 - bad_share[at]) / bads.sum()
    )
    return float(gap[at]), math.sqrt(variance)
