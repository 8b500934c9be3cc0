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
GROUPED_BY = ("method", "day_count", "rounding", "has_events")

Whole = npt.NDArray[np.int64]


def schedule(terms: pl.DataFrame, events: pl.DataFrame | None = None) -> pl.DataFrame:
    """The instalments of each loan, one row per loan and number, in that order.

    Columns: loan_id, number, due_on, principal_fen, interest_fen, total_fen, and balance_fen
    owed after the instalment. `terms` has the columns of `REQUIRED_COLUMNS` and `DEFAULTS`,
    `events` those of `EVENT_SCHEMA` (terms.py); omitted ones take their defaults.

    `daily_interest` repays equal principal at each due date with interest for the actual days:
    what the contract shows until the borrower repays otherwise (PM-01, PM-03).
    `minimum_payment` asks a tenth of the used amount and the interest, all of it up to 100 yuan
    (PM-04); its last instalment clears the rest, and once the balance is cleared no more follow.
    Raises `ValueError` for terms that no contract can have.
    """
    loans = complete_terms(terms)
    if loans.is_empty():
        return pl.DataFrame(schema=SCHEDULE_SCHEMA)
    known = _events_of(events)
    loans = loans.with_columns(
        pl.col("loan_id").is_in(known["loan_id"].implode()).alias("has_events")
    )
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
        ends_early = contracts.method == "minimum_payment"
        for period in range(len(rows.principal)):
            now = int(np.searchsorted(-counts, -period))
            at = offsets[:now] + period
            self.columns["due_on"][at] = ordinals[contracts.calendar_of[:now], period + 1]
            self.columns["principal_fen"][at] = rows.principal[period, :now]
            self.columns["interest_fen"][at] = rows.interest[period, :now]
            self.columns["balance_fen"][at] = rows.closing[period, :now]
            if ends_early:
                self.is_due[at] = rows.owed[period, :now] > 0

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


def _repay(contracts: Contracts) -> Rows:
    if contracts.events.is_empty():
        return repay(contracts.plan(), contracts.pattern_of, contracts.rates)
    dates = contracts.dates_of_each_loan()
    columns = {loan_id: loan for loan, loan_id in enumerate(contracts.loan_ids.tolist())}
    events = read_events(contracts.events, columns, dates)
    scale = split_scale(events, dates)
    plan = contracts.plan(scale)
    timeline = Timeline(plan, dates, contracts.parts_of_each_loan() * scale, contracts.rates)
    return repay_with_events(plan, timeline, events)


def _events_of(events: pl.DataFrame | None) -> pl.DataFrame:
    if events is None:
        return pl.DataFrame(schema=EVENT_SCHEMA)
    return events.select(
        (pl.col(name) if name in events.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in EVENT_SCHEMA.items()
    )
