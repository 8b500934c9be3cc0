"""Draws, early repayments and rate changes: how they alter the factors and balances of a plan."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from lending_core.products.due_dates import Whole
from lending_core.products.repayment import Numbers, Plan

Flags = npt.NDArray[np.bool_]

# Stands for a due date past the last one: later than any day that a date can have.
NO_DAY = 2**40


@dataclass(frozen=True)
class Events:
    """Draws and rate changes in the order in which they alter the instalments, loan by loan.

    `loan` is the column in the plan and `start` the period (0 is the first) from which the
    instalments change; interest reckons the event `from_on`. A rate change has no amount.
    `phase` counts the loan's periods with events and `wave` the events of one such period;
    `drawn` is what they have drawn inside that period so far.
    """

    loan: Whole
    start: Whole
    from_on: Whole
    amount: Whole
    rate: Whole
    is_draw: Flags
    is_when_due: Flags
    phase: Whole
    wave: Whole
    drawn: Whole

    def of(self, chosen: Flags) -> "Events":
        """Some of the events."""
        return Events(*(getattr(self, field.name)[chosen] for field in fields(self)))


def read_events(events: pl.DataFrame, loan_ids: Whole, days: Whole) -> Events:
    """The events of loans, each of which has a row of `days`: disbursement, then due dates
    (`NO_DAY` past the last).

    A draw counts from its day; on a due date it joins that row's balance and the instalments
    change from the next period. A rate change already counts on its own day, so it reckons from
    the day before. Raises `ValueError` for an event before the disbursement or after the last
    due date, and for a draw on that date.
    """
    place = np.argsort(loan_ids)
    loan = place[np.searchsorted(loan_ids, events["loan_id"].to_numpy(), sorter=place)]
    on = events["on"].to_numpy().astype(np.int64)
    is_draw = (events["kind"] == "draw").to_numpy()
    last_on = np.where(days < NO_DAY, days, 0).max(axis=1)
    if ((on < days[loan, 0]) | (on > last_on[loan] - is_draw)).any():
        raise ValueError("an event lies outside the loan's term")
    from_on = np.where(is_draw, on, np.maximum(on - 1, days[loan, 0]))
    start = (days[loan] <= from_on[:, None]).sum(axis=1) - 1
    amount = np.where(is_draw, events["amount_fen"].fill_null(0).to_numpy(), 0)
    order = np.lexsort((-amount, is_draw, from_on, start, loan))
    loan, start, from_on, amount = loan[order], start[order], from_on[order], amount[order]
    is_draw, rate = is_draw[order], events["annual_rate"].fill_null(0).to_numpy()[order]
    is_when_due = is_draw & (start > 0) & (days[loan, start] == from_on)
    counted = _counted(loan, start, np.where(is_when_due, 0, amount))
    return Events(loan, start, from_on, amount, rate, is_draw, is_when_due, *counted)


def _counted(loan: Whole, start: Whole, amount: Whole) -> tuple[Whole, Whole, Whole]:
    """Phase, wave, and the running sum of amounts in each loan and period."""
    index = np.arange(len(loan))
    is_new_loan = np.diff(loan, prepend=-1) != 0
    is_new_period = is_new_loan | (np.diff(start, prepend=-1) != 0)
    period = np.cumsum(is_new_period)
    phase = period - np.maximum.accumulate(np.where(is_new_loan, period, 0))
    first = np.maximum.accumulate(np.where(is_new_period, index, 0))
    total = np.cumsum(amount)
    return phase, index - first, total - (total - amount)[first]


class Timeline:
    """Writes events into a plan, one of each loan after the other.

    A plan's factors are whole numbers over its denominators; `parts` are those of a full period
    per unit of rate, so that a piece of a period is `parts * days of the piece // days`.
    """

    def __init__(self, plan: Plan, days: Whole, parts: Whole, rates: Whole) -> None:
        self.plan = plan
        self.days = days
        self.parts: Numbers = parts.astype(plan.opening.dtype)
        self.rates: Numbers = rates.astype(plan.opening.dtype)

    def add(self, events: Events) -> None:
        """Write events into the plan, at most one of each loan."""
        plan, loan, start = self.plan, events.loan, events.start
        at = start, loan
        dtype = plan.opening.dtype
        amount = events.amount.astype(dtype)
        drawn = np.where(events.is_when_due, 0, amount)
        change = np.where(events.is_draw, 0, events.rate.astype(dtype) - self.rates[loan])
        piece = self._piece(loan, start, events.from_on)
        self.rates[loan] += change
        plan.draws_when_due[start - 1, loan] += amount - drawn
        plan.draws_interest[at] += (drawn * self.rates[loan] + plan.draws[at] * change) * piece
        plan.draws[at] += drawn
        later = np.arange(len(plan.factors))[:, None] > start
        plan.factors[:, loan] += np.where(later, self.parts[:, loan] * change, 0)
        plan.factors[at] += change * piece

    def _piece(self, loan: Whole, start: Whole, from_on: Whole) -> Numbers:
        begin, end = self.days[loan, start], self.days[loan, start + 1]
        pieces: npt.NDArray[Any] = self.parts[start, loan] * (end - from_on) // (end - begin)
        return pieces


def split_scale(events: Events, days: Whole) -> Whole:
    """By how much each loan's parts must be multiplied so that every period which its events
    split divides into its days."""
    scale = np.ones(len(days), np.int64)
    length = np.diff(days)
    np.lcm.at(scale, events.loan, length[events.loan, events.start])
    return scale
