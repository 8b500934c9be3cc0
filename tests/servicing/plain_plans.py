"""Plans of one loan in plain Python, made from the rows of `products.schedule`: for `reading`."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl

from lending_core.products.schedule import schedule

# Day it falls due, principal, interest.
Row = tuple[date, int, int]

# What an instalment's size is made of, where the method gives it one.
SIZED_BY = {
    "equal_instalment": ("principal", "interest"),
    "equal_principal": ("principal",),
    "daily_interest": ("principal",),
    "flat": ("principal",),
}
PAID = {
    "fee": "fee_paid",
    "penalty": "penalty_paid",
    "interest": "interest_paid",
    "principal": "principal_repaid",
}


@dataclass
class Instalment:
    """`starts` is the day from which its interest is earned evenly, on top of `earned_before`."""

    due: date
    starts: date
    principal: int
    interest: int
    earned_before: int = 0
    days_late: int = 0
    penalty: Fraction = Fraction(0)
    penalty_settled: int = 0
    principal_left: int = field(init=False)
    interest_left: int = field(init=False)

    def __post_init__(self) -> None:
        self.principal_left, self.interest_left = self.principal, self.interest

    @property
    def left(self) -> int:
        return self.principal_left + self.interest_left

    def earned(self, on: date) -> int:
        """A night at a time, in equal parts; all of it when it falls due."""
        if on >= self.due:
            return self.interest
        nights, passed = (self.due - self.starts).days, max((on - self.starts).days, 0)
        return self.earned_before + round(
            Fraction((self.interest - self.earned_before) * passed, max(nights, 1))
        )


class Planned:
    """A loan's plan of instalments, and how it is made again. `terms` is its contract."""

    def __init__(self, terms: dict[str, Any]) -> None:
        self.terms = terms
        self.on: date = terms["disbursed_on"]
        self.rate = terms["annual_rate"]
        self.plan: list[Instalment] = []
        self.flows: Counter[str] = Counter()
        self.fee = self.excess = self.claim = self.principal_nights = 0
        self.is_charged_off = False
        self.paused_until = date.min
        # The calendar of due dates: where it starts, and how many instalments stood before it.
        self.calendar_on, self.before_calendar = self.on, 0
        # Its newest due date: what the plan owed then, at which rate, and what changed since.
        self.base_owed, self.base_rate = terms["principal_fen"], self.rate
        self.changes: list[dict[str, Any]] = []
        self._book("funding_received", terms["principal_fen"])
        self._book("principal_lent", terms["principal_fen"])
        self._enter(plan_of(self._terms(), []), skipped=0, earned=0, carried=0)

    @property
    def behind(self) -> list[Instalment]:
        return [each for each in self.plan if each.due <= self.on]

    @property
    def ahead(self) -> list[Instalment]:
        return [each for each in self.plan if each.due > self.on]

    def _replan(
        self,
        *,
        amount: int = 0,
        rate: object = None,
        more: int = 0,
        skips: int = 0,
        keeps_size: bool = False,
        anew: int = 0,
        count: int = 0,
        takes_arrears: bool = False,
    ) -> None:
        """The plan from its last due date on, with what changed since; `anew` that much over a
        calendar of its own, from this day on."""
        behind, ahead = self.behind, self.ahead
        paid = sum(each.interest - each.interest_left for each in ahead)
        repaid = sum(each.principal - each.principal_left for each in ahead)
        repaid *= takes_arrears or not anew
        earned = sum(each.earned(self.on) for each in ahead)
        carried = 0
        if anew:
            earned += self._take_arrears() if takes_arrears else 0
            carried = earned
            self.calendar_on, self.before_calendar = self.on, len(behind)
            self.base_owed, self.base_rate, self.changes = anew, self.rate, []
            self.paused_until = min(self.paused_until, self.on)
        if amount:
            self.changes.append({"on": self.on, "kind": "draw", "amount_fen": amount})
        if rate:
            self.changes.append({"on": self.on, "kind": "rate_change", "annual_rate": rate})
        skipped = skips + sum(each.due <= self.paused_until for each in ahead)
        terms = {
            **self._terms(),
            "instalments": count or len(ahead) + more + skips,
            "instalments_before": len(behind) - self.before_calendar,
            "grace_principal_instalments": skipped,
            "grace_interest_instalments": skipped,
            "level_fen": self._size(ahead) if keeps_size else 0,
        }
        self.plan = behind
        self._enter(plan_of(terms, self.changes), skipped=skipped, earned=earned, carried=carried)
        if skips:
            self.paused_until = self.ahead[skipped - 1].due
        self._apply_again(paid, repaid)

    def _take_arrears(self) -> int:
        """What is unpaid of instalments behind leaves them; returns the interest of it."""
        taken = sum(each.interest_left for each in self.behind)
        for each in self.behind:
            each.principal -= each.principal_left
            each.interest -= each.interest_left
            each.principal_left = each.interest_left = 0
        return taken

    def _size(self, ahead: list[Instalment]) -> int:
        """Of the second instalment to come, for the first may hold an odd period's interest and the
        last one what is left; those of a holiday have none."""
        usual = ahead[1:-1] if len(ahead) > 2 else ahead[:1]
        parts = SIZED_BY.get(self.terms["method"], ())
        sizes = [sum(getattr(each, part) for part in parts) for each in usual]
        return next((size for size in sizes if size > 0), 0)

    def _enter(self, rows: list[Row], *, skipped: int, earned: int, carried: int) -> None:
        """What was earned by now is part of the first instalment that bears interest."""
        before = self.on
        for number, (due, principal, interest) in enumerate(rows):
            bears = number == skipped
            each = Instalment(
                due=due,
                starts=self.on if bears else before,
                principal=principal,
                interest=interest + (carried if bears else 0),
                earned_before=earned if bears else 0,
            )
            self.plan.append(each)
            before = due

    def _apply_again(self, paid: int, repaid: int) -> None:
        """What was paid ahead of instalments that are gone settles the new ones in turn."""
        amount = paid + repaid
        self._book("interest_paid", -paid)
        self._book("principal_repaid", -repaid)
        for each in self.ahead:
            for part in ("interest", "principal"):
                amount -= self._settle(part, each, amount)
        self._keep(amount)

    def _terms(self) -> dict[str, Any]:
        names = ("method", "day_count", "carries_remainder", "instalments")
        return {
            **{name: self.terms[name] for name in names},
            "principal_fen": self.base_owed,
            "annual_rate": self.base_rate,
            "disbursed_on": self.calendar_on,
        }

    def _settle(self, part: str, each: Instalment, amount: int) -> int:
        taken = min(amount, getattr(each, f"{part}_left"))
        setattr(each, f"{part}_left", getattr(each, f"{part}_left") - taken)
        self._book(PAID[part], taken)
        return taken

    def _keep(self, amount: int) -> None:
        """Money that settles nothing is the borrower's."""
        self.excess += amount
        self._book("excess_received", amount)

    def _book(self, flow: str, amount: int) -> None:
        self.flows[flow] += amount


def plan_of(terms: Mapping[str, Any], changes: list[dict[str, Any]]) -> list[Row]:
    """The instalments of one loan under `terms`, changed by draws and new rates."""
    asked = pl.DataFrame([{"loan_id": 1, "every_months": 1, **terms}])
    events = pl.DataFrame([{"loan_id": 1, **each} for each in changes]) if changes else None
    return schedule(asked, events).select("due_on", "principal_fen", "interest_fen").rows()
