"""Interest, lateness and penalty by nights: pure arithmetic on arrays of any shape.

Days are whole numbers. At the day D a sum lent on day F has been out for D - F nights: the day of
the draw counts, the day of repayment does not (PM-01). A due date is day 0, the next one day 1.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from lending_core.money import divide_round

Whole = npt.NDArray[np.int64]

DAYS_OF_YEAR = 365
# A contract rate over 10^6 times a multiple over 10^2.
PENALTY_RATE_UNIT = 10**8
COST_CAP_UNIT = 10**6
# What a penalty numerator is counted in: fen = numerator / unit.
PENALTY_UNIT = DAYS_OF_YEAR * PENALTY_RATE_UNIT
# A penalty numerator is fen x days x rate: this much principal stays below int64 for 14 years.
PRINCIPAL_MAX_FEN = 50_000_000


def interest_accrued(
    interest: Whole, accrued_before: Whole, from_on: Whole, due_on: Whole, day: Any
) -> Whole:
    """Interest of instalments earned by `day`: `accrued_before` at `from_on`, then night by night
    in equal parts, all of it at `due_on`."""
    earned: Whole = np.where(day >= due_on, interest, accrued_before)
    # Of a loan's instalments one is under way at a time; division is what takes long.
    is_under_way = (day > from_on) & (day < due_on)
    total, before, first, last, on = (
        np.broadcast_to(each, earned.shape)[is_under_way]
        for each in (interest, accrued_before, from_on, due_on, day)
    )
    earned[is_under_way] += divide_round((total - before) * (on - first), last - first)
    return earned


def days_late_between(due_on: Whole, since: Any, day: Any, holiday: tuple[Any, Any]) -> Whole:
    """Days past due gathered between two days; those of a granted holiday do not count."""
    start = np.maximum(due_on, since)
    days = np.maximum(day - start, 0)
    paused = np.minimum(day, holiday[1]) - np.maximum(start, holiday[0])
    return days - np.clip(paused, 0, days)


def penalised_days(days_late: Whole, more: Whole, grace_days: Any) -> Whole:
    """Of `more` days past due that follow `days_late`, those after the grace days (PM-08)."""
    before = np.maximum(days_late - grace_days, 0)
    return np.maximum(days_late + more - grace_days, 0) - before


def penalty_within(numerators: Whole, room: Whole) -> Whole:
    """Penalty of each instalment in fen, the oldest first as far as the cost cap leaves room."""
    uncapped = np.zeros_like(numerators)
    # Most instalments bear none, and division is what takes long.
    is_charged = numerators != 0
    uncapped[is_charged] = divide_round(numerators[is_charged], PENALTY_UNIT)
    before = np.cumsum(uncapped, axis=0) - uncapped
    return np.clip(room - before, 0, uncapped)


def cost_room(principal_days: Whole, cap_rate: Whole, charged: Whole) -> Whole:
    """What all cost of a loan may still amount to: the cap on principal x days less what interest
    and fees took of it (ZD-14). `cap_rate` is a yearly rate over `COST_CAP_UNIT`."""
    return principal_days * cap_rate // (DAYS_OF_YEAR * COST_CAP_UNIT) - charged
