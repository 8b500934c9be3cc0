"""Which part of a year's interest a period bears, as whole numbers over one base per day count."""

import numpy as np

from lending_core.products.due_dates import Dates, Whole

# A year in parts that every period of the day count fills a whole number of. For act/act both
# a year of 365 days and one of 366 divide it: lcm(365, 366).
PARTS_OF_YEAR = {
    "30/360": 360,
    "act/360": 360,
    "act/365": 365,
    "act/364": 364,
    "act/act": 365 * 366,
}


def period_parts(dates: Dates, day_count: str, every_months: Whole) -> Whole:
    """Parts of a year (see `PARTS_OF_YEAR`) in each period between neighbouring columns of `dates`.

    30/360 counts each whole month as thirty days; a period in days (`every_months` 0) counts its
    days. Interest of a period is balance x annual rate x parts / parts of the year.
    """
    if day_count == "act/act":
        return np.diff(_parts_since_year_zero(dates))
    days = np.diff(dates).astype(np.int64)
    if day_count == "30/360":
        return np.where(every_months[:, None] > 0, 30 * every_months[:, None], days)
    return days


def _parts_since_year_zero(dates: Dates) -> Whole:
    """Each day, counted at its end, bears 1/365 or 1/366 of its own year: a period that crosses
    31 December is thereby split there."""
    year = dates.astype("M8[Y]")
    year_start = year.astype("M8[D]")
    year_length = ((year + np.timedelta64(1, "Y")).astype("M8[D]") - year_start).astype(np.int64)
    day_of_year = (dates - year_start).astype(np.int64) + 1
    parts = PARTS_OF_YEAR["act/act"]
    return year.astype(np.int64) * parts + day_of_year * (parts // year_length)
