"""The close of a day: loans aged, interest and penalty accrued, postings booked, month ends kept.

One transaction closes a day, so that a close that was cut off has done nothing, and the next one
starts where the newest closed day ended.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any

import numpy as np
import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.dates import day_number, month_end, month_start
from lending_core.errors import InvalidState
from lending_core.ledger.chain import utc_naive
from lending_core.operations.books import advance_book
from lending_core.operations.collection_cases import turn_cases
from lending_core.operations.console import book
from lending_core.operations.early_warning import watch_book
from lending_core.operations.guarantees import settle_guarantees
from lending_core.operations.holds import lift_with_cases
from lending_core.operations.lines import freeze_lines
from lending_core.operations.policy_guard import watch_policy
from lending_core.operations.rematching import match_again
from lending_core.servicing.accounts import postings
from lending_core.servicing.buckets import bucket_codes
from lending_core.servicing.contracts import contracts
from lending_core.servicing.day_end import OpenLoans, close, end_positions, moves
from lending_core.servicing.kept import kept, resumed
from lending_core.servicing.loan_events import LOAN_EVENT_SCHEMA, effective
from lending_core.servicing.replay import advance, batches, start, steps
from lending_core.servicing.state import FLOWS, State
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_entries

# Loans closed at a time, which bounds the memory of a close.
CHUNK_LOANS = 100_000

POSITION_COLUMNS = (
    "loan_id",
    "is_open",
    "is_charged_off",
    "days_past_due",
    "bucket",
    "asset_class",
    "stage",
    "principal_fen",
    "overdue_principal_fen",
    "overdue_fen",
    "oldest_due_on",
    "oldest_overdue_fen",
    "next_due_on",
    "next_due_fen",
    "next_due_principal_fen",
    "interest_receivable_fen",
    "penalty_fen",
    "fee_fen",
    "excess_fen",
    "claim_fen",
    "written_off_fen",
    "allowance_fen",
    "payoff_fen",
    "flow_totals_fen",
)


def close_day(
    store: Store, actor: Actor, on: date, *, at: datetime, is_watched: bool = True
) -> None:
    """Closes the open day; `is_watched`: and runs the rules of early warning, which a day that is
    followed at once by the next can leave to that. Raises `NotAllowed`, and `InvalidState` for a
    day that is closed already or that would leave a day before it open."""
    require(actor, Permission.CLOSE_DAY)
    with store.transaction() as transaction:
        current = book(transaction)
        if on <= current.business_on:
            raise InvalidState("day_closed", on=on, newest=current.business_on)
        if on > current.open_on:
            raise InvalidState("day_skipped", on=on, open_on=current.open_on)
        close_days(transaction, Moment(actor, on, at), on)
        if on == month_end(on):
            watch_policy(transaction, at)
        if is_watched:
            watch_book(transaction, Moment(actor, on, at))


def close_days(transaction: Transaction, moment: Moment, first_on: date) -> None:
    """Closes the days from `first_on` to the business date of `moment`, all in one month."""
    run = _Run.of(transaction, moment, first_on)
    for first_loan_id in range(1, run.last_loan_id + 1, CHUNK_LOANS):
        loans = {
            "first_loan_id": first_loan_id,
            "last_loan_id": first_loan_id + CHUNK_LOANS - 1,
            "last_event_id": run.seen_event_id,
        }
        _close_chunk(transaction, run, loans)
    current = book(transaction)
    _drop_to_date(transaction, current.business_on)
    month_start_on = month_start(moment.business_on)
    transaction.append_query(
        "loan_month",
        "loan_month",
        on=moment.business_on,
        month_start_on=month_start_on,
        previous_month_end_on=month_start_on - timedelta(days=1),
    )
    advance_book(transaction, current, moment.business_on)
    lines = freeze_lines(transaction, moment)
    cases = turn_cases(transaction, moment, first_on)
    lifted = {"holds_lifted": lift_with_cases(transaction, moment)}
    run.count_postings(settle_guarantees(transaction, moment, first_on))
    _record(transaction, run, {**lines, **cases, **lifted})
    match_again(transaction, moment)


@dataclass
class _Run:
    """A close in progress: its days, and what it has found so far."""

    moment: Moment
    first_on: date
    last_loan_id: int
    seen_event_id: int
    last_event_id: int
    entries: int
    counts: list[pl.DataFrame]

    @classmethod
    def of(cls, transaction: Transaction, moment: Moment, first_on: date) -> "_Run":
        seen = transaction.read("newest_closed_day").rows(named=True)
        newest = transaction.read("loan_id_range", known_on=moment.business_on).row(0, named=True)
        return cls(
            moment=moment,
            first_on=first_on,
            last_loan_id=newest["last_loan_id"],
            seen_event_id=seen[0]["last_event_id"] if seen else 0,
            last_event_id=newest["last_event_id"],
            entries=transaction.next_id("posting", "entry_id"),
            counts=[],
        )

    @property
    def days(self) -> list[date]:
        span = (self.moment.business_on - self.first_on).days + 1
        return [self.first_on + timedelta(days=number) for number in range(span)]

    def count_postings(self, booked: pl.DataFrame) -> None:
        """Takes postings, a row each with booked_on, into what the days came to."""
        self.counts.append(booked.group_by(closed_on="booked_on").agg(postings=pl.len()))


def _close_chunk(transaction: Transaction, run: _Run, loans: dict[str, Any]) -> None:
    """Closes the days for a range of loans and writes what they came to."""
    found = _Found()
    for batch in chain(_replayed(transaction, run, loans), _continued(transaction, loans)):
        _close_batch(run, batch, found)
    if not found.positions:
        return
    newest = pl.concat(found.positions)
    rows = newest.select(*POSITION_COLUMNS, closed_on=pl.lit(run.days[-1]))
    transaction.replace("loan_position", "loan_id", rows)
    if found.plans:
        transaction.replace("loan_plan", "loan_id", pl.concat(found.plans))
    transaction.append("bucket_move", pl.concat(found.moves))
    _post(transaction, run, pl.concat(found.postings))
    moved = pl.concat(found.moves).group_by(closed_on="moved_on").agg(moves=pl.len())
    run.counts += [*found.counts, moved]


@dataclass
class _Batch:
    """Loans closed together, the events that they still have before them, and their funders."""

    loans: OpenLoans
    events: pl.DataFrame
    funders: pl.DataFrame
    is_replayed: bool


@dataclass
class _Found:
    """What closing batches of loans came to, frame by frame."""

    plans: list[pl.DataFrame] = field(default_factory=list)
    positions: list[pl.DataFrame] = field(default_factory=list)
    postings: list[pl.DataFrame] = field(default_factory=list)
    moves: list[pl.DataFrame] = field(default_factory=list)
    counts: list[pl.DataFrame] = field(default_factory=list)


def _close_batch(run: _Run, batch: _Batch, found: _Found) -> None:
    """Day after day: the events of the day take effect, then the day is closed."""
    state, ends = batch.loans.state, []
    ahead = steps(state, batch.events, by_day=True)
    for on in run.days:
        advance(state, [step for step in ahead if step.day[0] == day_number(on)])
        ends.append(close(batch.loans, on, provisions=on == month_end(on)))
    loan_ids = state.contracts["loan_id"]
    booked = postings(loan_ids, [(end.on, end.change) for end in ends])
    found.postings.append(booked.join(batch.funders, on="loan_id", maintain_order="left"))
    found.moves.append(moves(loan_ids, ends))
    found.counts.append(_paid_out_by(state, run.days))
    found.positions.append(end_positions(batch.loans, run.days[-1]))
    if batch.is_replayed:
        found.plans.append(kept(state))


def _paid_out_by(state: State, days: list[date]) -> pl.DataFrame:
    """How many loans of a batch each day looked at."""
    loans = [int((state.disbursed_on <= day_number(on)).sum()) for on in days]
    return pl.DataFrame({"closed_on": days, "loans": pl.Series(loans, dtype=pl.UInt32)})


def _replayed(transaction: Transaction, run: _Run, loans: dict[str, Any]) -> Iterator[_Batch]:
    """Loans to which something happened: from their contracts, up to the day before the first."""
    rows = transaction.read("loan_to_replay", to_on=run.moment.business_on, **loans)
    if rows.is_empty():
        return
    last_on = run.moment.business_on
    events = transaction.read("event_to_replay", **loans).cast(pl.Schema(LOAN_EVENT_SCHEMA))
    known = effective(events, as_of=last_on, known_on=last_on)
    earlier = known.filter(pl.col("effective_on") < run.first_on)
    later = known.filter(pl.col("effective_on") >= run.first_on)
    for contract in batches(contracts(rows)):
        own = contract.select("loan_id")
        state = start(contract)
        past = earlier.join(own, on="loan_id", how="semi", maintain_order="left")
        advance(state, steps(state, past))
        facts = own.join(rows, on="loan_id", maintain_order="left")
        booked = facts["flow_totals_fen"].fill_null([0] * len(FLOWS))
        loans_now = OpenLoans(state, _totals(booked), _places(facts["bucket"]))
        ahead = later.join(own, on="loan_id", how="semi", maintain_order="left")
        yield _Batch(loans_now, ahead, facts.select("loan_id", "funder_code"), is_replayed=True)


def _continued(transaction: Transaction, loans: dict[str, Any]) -> Iterator[_Batch]:
    """Open loans to which nothing happened, from the plan that was kept."""
    rows = transaction.read("loan_to_continue", **loans)
    if rows.is_empty():
        return
    known = contracts(rows.with_columns(principal_fen="lent_fen"))
    none = pl.DataFrame(schema=LOAN_EVENT_SCHEMA)
    for contract in batches(known):
        facts = contract.select("loan_id").join(rows, on="loan_id", maintain_order="left")
        loans_now = OpenLoans(
            resumed(contract, facts), _totals(facts["booked_fen"]), _places(facts["bucket"])
        )
        yield _Batch(loans_now, none, facts.select("loan_id", "funder_code"), is_replayed=False)


def _post(transaction: Transaction, run: _Run, booked: pl.DataFrame) -> None:
    """Books what changed: one entry per loan and day."""
    is_new = (pl.col("loan_id") != pl.col("loan_id").shift()).fill_null(True)
    is_new |= (pl.col("booked_on") != pl.col("booked_on").shift()).fill_null(True)
    numbered = booked.with_columns(entry_id=run.entries - 1 + is_new.cum_sum().cast(pl.Int64))
    transaction.append("posting", numbered)
    if not numbered.is_empty():
        run.entries = int(numbered["entry_id"][-1]) + 1
    run.count_postings(numbered)


def _drop_to_date(transaction: Transaction, newest_on: date) -> None:
    """A day that ends no month is kept in `loan_month` only as long as it is the newest."""
    if newest_on != month_end(newest_on):
        transaction.remove("loan_month", "month_end_on", newest_on)


def _record(transaction: Transaction, run: _Run, turned: dict[str, int]) -> None:
    """Says in `closed_day` and in the ledger what each day came to."""
    counted = (
        pl.concat([_nothing_yet(run.days), *run.counts], how="diagonal")
        .group_by("closed_on")
        .agg(pl.col("loans", "moves", "postings").sum())
        .sort("closed_on")
    )
    rows = counted.with_columns(
        last_event_id=pl.lit(run.last_event_id),
        closed_by=pl.lit(run.moment.actor.user_name),
        recorded_at=pl.lit(utc_naive(run.moment.at)),
    )
    transaction.append("closed_day", rows)
    entries = []
    for day in counted.rows(named=True):
        on = day.pop("closed_on")
        found = turned if on == run.days[-1] else {}
        moment = Moment(run.moment.actor, on, run.moment.at)
        entries.append((moment, ("book", 1, {**day, **found})))
    append_entries(transaction, "day_closed", entries)


def _nothing_yet(days: list[date]) -> pl.DataFrame:
    counts = {name: pl.lit(0, pl.UInt32) for name in ("loans", "moves", "postings")}
    return pl.DataFrame({"closed_on": days}).with_columns(**counts)


def _totals(lists: pl.Series) -> np.ndarray[Any, np.dtype[np.int64]]:
    return lists.explode().to_numpy().reshape(-1, len(FLOWS)).astype(np.int64)


def _places(buckets: pl.Series) -> np.ndarray[Any, np.dtype[np.int64]]:
    codes = bucket_codes()
    return (
        buckets.fill_null(codes[0])
        .replace_strict(list(codes), list(range(len(codes))), return_dtype=pl.Int64)
        .to_numpy()
    )
