"""Whether a flow is steady: its course over the newest months, and the newest month on its own.

By number of loans, since chi-square counts independent things. Frame in: `roll_rates.flow_rates` by
count.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import polars as pl

from lending_core.portfolio.cohort_numbers import cohort_numbers
from lending_core.portfolio.roll_rates import FLOW_STAGES

Finding = Literal["too_few", "steady", "rising", "falling", "unsteady", "jumped", "dropped"]
# A cell of a table with fewer expected loans has no chi-square (Cochran 1954).
EXPECTED_MIN = 5.0


@dataclass(frozen=True)
class Steadiness:
    """What the tests say of one flow: `finding` in a word, over which months and from how many
    loans, the slope in shares per month (weighted by loans), and how likely months so unlike, such
    a slope, and such a newest month would be by chance (None: too few loans for the test)."""

    from_bucket: str
    finding: Finding
    first_on: date | None
    last_on: date | None
    loans: int
    newest_rate: float | None
    before_rate: float | None
    slope: float | None
    chance_unlike: float | None
    chance_slope: float | None
    chance_newest: float | None


def steadiness(by_count: pl.DataFrame) -> list[Steadiness]:
    """One entry per flow, over the newest months of `cohorts.toml`.

    Pearson's chi-square over months tests whether they are alike, Cochran and Armitage's test
    whether they rise or fall, and a chi-square of two rows the newest month against those before.
    Findings are made where chance would do it more seldom than `significance`: first the newest
    month (it asks for action), then the trend, then unlike months.
    """
    numbers = cohort_numbers().flows
    months = by_count["month_end_on"].unique().sort().tail(numbers.months)
    recent = by_count.filter(pl.col("month_end_on").is_in(months.implode()), pl.col("loans") > 0)
    return [_tested(stage, recent.filter(pl.col("from_bucket") == stage)) for stage in FLOW_STAGES]


def _tested(stage: str, flow: pl.DataFrame) -> Steadiness:
    rows = flow.sort("month_end_on")
    loans, worse = rows["loans"].to_numpy(), rows["worse"].to_numpy()
    total = int(loans.sum())
    if total < cohort_numbers().flows.loans_min or rows.height < 2:
        return Steadiness(stage, "too_few", None, None, total, *[None] * 6)
    ends: tuple[date, date] = rows["month_end_on"][0], rows["month_end_on"][-1]
    newest, before = worse[-1] / loans[-1], worse[:-1].sum() / loans[:-1].sum()
    slope, chance_slope = _trend(_months(rows["month_end_on"]), loans, worse)
    unlike = _chance(loans, worse)
    against = _chance(*(np.array([part[:-1].sum(), part[-1]]) for part in (loans, worse)))
    finding = _finding(newest - before, slope, (against, chance_slope, unlike))
    chances = (unlike, chance_slope, against)
    return Steadiness(stage, finding, *ends, total, float(newest), float(before), slope, *chances)


def _finding(
    rise: float, slope: float | None, chances: tuple[float | None, float | None, float | None]
) -> Finding:
    newest, trend, unlike = (
        chance is not None and chance < cohort_numbers().flows.significance for chance in chances
    )
    if newest:
        return "jumped" if rise > 0 else "dropped"
    if trend:
        return "rising" if (slope or 0) > 0 else "falling"
    return "unsteady" if unlike else "steady"


def _chance(loans: np.ndarray, worse: np.ndarray) -> float | None:
    """Pearson's chi-square that all have one share; None where it has too little to count."""
    share = worse.sum() / loans.sum()
    if min(share, 1 - share) * loans.min() < EXPECTED_MIN:
        return None
    from scipy.stats import chi2

    distance = ((worse - share * loans) ** 2 / (loans * share * (1 - share))).sum()
    return float(chi2.sf(distance, len(loans) - 1))


def _trend(
    months: np.ndarray, loans: np.ndarray, worse: np.ndarray
) -> tuple[float | None, float | None]:
    """Slope in shares per month, and its chance by Cochran and Armitage's test."""
    share = worse.sum() / loans.sum()
    away = months - (months * loans).sum() / loans.sum()
    spread = float((loans * away**2).sum())
    if spread == 0 or min(share, 1 - share) * loans.sum() < EXPECTED_MIN:
        return None, None
    from scipy.stats import norm

    slope = float((away * worse).sum()) / spread
    distance = slope * np.sqrt(spread / (share * (1 - share)))
    return slope, float(2 * norm.sf(abs(distance)))


def _months(days: pl.Series) -> np.ndarray:
    return (days.dt.year() * 12 + days.dt.month()).to_numpy()
