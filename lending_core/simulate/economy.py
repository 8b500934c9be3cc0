"""The economy of months to come: how many ask, and how likely they are late."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np

from lending_core.dates import add_months, month_start
from lending_core.simulate.assumptions import is_festival_month, month_number, season_odds

Curve = tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Economy:
    """A macro path: what each curve gives at months since `first_month_on`, linear in between and
    level before its first and after its last point. 1 is as usual.

    `odds` multiply the odds of lateness, `demand` the number of applications and of newcomers;
    `festival_multiple` is how many times the usual bump of Spring Festival comes; `before_festival`
    multiplies demand in the months before it, its last number in the month right before.
    """

    first_month_on: date
    odds: Curve
    demand: Curve
    festival_multiple: float
    before_festival: tuple[float, ...] = ()

    def odds_in(self, month: date) -> float:
        """Odds of lateness in `month` against the table of products."""
        return self._level(self.odds, month) * season_odds(month, self.festival_multiple)

    def demand_in(self, month: date) -> float:
        """Applications in `month` against usual times, season apart."""
        rush = (
            multiple
            for ahead, multiple in enumerate(reversed(self.before_festival), start=1)
            if is_festival_month(add_months(month_start(month), ahead))
        )
        return self._level(self.demand, month) * next(rush, 1.0)

    def _level(self, curve: Curve, month: date) -> float:
        elapsed = month_number(month) - month_number(self.first_month_on)
        months, levels = zip(*curve, strict=True)
        return float(np.interp(elapsed, months, levels))


def facts(economy: Economy) -> dict[str, Any]:
    """An economy as JSON knows it: `from_facts(facts(e)) == e`."""
    return asdict(economy) | {"first_month_on": economy.first_month_on.isoformat()}


def from_facts(known: dict[str, Any]) -> Economy:
    """The economy that `facts` wrote."""
    return Economy(
        first_month_on=date.fromisoformat(known["first_month_on"]),
        odds=_curve(known["odds"]),
        demand=_curve(known["demand"]),
        festival_multiple=known["festival_multiple"],
        before_festival=tuple(known["before_festival"]),
    )


def _curve(points: Any) -> Curve:
    return tuple((int(month), float(level)) for month, level in points)
