"""Calendar arithmetic of lending: months that end, ages, spans."""

import calendar
from datetime import date, timedelta

MONTH_ENDS = ("clamp", "roll")
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


def add_months(on: date, months: int) -> date:
    """The same day `months` later, or the month's last day where that day does not exist."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    last_day = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(on.day, last_day))


def month_end(on: date) -> date:
    """Last day of the month of `on`."""
    return date(on.year, on.month, calendar.monthrange(on.year, on.month)[1])


def month_start(on: date) -> date:
    """First day of the month of `on`."""
    return on.replace(day=1)


def newest_month_end(on: date) -> date:
    """The last day of the newest month that is complete at the end of `on`."""
    return on if on == month_end(on) else month_start(on) - timedelta(days=1)


def age_years(birth_on: date, on: date) -> int:
    """Whole years of age; a birthday counts from its own day (29 February from 1 March)."""
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))


def day_number(on: date) -> int:
    """Days since 1970-01-01: a day as arrays of whole numbers hold it."""
    return on.toordinal() - EPOCH_ORDINAL


def numbered_day(number: int) -> date:
    """The day of a `day_number`."""
    return date.fromordinal(number + EPOCH_ORDINAL)
