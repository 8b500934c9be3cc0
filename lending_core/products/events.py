"""Draws and rate changes: how they alter the rate factors and balances of a plan."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from lending_core.products.due_dates import Dates
from lending_core.products.repayment import Plan


@dataclass(frozen=True)
class Event:
    """One draw, or where it has a rate one rate change, of the loan in column `loan`. Interest
    reckons it from `from_on`, the instalments change from period `start` (0 is the first)."""

    loan: int
    from_on: int
    start: int
    amount_fen: int
    rate: int | None
    is_on_due_date: bool


def read_events(events: pl.DataFrame, columns: dict[int, int], dates: Dates) -> list[Event]:
    """Events in the order in which they alter the instalments.

    A draw counts from its day; on a due date it joins that row's balance and the instalments
    change from the next period. A rate change already counts on its own day, so it reckons from
    the day before. `dates` has a row per loan: disbursement, then due dates (NaT past the last).
    Raises `ValueError` for an event before the disbursement or after the last due date, and for
    a draw on that date.
    """
    ordinals = dates.astype(np.int64)
    is_date = ~np.isnat(dates)
    found = []
    for row in events.iter_rows(named=True):
        loan = columns[row["loan_id"]]
        on = int(np.datetime64(row["on"], "D").astype(np.int64))
        days = ordinals[loan][is_date[loan]]
        is_draw = row["kind"] == "draw"
        if not days[0] <= on <= days[-1] - is_draw:
            raise ValueError("an event lies outside the loan's term")
        from_on = on if is_draw else max(on - 1, int(days[0]))
        start = int(np.searchsorted(days, from_on, side="right")) - 1
        is_on_due_date = is_draw and start > 0 and int(days[start]) == on
        amount_fen = row["amount_fen"] if is_draw else 0
        rate = None if is_draw else row["annual_rate"]
        found.append(Event(loan, from_on, start, amount_fen, rate, is_on_due_date))
    return sorted(found, key=lambda event: (event.start, event.from_on, event.rate is None))


class Timeline:
    """Writes events into a plan of Python integers, one after the other.

    A plan's factors are whole numbers over its denominator; `parts` are those of a full period
    per unit of rate, so that a piece of a period is `parts * days of the piece // days`.
    """

    def __init__(self, plan: Plan, dates: Dates, parts: npt.NDArray[Any], rates: Any) -> None:
        self.plan = plan
        self.parts = parts
        self.days = dates.astype(np.int64)
        self.rates = {
            loan: [(int(self.days[loan, 0]), int(rate))] for loan, rate in enumerate(rates)
        }
        self.draws: dict[int, list[Event]] = {}

    def add(self, event: Event) -> None:
        """Write one event into the plan."""
        if event.rate is None:
            self._draw(event)
        else:
            self._change_rate(event, event.rate)

    def _draw(self, event: Event) -> None:
        if event.is_on_due_date:
            self.plan.draws_when_due[event.start - 1, event.loan] += event.amount_fen
            return
        self.plan.draws[event.start, event.loan] += event.amount_fen
        self.draws.setdefault(event.loan, []).append(event)
        for from_on, change in self.rates[event.loan]:
            self._add_draw_interest(event, max(from_on, event.from_on), change)

    def _change_rate(self, event: Event, rate: int) -> None:
        change = rate - sum(step for _, step in self.rates[event.loan])
        self.rates[event.loan].append((event.from_on, change))
        for period in range(event.start, int(self.plan.counts[event.loan])):
            piece = self._piece(event.loan, period, event.from_on)
            self.plan.factors[period, event.loan] += change * piece
        for draw in self.draws.get(event.loan, []):
            if draw.start >= event.start:
                self._add_draw_interest(draw, max(draw.from_on, event.from_on), change)

    def _add_draw_interest(self, draw: Event, from_on: int, change: int) -> None:
        piece = self._piece(draw.loan, draw.start, from_on)
        self.plan.draws_interest[draw.start, draw.loan] += draw.amount_fen * change * piece

    def _piece(self, loan: int, period: int, from_on: int) -> int:
        start, end = int(self.days[loan, period]), int(self.days[loan, period + 1])
        days_left = end - max(start, from_on)
        return int(self.parts[period, loan]) * days_left // (end - start)


def split_scale(events: list[Event], dates: Dates) -> int:
    """By how much parts must be multiplied so that every split period divides into its days."""
    days = np.diff(dates.astype(np.int64))
    return math.lcm(*{int(days[event.loan, event.start]) for event in events})
