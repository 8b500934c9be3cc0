"""What the simulation assumes, read once from `data/reference/simulation.toml`."""

import functools
import tomllib
from datetime import date
from typing import Any

import numpy as np

from lending_core.dates import add_months, month_start
from lending_core.settings import reference_file


@functools.cache
def assumptions() -> dict[str, Any]:
    """The whole document: names, regions, borrowers, features, demand, products, behaviour..."""
    return tomllib.loads(reference_file("simulation.toml").read_text("utf-8"))


def month_number(month: date) -> int:
    """Months since year 0: the period of a month's draws."""
    return month.year * 12 + month.month - 1


def is_festival_month(month: date) -> bool:
    """Whether Spring Festival falls in the month."""
    festivals = assumptions()["calendar"]["spring_festivals"]
    return any(month_start(festival) == month_start(month) for festival in festivals)


def demand_season(month: date) -> float:
    """Applications of the month against an average month: more before Spring Festival, on June 18
    and on November 11."""
    demand = assumptions()["demand"]
    is_before_festival = is_festival_month(add_months(month_start(month), 1))
    bump = demand["before_spring_festival"] if is_before_festival else 1.0
    return float(demand["season"][month.month - 1] * bump)


def stress(path: str, first_month: date, month: date) -> float:
    """Odds of lateness in `month` against the table: macro path x season x Spring Festival.

    `path` is a name under `macro`; its months count from `first_month`. Raises `KeyError` for an
    unknown path.
    """
    macro = assumptions()["macro"][path]
    elapsed = month_number(month) - month_number(first_month)
    level = float(np.interp(elapsed, macro["months"], macro["odds"]))
    return level * season_odds(month, macro["festival_multiple"])


def season_odds(month: date, festival_multiple: float = 1.0) -> float:
    """Odds of lateness in `month` against an average one: season x Spring Festival, whose usual
    bump is taken `festival_multiple` times."""
    behaviour = assumptions()["behaviour"]
    bump = (behaviour["spring_festival_odds"] - 1.0) * festival_multiple
    festival = 1.0 + (bump if is_festival_month(month) else 0.0)
    return float(behaviour["season"][month.month - 1] * festival)
