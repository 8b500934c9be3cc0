"""Repayment schedules: the instalments of one loan or of millions, exact to the fen."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from lending_core.products.contracts import Contracts, contracts_of
from lending_core.products.derivation import repay, repay_with_events
from lending_core.products.events import Timeline, read_events, split_scale
from lending_core.products.repayment import Rows
from lending_core.products.terms import EVENT_SCHEMA, complete_terms

SCHEDULE_SCHEMA = {
    "loan_id": pl.Int64,
    "number": pl.Int64,
    "due_on": pl.Date,
    "principal_fen": pl.Int64,
    "interest_fen": pl.Int64,
    "total_fen": pl.Int64,
    "balance_fen": pl.Int64,
}
# Loans that share everything which is one number, not an array, in the arithmetic.
GROUPED_BY = ("method", "day_count", "rounding", "carries_remainder", "has_events")

Whole = npt.NDArray[np.int64]


def schedule(terms: pl.DataFrame, events: pl.DataFrame | None = None) -> pl.DataFrame:
    """The instalments of each loan, one row per loan and number, in that order.

    Columns: loan_id, number, due_on, principal_fen, interest_fen, total_fen, and balance_fen
    owed after the instalment. `terms` has the columns of `REQUIRED_COLUMNS` and `DEFAULTS`,
    `events` those of `EVENT_SCHEMA` (terms.py); omitted ones take their defaults.

    `daily_interest` repays equal principal at each due date with interest for the actual days:
    what the contract shows until the borrower repays otherwise (PM-01, PM-03).
    `minimum_payment` asks a tenth of the used amount and the interest, all of it up to 100 yuan
    (PM-04); its last instalment clears the rest.

    A draw of a negative amount repays principal early. There, under `minimum_payment` and where
    `level_fen` fixes the level, no instalment follows once the balance is cleared. Flat interest
    is agreed on all that was drawn and allows none.
    Raises `ValueError` for terms that no contract can have, and for events outside the term or
    that repay more than is owed.
    """
    known = _events_of(events)
    loans = _marked(complete_terms(terms), known)
    if loans.is_empty():
        return pl.DataFrame(schema=SCHEDULE_SCHEMA)
    table = _Table.for_loans(loans)
    indexed = loans.with_row_index("row").sort("instalments", descending=True, maintain_order=True)
    for group in indexed.partition_by(GROUPED_BY):
        contracts = contracts_of(group, known)
        rows = _repay(contracts)
        rows.defer_interest(contracts.grace_interest)
        table.write(contracts, rows)
    return table.frame()


def schedules_in_batches(terms: pl.DataFrame, batch_loans: int = 100_000) -> Iterator[pl.DataFrame]:
    """`schedule` for as many loans at a time as memory should hold, in the order of `terms`."""
    for batch in terms.iter_slices(batch_loans):
        yield schedule(batch)


@dataclass(frozen=True)
class _Table:
    """Columns of the result; each loan owns the rows from its offset on."""

    loan_ids: Whole
    counts: Whole
    offsets: Whole
    columns: dict[str, Whole]
    is_due: npt.NDArray[np.bool_]

    @classmethod
    def for_loans(cls, loans: pl.DataFrame) -> "_Table":
        counts = loans["instalments"].to_numpy()
        offsets = np.concatenate([[0], np.cumsum(counts)[:-1]])
        size = int(counts.sum())
        names = ("due_on", "principal_fen", "interest_fen", "balance_fen")
        columns = {name: np.zeros(size, np.int64) for name in names}
        is_due = np.ones(size, np.bool_)
        return cls(loans["loan_id"].to_numpy(), counts, offsets, columns, is_due)

    def write(self, contracts: Contracts, rows: Rows) -> None:
        """Enter the instalments of a group, whose loans have most instalments first."""
        offsets, counts = self.offsets[contracts.rows], contracts.counts
        ordinals = contracts.dates.astype(np.int64)
        is_due = _is_due(contracts, rows)
        for period in range(len(rows.principal)):
            now = int(np.searchsorted(-counts, -period))
            at = offsets[:now] + period
            self.columns["due_on"][at] = ordinals[contracts.calendar_of[:now], period + 1]
            self.columns["principal_fen"][at] = rows.principal[period, :now]
            self.columns["interest_fen"][at] = rows.interest[period, :now]
            self.columns["balance_fen"][at] = rows.closing[period, :now]
            self.is_due[at] = is_due[period, :now]

    def frame(self) -> pl.DataFrame:
        number = np.arange(len(self.is_due)) - np.repeat(self.offsets, self.counts) + 1
        columns: dict[str, Any] = {
            "loan_id": np.repeat(self.loan_ids, self.counts),
            "number": number,
            **self.columns,
        }
        frame = pl.DataFrame(columns).with_columns(
            pl.col("due_on").cast(pl.Int32).cast(pl.Date),
            (pl.col("principal_fen") + pl.col("interest_fen")).alias("total_fen"),
        )
        due = frame if self.is_due.all() else frame.filter(pl.Series(self.is_due))
        return due.select(list(SCHEDULE_SCHEMA))


def _is_due(contracts: Contracts, rows: Rows) -> npt.NDArray[np.bool_]:
    if not contracts.ends_early.any():
        return np.broadcast_to(True, rows.owed.shape)
    return rows.is_before_the_end() | ~contracts.ends_early


def _repay(contracts: Contracts) -> Rows:
    if contracts.events.is_empty():
        return repay(contracts.plan(), contracts.pattern_of, contracts.rates)
    days = contracts.days_of_each_loan()
    events = read_events(contracts.events, contracts.loan_ids, days)
    scale = split_scale(events, days)
    plan = contracts.plan(scale)
    timeline = Timeline(plan, days, contracts.parts_of_each_loan() * scale, contracts.rates)
    return repay_with_events(plan, timeline, events, contracts.pattern_of)


def _marked(loans: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Loans with has_events, and ends_early: their balance may be cleared before the last row."""
    early = events.filter(pl.col("kind") == "draw", pl.col("amount_fen") < 0)["loan_id"]
    repays_early = pl.col("loan_id").is_in(early.implode())
    if loans.select(((pl.col("method") == "flat") & repays_early).any()).item():
        raise ValueError("flat interest allows no early repayment")
    return loans.with_columns(
        has_events=pl.col("loan_id").is_in(events["loan_id"].implode()),
        ends_early=(pl.col("method") == "minimum_payment")
        | (pl.col("level_fen") > 0)
        | repays_early,
    )


def _events_of(events: pl.DataFrame | None) -> pl.DataFrame:
    if events is None:
        return pl.DataFrame(schema=EVENT_SCHEMA)
    return events.select(
        (pl.col(name) if name in events.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in EVENT_SCHEMA.items()
    )
