"""What a version in force is watched for: its approvals and its early lateness, within a range."""

import functools
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from lending_core.dates import add_months
from lending_core.policy.document import Guard
from lending_core.policy.trials import Outcome
from lending_core.settings import reference_file


@dataclass(frozen=True)
class Watch:
    """A first loan is late early when a month end of its first `late_months` finds it at least
    `late_days` past due. The guard looks back `window_months` at most."""

    late_days: int
    late_months: int
    window_months: int

    def ripe_until(self, closed_on: date) -> date:
        """First instalments due up to this day have shown whether they are late, `closed_on` the
        newest closed day."""
        return closed_on - timedelta(days=self.late_days)

    def from_on(self, in_force_on: date, open_on: date) -> date:
        """From which day on the guard looks at a version that is in force since a day."""
        return max(in_force_on, add_months(open_on, -self.window_months))


@dataclass(frozen=True)
class Breach:
    """A share that left its range: `approvals_low`, `approvals_high` or `late_high`, and the bound
    that it passed, as shares of one."""

    measure: str
    share: float
    bound: float


@functools.cache
def watch() -> Watch:
    """The house's measures, of `data/reference/policy_watch.toml`."""
    values = tomllib.loads(reference_file("policy_watch.toml").read_text("utf-8"))
    return Watch(values["late_days"], values["late_months"], values["window_months"])


def breaches(guard: Guard, outcome: Outcome) -> list[Breach]:
    """Where a version is out of range; never on fewer cases than the guard asks for."""
    return [*_approvals(guard, outcome), *_lateness(guard, outcome)]


def _approvals(guard: Guard, outcome: Outcome) -> Iterator[Breach]:
    if outcome.applications < max(guard.applications_min, 1):
        return
    approvals, whole = 100 * outcome.approvals, outcome.applications
    share = outcome.approvals / whole
    if approvals < guard.approval_percent_min * whole:
        yield Breach("approvals_low", share, guard.approval_percent_min / 100)
    if approvals > guard.approval_percent_max * whole:
        yield Breach("approvals_high", share, guard.approval_percent_max / 100)


def _lateness(guard: Guard, outcome: Outcome) -> Iterator[Breach]:
    if outcome.loans < max(guard.loans_min, 1):
        return
    if 100 * outcome.late_loans > guard.early_late_percent_max * outcome.loans:
        share = outcome.late_loans / outcome.loans
        yield Breach("late_high", share, guard.early_late_percent_max / 100)
