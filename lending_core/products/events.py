"""Draws, early repayments and rate changes: how they alter the factors and balances of a plan."""

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from lending_core.products.due_dates import Whole
from lending_core.products.repayment import Numbers, Plan

# Stands for a due date past the last one: later than any day that a date can have.
NO_DAY = 2**40


def read_events(events: pl.DataFrame, loan_ids: Whole, days: Whole) -> pl.DataFrame:
    """Events in the order in which they alter the instalments.

    Columns: loan (its column in the plan), start (the period, 0 is the first, from which the
    instalments change), from_on (the day from which interest reckons it), is_draw, amount_fen,
    annual_rate, is_when_due; phase (the n-th period of that loan with events), wave (the n-th
    event of that loan and period) and drawn_fen (drawn so far inside the period).

    A draw counts from its day; on a due date it joins that row's balance and the instalments
    change from the next period. A rate change already counts on its own day, so it reckons from
    the day before. `days` has a row per loan: disbursement, then due dates (`NO_DAY` past the
    last). Raises `ValueError` for an event before the disbursement or after the last due date,
    and for a draw on that date.
    """
    rows = _placed(events, loan_ids, days)
    loan, from_on = rows["loan"].to_numpy(), rows["from_on"].to_numpy()
    start = (days[loan] <= from_on[:, None]).sum(axis=1) - 1
    starts_a_period = (start > 0) & (days[loan, start] == from_on)
    return (
        rows.with_columns(
            start=start, is_when_due=pl.col("is_draw") & pl.Series("on_a_due_date", starts_a_period)
        )
        .sort("start", "from_on", "is_draw", -pl.col("amount_fen"), maintain_order=True)
        .with_columns(
            phase=pl.col("start").rank("dense").over("loan"),
            wave=pl.int_range(pl.len()).over("loan", "start"),
            drawn_fen=(pl.col("amount_fen") * ~pl.col("is_when_due"))
            .cum_sum()
            .over("loan", "start"),
        )
    )


def _placed(events: pl.DataFrame, loan_ids: Whole, days: Whole) -> pl.DataFrame:
    """Events with their loan's column and the day from which interest reckons them."""
    loans = pl.DataFrame(
        {
            "loan_id": loan_ids,
            "loan": np.arange(len(loan_ids)),
            "first_on": days[:, 0],
            "last_on": np.where(days < NO_DAY, days, 0).max(axis=1),
        }
    )
    rows = events.join(loans, on="loan_id", maintain_order="left").with_columns(
        pl.col("on").to_physical().cast(pl.Int64),
        pl.when(pl.col("kind") == "draw").then("amount_fen").otherwise(0).alias("amount_fen"),
        pl.col("annual_rate").fill_null(0),
        is_draw=pl.col("kind") == "draw",
    )
    last_on = pl.col("last_on") - pl.col("is_draw").cast(pl.Int64)
    if not rows.select(pl.col("on").is_between("first_on", last_on).all()).item():
        raise ValueError("an event lies outside the loan's term")
    return rows.with_columns(
        from_on=pl.when("is_draw")
        .then("on")
        .otherwise(pl.max_horizontal(pl.col("on") - 1, "first_on"))
    )


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

    def add(self, events: pl.DataFrame) -> None:
        """Write events into the plan, at most one of each loan (columns of `read_events`)."""
        loan, start, from_on, is_draw, is_when_due = (
            events[name].to_numpy()
            for name in ("loan", "start", "from_on", "is_draw", "is_when_due")
        )
        amounts, rates = self._numbers(events["amount_fen"]), self._numbers(events["annual_rate"])
        drawn = np.where(is_when_due, 0, amounts)
        change = np.where(is_draw, 0, rates - self.rates[loan])
        piece = self._piece(loan, start, from_on)
        plan, at = self.plan, (start, loan)
        self.rates[loan] += change
        plan.draws_when_due[start - 1, loan] += amounts - drawn
        plan.draws_interest[at] += (drawn * self.rates[loan] + plan.draws[at] * change) * piece
        plan.draws[at] += drawn
        later = np.arange(len(plan.factors))[:, None] > start
        plan.factors[:, loan] += np.where(later, self.parts[:, loan] * change, 0)
        plan.factors[at] += change * piece

    def _numbers(self, values: pl.Series) -> Numbers:
        return values.to_numpy().astype(self.plan.opening.dtype)

    def _piece(self, loan: Whole, start: Whole, from_on: Whole) -> Numbers:
        begin, end = self.days[loan, start], self.days[loan, start + 1]
        pieces: npt.NDArray[Any] = self.parts[start, loan] * (end - from_on) // (end - begin)
        return pieces


def split_scale(events: pl.DataFrame, days: Whole) -> Whole:
    """By how much each loan's parts must be multiplied so that every period which its events
    split divides into its days."""
    scale = np.ones(len(days), np.int64)
    loan, start = events["loan"].to_numpy(), events["start"].to_numpy()
    np.lcm.at(scale, loan, days[loan, start + 1] - days[loan, start])
    return scale
