"""Scorecards to test with: valid by default, each part of it a number that a reader can redo."""

import functools
import itertools

from lending_core.scoring.plan import house_plan
from lending_core.scoring.scorecard import Bin, Scorecard, ScoredFeature
from lending_core.scoring.standards import scale, target
from lending_core.scoring.train import train
from tests.scoring.samples import SAMPLED, a_sample


def a_feature(
    name: str,
    splits: list[float],
    points: list[int],
    codes: dict[tuple[float, ...], int] | None = None,
) -> ScoredFeature:
    """Points of the ranges between `splits` from low to high, and of missing, last; `codes` are
    groups of special codes with their points."""
    edges = itertools.pairwise([None, *splits, None])
    ranges = [Bin(low, high, each) for (low, high), each in zip(edges, points[:-1], strict=True)]
    groups = [Bin(None, None, each, codes=listed) for listed, each in (codes or {}).items()]
    return ScoredFeature(name, tuple(ranges), Bin(None, None, points[-1]), groups=tuple(groups))


def a_category(name: str, values: dict[tuple[str, ...], int], missing: int) -> ScoredFeature:
    """Points of each group of values, and of missing and every other value."""
    groups = [Bin(None, None, each, values=listed) for listed, each in values.items()]
    return ScoredFeature(name, (), Bin(None, None, missing), groups=tuple(groups))


def a_card(*features: ScoredFeature) -> Scorecard:
    two = (
        a_feature("inquiries_3m", [3.0], [300, 280, 290]),
        a_feature("credit_utilisation", [0.35, 0.8], [320, 310, 270, 300]),
    )
    return Scorecard(2, target(), scale(), features or two)


@functools.cache
def a_trained_card() -> Scorecard:
    return train(a_sample(5_000), house_plan(), version=2, features=SAMPLED).card
