"""The economy of months to come: how many ask, and how likely they are late."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from lending_core.simulate.assumptions import month_number, season_odds

Curve = tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Economy:
    """A macro path: what each curve gives at months since `first_month_on`, linear in between and
    level before its first and after its last point. 1 is as usual.

    `odds` multiply the odds of lateness, `demand` the number of applications and of newcomers;
    `festival_multiple` is how many times the usual bump of Spring Festival comes.
    """

    first_month_on: date
    odds: Curve
    demand: Curve
    festival_multiple: float

    def odds_in(self, month: date) -> float:
        """Odds of lateness in `month` against the table of products."""
        return self._level(self.odds, month) * season_odds(month, self.festival_multiple)

    def demand_in(self, month: date) -> float:
        """Applications in `month` against usual times, season apart."""
        return self._level(self.demand, month)

    def _level(self, curve: Curve, month: date) -> float:
        elapsed = month_number(month) - month_number(self.first_month_on)
        months, levels = zip(*curve, strict=True)
        return float(np.interp(elapsed, months, levels))
