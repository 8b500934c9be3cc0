"""One feature cut into bins by `optbinning`, with what the sample shows in each bin."""

import logging
from dataclasses import dataclass

import numpy as np

from lending_core.scoring.features import Feature
from lending_core.scoring.performance import information_value
from lending_core.scoring.scorecard import Dropped
from lending_core.scoring.standards import TrainingRules


@dataclass(frozen=True, eq=False)
class Cut:
    """A feature's bins [lower, upper) between `splits`, and one more, the last, for missing.

    `goods` and `bads` count the sample per bin, `row_bins` holds each row's bin number.
    """

    name: str
    splits: np.ndarray
    goods: np.ndarray
    bads: np.ndarray
    row_bins: np.ndarray

    @property
    def woes(self) -> np.ndarray:
        """Weight of evidence per bin, higher is safer; 0 where goods or bads are absent.

        Missing never counts as safer than the average, so that nobody gains over it by
        withholding a consent.
        """
        mixed = (self.goods > 0) & (self.bads > 0)
        odds = np.where(mixed, self.goods, 1) / np.where(mixed, self.bads, 1)
        woes = np.where(mixed, np.log(odds * self.bads.sum() / self.goods.sum()), 0.0)
        woes[-1] = min(woes[-1], 0.0)
        return woes

    @property
    def information_value(self) -> float:
        return information_value(self.goods, self.bads)


def cut(
    feature: Feature, values: np.ndarray, is_bad: np.ndarray, rules: TrainingRules
) -> Cut | Dropped:
    """The bins of a feature whose bad rate moves as its register entry says, or why there are none.

    `values` are floats with NaN for missing. Edges are rounded to the feature's `split_digits`
    before anything is counted, so the counts are those of the edges that people see.
    """
    missing = np.isnan(values)
    if np.unique(values[~missing]).size < 2:
        return Dropped(feature.name, "constant")
    splits = _optimal_splits(feature, values, is_bad, rules)
    if not splits.size:
        return Dropped(feature.name, "no_split")
    # The convention of optbinning: a value on an edge belongs to the bin above it.
    row_bins = np.where(missing, splits.size + 1, np.digitize(values, splits, right=False))
    size = splits.size + 2
    return Cut(
        name=feature.name,
        splits=splits,
        goods=np.bincount(row_bins[~is_bad], minlength=size),
        bads=np.bincount(row_bins[is_bad], minlength=size),
        row_bins=row_bins,
    )


def _optimal_splits(
    feature: Feature, values: np.ndarray, is_bad: np.ndarray, rules: TrainingRules
) -> np.ndarray:
    # On import cvxpy warns that highspy clashes with ortools; neither is used here.
    logging.getLogger("__cvxpy__").disabled = True
    # Takes seconds to import, and only training needs it.
    from optbinning import OptimalBinning

    binning = OptimalBinning(
        name=feature.name,
        monotonic_trend=feature.risk,
        max_n_bins=rules.bins_max,
        min_prebin_size=rules.bin_share_min,
        split_digits=feature.split_digits or None,
        random_state=0,
    )
    splits = binning.fit(values, is_bad).splits
    # Between whole numbers 2 and 3 the tree says 2.5; from 3 on is the same bin, said plainly.
    return np.ceil(splits) if feature.split_digits == 0 else np.asarray(splits, dtype=float)
