"""How each method repays: period by period over many loans at once, in whole fen."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from lending_core.money import divide_round

# int64, or Python integers where int64 could overflow (dtype object): the code is the same.
Numbers = npt.NDArray[Any]

# Minimum payment: a tenth of the used amount, or all of it once it is small (PM-04).
MINIMUM_PAYMENT_DIVISOR = 10
MINIMUM_PAYMENT_ALL_UP_TO_FEN = 100_00


MATRICES = ("factors", "draws", "draws_interest", "draws_when_due")
VECTORS = ("denominators", "counts", "opening", "grace", "multiples", "fixed_levels")
ROWS = ("principal", "interest", "owed", "closing")


@dataclass
class Plan:
    """Loans of one method, with most instalments first. Matrices have a row per period and a
    column per loan; events are written into them. Factors are whole numbers over the loan's
    denominator. A multiple of 0 means none, a fixed level of 0 that one is derived."""

    method: str
    rounding: str
    carries_remainder: bool
    denominators: Numbers
    counts: npt.NDArray[np.int64]
    opening: Numbers
    factors: Numbers
    draws: Numbers
    draws_interest: Numbers
    draws_when_due: Numbers
    grace: npt.NDArray[np.int64]
    multiples: npt.NDArray[np.int64]
    fixed_levels: npt.NDArray[np.int64]

    def of(self, loans: npt.NDArray[np.int64]) -> "Plan":
        """The plan of some of the loans (indices in ascending order)."""
        matrices = {name: getattr(self, name)[:, loans] for name in MATRICES}
        vectors = {name: getattr(self, name)[loans] for name in VECTORS}
        return replace(self, **matrices, **vectors)


@dataclass(frozen=True)
class Rows:
    """Instalments as matrices, a row per period and a column per loan; `owed` is the balance
    before the instalment, `closing` after it, with a draw on the due date."""

    principal: Numbers
    interest: Numbers
    owed: Numbers
    closing: Numbers

    def last(self, counts: npt.NDArray[np.int64]) -> Numbers:
        """Each loan's last instalment, principal and interest."""
        columns = np.arange(len(counts))
        at = counts - 1
        return self.principal[at, columns] + self.interest[at, columns]

    def defer_interest(self, grace: npt.NDArray[np.int64]) -> None:
        """Collect the interest of the first `grace` instalments in the one after them."""
        if not grace.any():
            return
        waits = np.arange(len(self.interest))[:, None] < grace
        deferred = np.where(waits, self.interest, 0).sum(axis=0)
        self.interest[waits] = 0
        self.interest[grace, np.arange(len(grace))] += deferred

    def is_before_the_end(self) -> npt.NDArray[np.bool_]:
        """Whether anything is due or owed in a row or in one after it."""
        is_alive = (self.owed != 0) | (self.interest != 0) | (self.closing != 0)
        return np.logical_or.accumulate(is_alive[::-1], axis=0)[::-1]

    def of(self, loans: npt.NDArray[np.int64]) -> "Rows":
        """The columns of some of the loans."""
        return Rows(*(getattr(self, name)[:, loans] for name in ROWS))

    def replace(self, loans: npt.NDArray[np.int64], others: "Rows") -> None:
        """Take the columns of `loans` from `others`."""
        for name in ROWS:
            getattr(self, name)[:, loans] = getattr(others, name)


def roll(plan: Plan, levels: Numbers) -> Rows:
    """Instalments when period p of a loan is repaid by `levels[p]` (see `_PRINCIPAL_RULES`).

    Interest of a period is rounded once; where the remainder is carried, what that rounding
    takes or leaves is part of the next period's interest. Principal is never negative nor more
    than what is owed; the last instalment clears the balance.
    """
    periods, loans = len(plan.factors), len(plan.counts)
    rows = Rows(*(np.zeros((periods, loans), plan.opening.dtype) for _ in range(4)))
    principal_rule = _PRINCIPAL_RULES[plan.method]
    running = np.searchsorted(-plan.counts, -np.arange(periods + 1))
    balance, drawn, carried = plan.opening.copy(), plan.opening.copy(), plan.opening * 0
    for period in range(periods):
        now, last = slice(running[period]), slice(running[period + 1], running[period])
        bears_interest = drawn[now] if plan.method == "flat" else balance[now]
        exact = bears_interest * plan.factors[period, now] + plan.draws_interest[period, now]
        interest = _rounded(plan, exact, carried[now], plan.denominators[now])
        owed = balance[now] + plan.draws[period, now]
        wanted = principal_rule(
            _Period(owed, interest, levels[period, now], plan.multiples[now], plan.rounding)
        )
        principal = np.minimum(np.maximum(wanted, 0), owed)
        principal[period < plan.grace[now]] = 0
        principal[last] = owed[last]
        balance[now] = owed - principal + plan.draws_when_due[period, now]
        drawn[now] += plan.draws[period, now] + plan.draws_when_due[period, now]
        rows.principal[period, now], rows.interest[period, now] = principal, interest
        rows.owed[period, now], rows.closing[period, now] = owed, balance[now]
    return rows


def _rounded(plan: Plan, exact: Numbers, carried: Numbers, denominators: Numbers) -> Numbers:
    """Interest in whole fen, never negative; `carried` takes in place what rounding leaves."""
    if not plan.carries_remainder:
        return divide_round(exact, denominators, plan.rounding)
    carried += exact
    interest = np.maximum(divide_round(carried, denominators, plan.rounding), 0)
    carried -= interest * denominators
    return interest


@dataclass(frozen=True)
class _Period:
    """What a method may look at when it says how much principal it wants repaid."""

    owed: Numbers
    interest: Numbers
    level: Numbers
    multiples: npt.NDArray[np.int64]
    rounding: str


def _what_interest_leaves(period: _Period) -> Numbers:
    return period.level - period.interest


def _the_level(period: _Period) -> Numbers:
    return period.level


def _nothing(period: _Period) -> Numbers:
    return np.zeros_like(period.owed)


def _the_level_to_a_multiple(period: _Period) -> Numbers:
    multiples = np.maximum(period.multiples, 1)
    instalment = period.level + period.interest
    return divide_round(instalment, multiples, period.rounding) * multiples - period.interest


def _minimum_payment(period: _Period) -> Numbers:
    tenth = divide_round(period.owed, MINIMUM_PAYMENT_DIVISOR, period.rounding)
    return np.where(period.owed <= MINIMUM_PAYMENT_ALL_UP_TO_FEN, period.owed, tenth)


# What a level is: the whole instalment (equal instalment), or its principal (the others).
_PRINCIPAL_RULES: dict[str, Callable[[_Period], Numbers]] = {
    "equal_instalment": _what_interest_leaves,
    "equal_principal": _the_level,
    "daily_interest": _the_level,
    "flat": _the_level_to_a_multiple,
    "interest_only": _nothing,
    "minimum_payment": _minimum_payment,
}
