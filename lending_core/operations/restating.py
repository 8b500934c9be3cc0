"""Month ends as they are known now: loans of which something was recorded only after the month end
for which it counts, replayed by the engine that closes days."""

from datetime import date

import numpy as np
import polars as pl

from lending_core.dates import add_months, day_number, month_end
from lending_core.servicing.buckets import HEADLINE_DAYS
from lending_core.servicing.contracts import contracts
from lending_core.servicing.loan_events import LOAN_EVENT_SCHEMA, effective
from lending_core.servicing.replay import advance, batches, start, steps
from lending_core.servicing.standing import everyone
from lending_core.servicing.state import State
from lending_core.store.engine import Store

ENTERED = {"ever30": "entered_30", "ever90": "entered_90", "default": "entered_default"}


def restated_months(store: Store, known_on: date, last_month_end_on: date) -> pl.DataFrame:
    """One row per loan that is told otherwise now, and month end from its disbursement on: loan_id,
    disbursed_on, month_end_on, months_on_book, days_past_due, principal_fen, is_charged_off,
    entered_30, entered_90, entered_default (booleans, as `loan_month` means them)."""
    loans = store.read("restated_loan", known_on=known_on)
    if loans.is_empty():
        return pl.DataFrame(schema=_SCHEMA)
    rows = store.read("restated_event", loan_ids=loans["loan_id"].to_list())
    events = effective(
        rows.cast(pl.Schema(LOAN_EVENT_SCHEMA)), as_of=last_month_end_on, known_on=known_on
    )
    parts = []
    for batch in batches(contracts(loans)):
        own = events.join(batch, on="loan_id", how="semi", maintain_order="left")
        parts += _months_of(batch, own, last_month_end_on)
    return _entered(pl.concat([pl.DataFrame(schema=_STATE_SCHEMA), *parts]))


_STATE_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "loan_id": pl.Int64,
    "disbursed_on": pl.Date,
    "month_end_on": pl.Date,
    "months_on_book": pl.Int32,
    "days_past_due": pl.Int32,
    "principal_fen": pl.Int64,
    "is_charged_off": pl.Boolean,
}
_SCHEMA = _STATE_SCHEMA | dict.fromkeys(ENTERED.values(), pl.Boolean)


def _months_of(batch: pl.DataFrame, events: pl.DataFrame, last_on: date) -> list[pl.DataFrame]:
    """A batch of loans on one month end after the other."""
    state = start(batch)
    ahead = steps(state, events, by_day=True)
    on, taken, months = month_end(_first(batch)), 0, []
    while on <= last_on:
        by_now = [step for step in ahead[taken:] if step.day[0] <= day_number(on)]
        advance(state, by_now)
        taken += len(by_now)
        months.append(_state_on(state, batch, on))
        on = month_end(add_months(on, 1))
    return months


def _first(batch: pl.DataFrame) -> date:
    first_on = batch["disbursed_on"].min()
    if not isinstance(first_on, date):
        raise ValueError("a batch has loans")
    return first_on


def _state_on(state: State, batch: pl.DataFrame, on: date) -> pl.DataFrame:
    now = everyone(state, day_number(on))
    months = (on.year * 12 + on.month - pl.col("disbursed_on").dt.year() * 12) - pl.col(
        "disbursed_on"
    ).dt.month()
    return (
        batch.select("loan_id", "disbursed_on")
        .with_columns(
            month_end_on=pl.lit(on),
            months_on_book=months.cast(pl.Int32),
            days_past_due=pl.Series(now.days_past_due.astype(np.int32)),
            principal_fen=pl.Series(now.principal_left),
            is_charged_off=pl.Series(state.is_charged_off.copy()),
        )
        .filter(pl.col("disbursed_on") <= on)
    )


def _entered(months: pl.DataFrame) -> pl.DataFrame:
    """The first month ends above each line, as the close of a day marks them."""
    late, lost = HEADLINE_DAYS
    days, gone = pl.col("days_past_due"), pl.col("is_charged_off")
    reached = {"entered_30": days > late, "entered_90": days > lost}
    reached["entered_default"] = (days > lost) | gone
    first = {
        name: is_there & (is_there.cum_sum().over("loan_id") == 1)
        for name, is_there in reached.items()
    }
    return months.sort("loan_id", "month_end_on").with_columns(**first)
