"""How far the part of a replay that nobody saw may be off: an interval by bootstrap.

Two things are unknown of people whose refusal is taken back. Whether the score keeps its word near
the cut-off: the loans of the lowest bands let in and of the learning band that have matured are
drawn again with replacement, and observed over expected defaults is one draw of the ratio. And who
they are: they too are drawn again. A draw of the loss is the score's expected loss of the people
drawn times the ratio drawn: the interval says what matured loans say, and an assumed
`reject_default_percent` outside of it is one that they do not bear out. People are drawn in
`DEALS` groups dealt at random, so that a million take no longer than a thousand.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from lending_core.policy.compile import PPM
from lending_core.policy.document import Policy
from lending_core.policy.replay_sums import DEALS

DRAWS = 1_000
SEED = 5
CONFIDENCE_PERCENT = 95
# Fewer defaults say nothing about a ratio.
BADS_MIN = 10


@dataclass(frozen=True)
class Interval:
    """From low to high, in fen."""

    low: int
    high: int


@dataclass(frozen=True)
class NearCutOff:
    """Matured loans of the bands next to the cut-off: how many, how many bad, how many expected."""

    bands: tuple[str, ...]
    loans: int
    bads: int
    expected: float

    @property
    def ratio(self) -> float | None:
        """Observed over expected defaults; None with too few to say."""
        return self.bads / self.expected if self.bads >= BADS_MIN and self.expected else None


def bands_near_cut_off(policy: Policy) -> tuple[str, ...]:
    """Names of the lowest band that everybody is let into, and of those that a random few are."""
    admitted = [band.name for band in policy.band if band.admits == "all"]
    return (*admitted[-1:], *(band.name for band in policy.band if band.admits == "learning"))


def near_cut_off(outcomes: pl.DataFrame, bands: tuple[str, ...]) -> NearCutOff:
    """The outcomes (`replay_sums.outcomes_query`) of these bands, added."""
    near = outcomes.filter(pl.col("band").is_in(bands))
    expected = int(near["expected_ppm"].sum()) / PPM
    return NearCutOff(bands, int(near["loans"].sum()), int(near["bads"].sum()), expected)


def intervals(
    dealt: pl.DataFrame,
    outcomes: pl.DataFrame,
    near: NearCutOff,
    generator: np.random.Generator,
) -> dict[str, Interval]:
    """Measure -> interval of the inferred part: expected_drawn_fen, expected_loss_fen and
    expected_profit_fen; empty where the ratio is unknown or nobody is inferred.

    `dealt`: rows of `replay_sums.deals_query`, or several that add up.
    """
    if near.ratio is None or not dealt["loans_ppm"].sum():
        return {}
    seen = _filled(outcomes.filter(pl.col("band").is_in(near.bands)), ("bads", "expected_ppm"))
    earned = dealt.with_columns(before_loss_fen=_before_loss())
    people = _filled(earned, ("expected_drawn_fen", "scored_loss_fen", "before_loss_fen"))
    again = _draws(generator) @ seen
    ratio = again[:, 0] * PPM / np.maximum(again[:, 1], 1)
    drawn, loss, before_loss = (_draws(generator) @ people).T
    return {
        "expected_drawn_fen": _middle(drawn),
        "expected_loss_fen": _middle(loss * ratio),
        "expected_profit_fen": _middle(before_loss - loss * ratio),
    }


def moved_deals(today: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """The deals of a draft: today's, less those who changed as they were, plus as they are."""
    less = before.with_columns(-pl.exclude("deal"))
    return pl.concat([today, less, after]).group_by("deal").sum().sort("deal")


def _before_loss() -> pl.Expr:
    costs = pl.col("expected_funding_fen") + pl.col("expected_cost_fen")
    return pl.col("expected_interest_fen") - costs


def _draws(generator: np.random.Generator) -> np.ndarray:
    """How often each group is drawn, one row per draw."""
    return generator.multinomial(DEALS, [1 / DEALS] * DEALS, size=DRAWS).astype(float)


def _filled(frame: pl.DataFrame, columns: tuple[str, ...]) -> np.ndarray:
    """One row per group, 0 where nobody is in it."""
    groups = pl.DataFrame({"deal": range(DEALS)}, schema={"deal": pl.Int64})
    summed = frame.group_by(pl.col("deal").cast(pl.Int64)).agg(pl.col(columns).sum())
    joined = groups.join(summed, on="deal", how="left", maintain_order="left").fill_null(0)
    return joined.select(columns).cast(pl.Float64).to_numpy()


def _middle(values: np.ndarray) -> Interval:
    outside = (100 - CONFIDENCE_PERCENT) / 2
    low, high = np.percentile(values, [outside, 100 - outside])
    return Interval(round(float(low)), round(float(high)))
