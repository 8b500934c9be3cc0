"""When instalments fall due: every so many months or days from the day of disbursement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

Dates = npt.NDArray[np.datetime64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Rhythm:
    """How due dates follow a disbursement, one entry per loan; of months and days one is 0.
    `passed` due dates lie before the first column."""

    disbursed_on: Dates
    every_months: Whole
    every_days: Whole
    rolls: npt.NDArray[np.bool_]
    passed: Whole


def due_dates(rhythm: Rhythm, count: int) -> Dates:
    """Matrix of one row per loan: the disbursement in column 0, then `count` due dates; or where
    due dates have passed, the last of them and the `count` after it.

    Months keep the day of disbursement. Where a month lacks that day, the instalment is due on
    its last day (clamp) or on the first day of the next month (roll); the next one returns to
    the original day.
    """
    steps = rhythm.passed[:, None] + np.arange(count + 1)
    by_days = rhythm.disbursed_on[:, None] + (rhythm.every_days[:, None] * steps).astype("m8[D]")
    start_month = rhythm.disbursed_on.astype("M8[M]")
    days_into_month = (rhythm.disbursed_on - start_month.astype("M8[D]"))[:, None]
    month = start_month[:, None] + (rhythm.every_months[:, None] * steps).astype("m8[M]")
    first_day = month.astype("M8[D]")
    next_first_day = (month + np.timedelta64(1, "M")).astype("M8[D]")
    same_day = first_day + days_into_month
    substitute = np.where(rhythm.rolls[:, None], next_first_day, next_first_day - 1)
    by_months = np.where(same_day < next_first_day, same_day, substitute)
    return np.where((rhythm.every_days > 0)[:, None], by_days, by_months)


def last_due_date(terms: Mapping[str, Any]) -> date:
    """When the last instalment of one loan falls due. `terms` has disbursed_on, instalments,
    month_end, and every_months or every_days."""
    rhythm = Rhythm(
        np.array([terms["disbursed_on"]], "M8[D]"),
        np.array([terms.get("every_months") or 0]),
        np.array([terms.get("every_days") or 0]),
        np.array([terms["month_end"] == "roll"]),
        np.array([0]),
    )
    last: date = due_dates(rhythm, terms["instalments"])[0, -1].item()
    return last
