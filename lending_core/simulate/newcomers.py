"""The people who will join in months to come, as many as joined lately."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl

from lending_core.dates import add_months
from lending_core.simulate.assumptions import demand_season, month_number
from lending_core.simulate.borrowers import borrowers
from lending_core.simulate.draws import Draws
from lending_core.simulate.economy import Economy


def usual_newcomers(joined: int, months: Sequence[date]) -> float:
    """Newcomers of a month of average season, where `joined` came in `months` together."""
    return joined / sum(demand_season(month) for month in months)


def expected_newcomers(usual: float, month: date, economy: Economy) -> int:
    """How many join in a month to come, by its season and the demand of its economy."""
    return round(usual * demand_season(month) * economy.demand_in(month))


def newcomers(
    first_customer_id: int, counts: Sequence[tuple[date, int]], draws: Draws
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Customers who join in months to come, on any day of their month; numbered in that order.

    `counts`: (first day of a month, how many join), the months in order. Returns (customers,
    traits) as `borrowers` does.
    """
    days = [_days(month, count, draws) for month, count in counts]
    joined_on = pl.concat(days) if days else pl.Series("joined_on", [], dtype=pl.Date)
    return borrowers(first_customer_id, joined_on, draws)


def _days(month: date, count: int, draws: Draws) -> pl.Series:
    length = (add_months(month, 1) - month).days
    order = np.arange(count, dtype=np.int64)
    day = np.sort(draws.whole("joining day", order, length, month_number(month)))
    return pl.Series("joined_on", np.datetime64(month) + day)
