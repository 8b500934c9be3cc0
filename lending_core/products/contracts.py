"""Terms turned into arrays: due dates, parts of a year, and the plan that is then rolled."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from lending_core.products.due_dates import Dates, Rhythm, due_dates
from lending_core.products.events import NO_DAY
from lending_core.products.rate_factors import PARTS_OF_YEAR, period_parts
from lending_core.products.repayment import Plan
from lending_core.products.terms import EVERY_DAYS_MAX, EVERY_MONTHS_MAX, INSTALMENTS_MAX

Whole = npt.NDArray[np.int64]

RATE_DIGITS = 12
# Twice a remainder and a sum of two such numbers still fit into int64.
INT64_LIMIT = 2**61


@dataclass(frozen=True)
class Contracts:
    """Loans of one method, day count and way of rounding, with most instalments first.

    Calendars are the distinct runs of due dates among them. Rates are whole numbers over
    `rate_unit`; `events` carry their rates in the same unit, in column `annual_rate`.
    """

    method: str
    day_count: str
    rounding: str
    carries_remainder: bool
    rows: Whole
    loan_ids: Whole
    counts: Whole
    principals: Whole
    rates: Whole
    rate_unit: int
    multiples: Whole
    grace_principal: Whole
    grace_interest: Whole
    fixed_levels: Whole
    ends_early: npt.NDArray[np.bool_]
    dates: Dates
    parts: Whole
    calendar_of: Whole
    pattern_of: Whole
    events: pl.DataFrame

    def plan(self, scale: Whole | None = None) -> Plan:
        """The plan before any event, each loan's rate factors over `scale` times their unit."""
        scale = np.broadcast_to(1, self.counts.shape) if scale is None else scale
        unit = PARTS_OF_YEAR[self.day_count] * self.rate_unit
        dtype: Any = np.int64 if self._fits_int64(unit, int(scale.max())) else object
        parts = self.parts.T.astype(dtype)[:, self.calendar_of]
        draws, draws_interest, draws_when_due = self._no_draws(parts.shape, dtype)
        return Plan(
            method=self.method,
            rounding=self.rounding,
            carries_remainder=self.carries_remainder,
            denominators=scale.astype(dtype) * unit,
            counts=self.counts,
            opening=self.principals.astype(dtype),
            factors=parts * (self.rates.astype(dtype) * scale),
            draws=draws,
            draws_interest=draws_interest,
            draws_when_due=draws_when_due,
            grace=self.grace_principal,
            multiples=self.multiples,
            fixed_levels=self.fixed_levels,
        )

    def days_of_each_loan(self) -> Whole:
        """Row per loan: the days since 1970 of its dates, `NO_DAY` past the last due date."""
        days = self.dates.astype(np.int64)[self.calendar_of]
        days[np.arange(days.shape[1]) > self.counts[:, None]] = NO_DAY
        return days

    def parts_of_each_loan(self) -> Whole:
        """Row per period, column per loan."""
        return self.parts.T[:, self.calendar_of]

    def _no_draws(self, shape: tuple[int, ...], dtype: Any) -> list[npt.NDArray[Any]]:
        """Zeros for draws to be written into, or where none will come, zeros without memory."""
        if self.events.is_empty():
            return [np.broadcast_to(np.zeros(1, dtype), shape)] * 3
        return [np.zeros(shape, dtype) for _ in range(3)]

    def _fits_int64(self, unit: int, scale: int) -> bool:
        """Amounts or rates of unusual length, and many split periods, need Python integers."""
        most_events = np.unique(self.events["loan_id"], return_counts=True)[1].max(initial=0)
        owed = int(self.principals.max()) + _largest(self.events["amount_fen"]) * int(most_events)
        rate = max(int(self.rates.max()), _largest(self.events["annual_rate"]), 1)
        return max(owed * rate * int(self.parts.max()), unit) * scale < INT64_LIMIT


def contracts_of(group: pl.DataFrame, events: pl.DataFrame) -> Contracts:
    """The loans of `group` (alike in `GROUPED_BY`) and their `events` as arrays."""
    own = events.clear()
    if group["has_events"][0]:
        own = events.join(group.select("loan_id"), on="loan_id", how="semi")
    (rates, event_rates), rate_unit = _whole_rates(group["annual_rate"], own["annual_rate"])
    dates, months, calendar_of = _calendars(group)
    day_count = group["day_count"][0]
    parts = period_parts(dates, day_count, months)
    pattern_of_calendar = np.unique(parts, axis=0, return_inverse=True)[1]
    return Contracts(
        method=group["method"][0],
        day_count=day_count,
        rounding=group["rounding"][0],
        carries_remainder=group["carries_remainder"][0],
        rows=group["row"].to_numpy(),
        loan_ids=group["loan_id"].to_numpy(),
        counts=group["instalments"].to_numpy(),
        principals=group["principal_fen"].to_numpy(),
        rates=rates.to_numpy(),
        rate_unit=rate_unit,
        multiples=group["instalment_multiple_fen"].to_numpy(),
        grace_principal=group["grace_principal_instalments"].to_numpy(),
        grace_interest=group["grace_interest_instalments"].to_numpy(),
        fixed_levels=group["level_fen"].to_numpy(),
        ends_early=group["ends_early"].to_numpy(),
        dates=dates,
        parts=parts,
        calendar_of=calendar_of,
        pattern_of=pattern_of_calendar.ravel()[calendar_of],
        events=own.with_columns(event_rates.alias("annual_rate")),
    )


def _calendars(group: pl.DataFrame) -> tuple[Dates, Whole, Whole]:
    """Dates of each distinct calendar, its months per period, and each loan's calendar. The first
    loan has the most instalments."""
    columns = group.select(
        pl.col("disbursed_on").to_physical().cast(pl.Int64),
        pl.col("every_months").fill_null(0),
        pl.col("every_days").fill_null(0),
        (pl.col("month_end") == "roll").cast(pl.Int64).alias("rolls"),
        "instalments_before",
    )
    on, months, days, rolls, passed = (columns[name].to_numpy() for name in columns.columns)
    key = ((on * (EVERY_MONTHS_MAX + 1) + months) * (EVERY_DAYS_MAX + 1) + days) * 2 + rolls
    key = key * (INSTALMENTS_MAX + 1) + passed
    _, first, calendar_of = np.unique(key, return_index=True, return_inverse=True)
    rhythm = Rhythm(
        on[first].astype("M8[D]"), months[first], days[first], rolls[first] == 1, passed[first]
    )
    return due_dates(rhythm, int(group["instalments"][0])), months[first], calendar_of


def _largest(values: pl.Series) -> int:
    return int(np.abs(values.fill_null(0).to_numpy()).max(initial=0))


def _whole_rates(*rates: pl.Series) -> tuple[list[pl.Series], int]:
    """Exact decimal rates as whole numbers over the smallest common power of ten's divisor."""
    whole = [
        (series.cast(pl.Decimal(38, RATE_DIGITS)) * 10**RATE_DIGITS).cast(pl.Int64)
        for series in rates
    ]
    known = [series.drop_nulls().to_numpy() for series in whole if len(series)]
    values = {int(value) for numbers in known for value in np.unique(numbers)}
    common = math.gcd(10**RATE_DIGITS, *values)
    return [series // common for series in whole], 10**RATE_DIGITS // common
