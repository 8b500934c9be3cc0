"""Trials of a policy: who is in one, and whether what came of it differs beyond chance.

Who is in a trial follows from the customer and the trial's salt alone, so that one customer is
always on the same side, whenever and however often they apply. Three outcomes are judged at once,
so each is held to a third of the five percent (Bonferroni):

approvals  share approved at once: two-proportion test
late       share of loans that were late early: two-proportion test
limit      mean limit of the approved: Welch's test, which lets the spreads differ
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

SHARE_WHOLE_BP = 10_000
MEASURES = ("approvals", "late", "limit")
SIGNIFICANCE = 0.05 / len(MEASURES)
# A normal approximation of a share needs so many expected on either side (Cochran's rule).
EXPECTED_MIN = 5

Verdict = Literal["too_few", "same", "higher", "lower"]


@dataclass(frozen=True)
class Trial:
    """A version tried on a share of customers from a day on; `ended_on` is the first day after."""

    trial_id: int
    policy_version: int
    share_bp: int
    salt: str
    started_on: date
    ended_on: date | None

    def runs(self, on: date) -> bool:
        return self.started_on <= on and (self.ended_on is None or on < self.ended_on)

    def has(self, customer_id: int) -> bool:
        """Whether the customer is decided by the version on trial."""
        return place_bp(self.salt, customer_id) < self.share_bp


def place_bp(salt: str, customer_id: int) -> int:
    """Where a customer stands among all, 0 to 9,999: SHA-256 of `salt/customer_id`, its first eight
    bytes as a number, modulo 10,000. The same for ever, on any machine."""
    hashed = hashlib.sha256(f"{salt}/{customer_id}".encode()).digest()
    return int.from_bytes(hashed[:8], "big") % SHARE_WHOLE_BP


def places_bp(salt: str, customer_ids: pl.Series) -> pl.Series:
    """`place_bp` of each customer."""
    return pl.Series([place_bp(salt, each) for each in customer_ids], dtype=pl.Int64)


@dataclass(frozen=True)
class Outcome:
    """What came of the applicants of one side. Mean and spread of the limits of the approved, in
    fen, are None where too few were approved to have one."""

    policy_version: int
    applications: int
    approvals: int
    loans: int
    late_loans: int
    limit_mean_fen: float | None
    limit_spread_fen: float | None


@dataclass(frozen=True)
class Contrast:
    """One measure on both sides: challenger less champion, its interval, and how likely a
    difference as large is by chance. Interval and chance are None where too few are known."""

    measure: str
    champion: float | None
    challenger: float | None
    difference: float | None
    low: float | None
    high: float | None
    chance: float | None

    @property
    def verdict(self) -> Verdict:
        if self.chance is None or self.difference is None:
            return "too_few"
        if self.chance >= SIGNIFICANCE:
            return "same"
        return "higher" if self.difference > 0 else "lower"


def contrasts(champion: Outcome, challenger: Outcome) -> list[Contrast]:
    """The three measures, in the order of `MEASURES`."""
    return [
        shares_differ(
            "approvals",
            (champion.approvals, champion.applications),
            (challenger.approvals, challenger.applications),
        ),
        shares_differ(
            "late",
            (champion.late_loans, champion.loans),
            (challenger.late_loans, challenger.loans),
        ),
        limits_differ(champion, challenger),
    ]


def shares_differ(measure: str, champion: tuple[int, int], challenger: tuple[int, int]) -> Contrast:
    """Two shares, each `(count, total)`: chi-square of the two-by-two table without correction,
    which is the two-proportion test with pooled variance; interval by Newcombe (1998, method 10)"""
    shares = [count / total if total else None for count, total in (champion, challenger)]
    before, after = shares
    if before is None or after is None:
        return Contrast(measure, before, after, None, None, None, None)
    difference = after - before
    if _is_thin(champion, challenger):
        return Contrast(measure, before, after, difference, None, None, None)
    from scipy.stats import chi2_contingency

    table = [[count, total - count] for count, total in (champion, challenger)]
    chance = float(chi2_contingency(table, correction=False).pvalue)
    low, high = _newcombe(champion, challenger)
    return Contrast(measure, before, after, difference, low, high, chance)


def limits_differ(champion: Outcome, challenger: Outcome) -> Contrast:
    """Mean limits of the approved, in fen; Welch's test and interval."""
    sides = (champion, challenger)
    before, after = (side.limit_mean_fen for side in sides)
    if before is None or after is None:
        return Contrast("limit", before, after, None, None, None, None)
    difference = after - before
    errors = [(side.limit_spread_fen or 0.0) ** 2 / side.approvals for side in sides]
    if min(side.approvals for side in sides) < 2 * EXPECTED_MIN or sum(errors) == 0:
        return Contrast("limit", before, after, difference, None, None, None)
    from scipy.stats import t

    freedom = sum(errors) ** 2 / sum(
        error**2 / (side.approvals - 1) for error, side in zip(errors, sides, strict=True)
    )
    error = math.sqrt(sum(errors))
    half = float(t.ppf(1 - SIGNIFICANCE / 2, freedom)) * error
    chance = 2 * float(t.sf(abs(difference) / error, freedom))
    return Contrast(
        "limit", before, after, difference, difference - half, difference + half, chance
    )


def _is_thin(*sides: tuple[int, int]) -> bool:
    """Whether a cell of the two-by-two table is expected to hold too few for the test."""
    counts, totals = (sum(each) for each in zip(*sides, strict=True))
    rarer = min(counts, totals - counts)
    return min(total for _, total in sides) * rarer < EXPECTED_MIN * totals


def _newcombe(champion: tuple[int, int], challenger: tuple[int, int]) -> tuple[float, float]:
    (before, low_before, high_before), (after, low_after, high_after) = (
        (count / total, *_wilson(count, total)) for count, total in (champion, challenger)
    )
    difference = after - before
    down = math.hypot(after - low_after, high_before - before)
    up = math.hypot(high_after - after, before - low_before)
    return difference - down, difference + up


def _wilson(count: int, total: int) -> Sequence[float]:
    from scipy.stats import binomtest

    found = binomtest(count, total).proportion_ci(1 - SIGNIFICANCE, method="wilson")
    return float(found.low), float(found.high)
