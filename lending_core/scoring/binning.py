"""One feature cut into bins by `optbinning`, with what the sample shows in each bin."""

import logging
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from lending_core.scoring.performance import information_value
from lending_core.scoring.plan import Candidate, TrainingPlan
from lending_core.scoring.scorecard import Dropped

# optbinning's words for the trends of the plan.
TRENDS = {
    "ascending": "ascending",
    "descending": "descending",
    "auto": "auto_asc_desc",
    "any": "auto",
}
# Fine cuts that optbinning may merge again: enough for 20 bins.
PREBINS_MAX = 40


@dataclass(frozen=True, eq=False)
class Outcomes:
    """What became of each row, and how much it counts; an applicant whose outcome is inferred
    stands in two rows, once as each."""

    is_bad: np.ndarray
    weights: np.ndarray

    @property
    def are_all_known(self) -> bool:
        return bool(np.all(self.weights == 1))

    def per_bin(self, row_bins: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
        """Goods and bads of each of `size` bins."""
        goods = np.where(self.is_bad, 0.0, self.weights)
        bads = np.where(self.is_bad, self.weights, 0.0)
        return tuple(np.bincount(row_bins, each, minlength=size) for each in (goods, bads))  # type: ignore[return-value]


@dataclass(frozen=True, eq=False)
class Cut:
    """A feature's bins: `groups` of categories or special codes, then ranges [lower, upper) between
    `splits` (none of a category), and one more, the last, for missing.

    `goods` and `bads` count the sample per bin, `row_bins` holds each row's bin number;
    `may_be_withheld`: whether an applicant chooses if it is known.
    """

    name: str
    splits: np.ndarray
    goods: np.ndarray
    bads: np.ndarray
    row_bins: np.ndarray
    groups: tuple[tuple[Any, ...], ...] = ()
    may_be_withheld: bool = True

    @property
    def woes(self) -> np.ndarray:
        """Weight of evidence per bin, higher is safer; 0 where goods or bads are absent.

        What may be withheld never counts as safer than the average where it is missing, so that
        nobody gains over it by withholding a consent.
        """
        mixed = (self.goods > 0) & (self.bads > 0)
        odds = np.where(mixed, self.goods, 1) / np.where(mixed, self.bads, 1)
        woes = np.where(mixed, np.log(odds * self.bads.sum() / self.goods.sum()), 0.0)
        if self.may_be_withheld:
            woes[-1] = min(woes[-1], 0.0)
        return woes

    @property
    def information_value(self) -> float:
        return information_value(self.goods, self.bads)


def cut(
    candidate: Candidate, values: pl.Series, outcomes: Outcomes, plan: TrainingPlan
) -> Cut | Dropped:
    """The bins of a feature, whose bad rate moves as the candidate says, or why there are none.

    Edges are rounded to the candidate's `digits` before anything is counted, so the counts are
    those of the edges that people see.
    """
    if values.drop_nans().n_unique() - (values.null_count() > 0) < 2:
        return Dropped(candidate.name, "constant")
    find = _categories if candidate.kind == "category" else _ranges
    groups, splits, row_bins = find(candidate, values, outcomes, plan)
    size = len(groups) + splits.size + (0 if candidate.kind == "category" else 1)
    if size < 2:
        return Dropped(candidate.name, "no_split")
    goods, bads = outcomes.per_bin(np.where(row_bins < 0, size, row_bins), size + 1)
    row_bins = np.where(row_bins < 0, size, row_bins)
    return Cut(candidate.name, splits, goods, bads, row_bins, groups, candidate.may_be_withheld)


def floats(values: pl.Series) -> np.ndarray:
    """Floats with NaN for missing."""
    return values.cast(pl.Float64).fill_null(math.nan).to_numpy()


_Found = tuple[tuple[tuple[Any, ...], ...], np.ndarray, np.ndarray]


def _ranges(
    candidate: Candidate, values: pl.Series, outcomes: Outcomes, plan: TrainingPlan
) -> _Found:
    """Codes that occur, edges, and each row's bin; missing is -1."""
    numbers = floats(values)
    codes = [code for code in candidate.codes if np.any(numbers == code)]
    is_plain = ~np.isnan(numbers) & ~np.isin(numbers, codes)
    plain = np.where(is_plain, numbers, math.nan)
    # Where codes are all there is, optbinning has nothing to cut.
    found = _fitted(candidate, plain, outcomes, plan) if is_plain.any() else ()
    splits = np.asarray(found, dtype=float)
    if candidate.digits == 0:
        # Between whole numbers 2 and 3 the tree says 2.5; from 3 on is the same bin, said plainly.
        splits = np.unique(np.ceil(splits))
    if not splits.size:
        return (), splits, np.full(numbers.size, -1)
    # The convention of optbinning: a value on an edge belongs to the bin above it.
    in_range = np.digitize(numbers, splits, right=False) + len(codes)
    row_bins = np.where(is_plain, in_range, -1)
    for at, code in enumerate(codes):
        row_bins[numbers == code] = at
    return tuple((code,) for code in codes), splits, row_bins


def _categories(
    candidate: Candidate, values: pl.Series, outcomes: Outcomes, plan: TrainingPlan
) -> _Found:
    """Groups of values, no edges, and each row's group; missing is -1."""
    texts = values.cast(pl.String)
    commonest = texts.drop_nulls().value_counts()["count"].max() or 0
    # optbinning leaves rare values out, and stops where that leaves none.
    is_any_common = commonest >= math.ceil(plan.bin_share_min * len(texts))  # type: ignore[operator]
    found = _fitted(candidate, texts.to_numpy(), outcomes, plan) if is_any_common else ()
    groups = tuple(tuple(sorted(map(str, group))) for group in found)
    places = {value: at for at, group in enumerate(groups) for value in group}
    row_bins = texts.replace_strict(places, default=-1, return_dtype=pl.Int64).to_numpy()
    return groups, np.array([]), row_bins


def _fitted(
    candidate: Candidate, values: np.ndarray, outcomes: Outcomes, plan: TrainingPlan
) -> Any:
    """optbinning's edges, or its groups of a category."""
    # On import cvxpy warns that highspy clashes with ortools; neither is used here.
    logging.getLogger("__cvxpy__").disabled = True
    # Takes seconds to import, and only training needs it.
    from optbinning import OptimalBinning

    is_category = candidate.kind == "category"
    binning = OptimalBinning(
        name=candidate.name,
        dtype="categorical" if is_category else "numerical",
        cat_cutoff=plan.bin_share_min if is_category else None,
        monotonic_trend=TRENDS[candidate.risk],
        max_n_prebins=PREBINS_MAX,
        max_n_bins=plan.bins_max,
        min_prebin_size=plan.bin_share_min,
        split_digits=candidate.digits or None,
        random_state=0,
    )
    weights = None if outcomes.are_all_known else outcomes.weights
    return binning.fit(values, outcomes.is_bad, sample_weight=weights).splits
