"""The collectors' queue: who is late, what is expected of them, who may be called, who is next."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.dates import add_months, month_end, newest_month_end
from lending_core.errors import InvalidState
from lending_core.ledger.chain import utc_naive
from lending_core.operations.collection_cases import give_back_all, known_case, lock
from lending_core.operations.console import book
from lending_core.operations.contacts import tallies
from lending_core.operations.personal import masked
from lending_core.operations.promises import promise_states
from lending_core.portfolio.collection_rules import conduct, failed_outcomes, recovery
from lending_core.portfolio.conduct import Way, barred, is_quiet, local_time
from lending_core.portfolio.recovery import (
    WRITTEN_OFF,
    RecoveryModel,
    contact_standing,
    fitted,
    promise_standing,
    with_expected,
)
from lending_core.servicing.buckets import bucket_codes
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment

# Stages of a case: those of lateness, and written off where a claim is all that is left.
CASE_STAGES = (*bucket_codes()[1:], WRITTEN_OFF)
# Why a case that may be called comes later: the borrower promised, or was tried today.
PROMISE_OPEN, TRIED_TODAY = "promise_open", "tried_today"
WAITS = (PROMISE_OPEN, TRIED_TODAY)
# What a list of cases may be sorted by: as they are called, or by what is at stake.
CASE_ORDERS = (
    "queue_place",
    "expected_fen",
    "overdue_fen",
    "days_past_due",
    "promise_due_on",
    "case_id",
)
# The month before today, within which attempts count.
CONTACT_DAYS = 30


@dataclass(frozen=True)
class QueueFilter:
    """Which cases: empty means all. `only_callable`: those that may be called now and are nobody
    else's."""

    stages: tuple[str, ...] = ()
    only_callable: bool = False


@dataclass(frozen=True)
class Queue:
    """The queue under a filter: how long it is, how many may be called now, sums, and its rows: see
    `queue`."""

    total: int
    callable: int
    overdue_fen: int
    expected_fen: int
    rows: pl.DataFrame


def queue(store: Store, actor: Actor, chosen: QueueFilter, *, at: datetime) -> Queue:
    """Open cases: those that may be called now first, of them those that nobody tried today and
    who promised nothing, then by expected money.

    Rows: queue_place (1: the first to call), case_id, customer_id, name, phone (masked by role),
    region_code, opened_on, case_stage of `CASE_STAGES`, days_past_due, late_loans, principal_fen,
    overdue_fen (due now), owed_fen (all); attempts (of this case), contacts (of thirty days),
    last_contact_at, last_channel, last_outcome; promise_standing, promise_amount_fen,
    promise_due_on of an open one; rate, expected_fen within the model's horizon, net_fen less the
    cost of a call; hold_kind, held_to_on, agency_code, due_back_on; locked_by, locked_until;
    barred, the codes of `conduct.BARS` against a call now; is_callable; waits_for (`WAITS`), null
    where nothing is waited for.
    """
    require(actor, Permission.VIEW_COLLECTIONS)
    cases = _filtered(_cases(store, recovery_model(store, actor), actor, at), chosen)
    return Queue(
        total=cases.height,
        callable=int(cases["is_callable"].sum()),
        overdue_fen=int(cases["overdue_fen"].sum()),
        expected_fen=int(cases["expected_fen"].sum()),
        rows=masked(store, actor, cases.with_row_index("queue_place", offset=1)),
    )


def case_of_queue(store: Store, actor: Actor, case_id: int, *, at: datetime) -> dict[str, Any]:
    """One row of `queue`. Raises `NotFound`, and `InvalidState` once the case ended."""
    require(actor, Permission.VIEW_COLLECTIONS)
    known_case(store, case_id)
    cases = _cases(store, recovery_model(store, actor), actor, at, case_id)
    return masked(store, actor, cases).row(0, named=True)


def take_next(store: Store, actor: Actor, chosen: QueueFilter, *, at: datetime) -> int | None:
    """Takes the first case of the queue that may be called now, is nobody's and waits for no
    promise, so that no two collectors have the same; what the actor had before is given back, and
    comes again while it was not tried. Returns its number; None where no case is left. Raises
    `InvalidState` in quiet hours (CO-01)."""
    require(actor, Permission.COLLECT)
    rules, local = conduct(), local_time(at, conduct())
    if is_quiet(local, rules):
        raise InvalidState(
            "queue_quiet",
            from_hour=f"{rules.quiet_from_hour:02d}:00",
            to_hour=f"{rules.quiet_to_hour:02d}:00",
        )
    model = recovery_model(store, actor)
    with store.transaction() as transaction:
        moment = Moment(actor, book(transaction).open_on, at)
        give_back_all(transaction, moment)
        cases = _filtered(_cases(transaction, model, actor, at), chosen)
        is_waiting = (pl.col("waits_for") == PROMISE_OPEN).fill_null(value=False)
        ready = cases.filter(pl.col("is_callable") & ~is_waiting)
        if ready.is_empty():
            return None
        case_id = int(ready["case_id"][0])
        lock(transaction, moment, case_id)
        return case_id


def recovery_model(store: Store, actor: Actor) -> RecoveryModel:
    """What expectations are made of, from the book's newest months that are over: see
    `RecoveryModel`; at the start of a book the rates of `collections.toml`."""
    require(actor, Permission.VIEW_COLLECTIONS)
    rules = recovery()
    # The newest month end whose month after is over too.
    newest = newest_month_end(book(store).business_on)
    last_on = month_end(add_months(newest, -1))
    first_on = month_end(add_months(last_on, 1 - rules.history_months))
    span = {"first_month_end_on": first_on, "last_month_end_on": last_on}
    late = store.reports.read("recovery_history", **span, failed_outcomes=failed_outcomes())
    gone = store.reports.read("written_off_history", **span)
    both = pl.concat([late, gone], how="diagonal").with_columns(
        pl.col("contacts").fill_null(0), pl.col("is_reached").fill_null(value=False)
    )
    history = promise_standing(both, promise_states(store)).with_columns(
        contact_standing=contact_standing()
    )
    return fitted(history, rules)


def _cases(
    reader: Store | Transaction,
    model: RecoveryModel,
    actor: Actor,
    at: datetime,
    case_id: int | None = None,
) -> pl.DataFrame:
    """Every open case, or one, in the order of the queue."""
    current, local = book(reader), local_time(at, conduct())
    cases = reader.read("case_queue", case_id=case_id)
    customer_id = None if case_id is None else int(cases["customer_id"][0])
    facts = (
        _contacted(reader, current.open_on, case_id),
        reader.read("case_locked", at=utc_naive(at), case_id=case_id),
        tallies(reader, local.date(), case_id).drop("customer_id"),
    )
    owed = reader.read("customer_owes", customer_id=customer_id)
    cases = cases.join(owed, on="customer_id", maintain_order="left")
    for more in facts:
        cases = cases.join(more, on="case_id", how="left", maintain_order="left")
    standing = _standing(cases, promise_states(reader, customer_id), current.open_on)
    expected = with_expected(standing, model, recovery())
    is_free = pl.col("locked_by").is_null() | (pl.col("locked_by") == actor.user_name)
    return (
        expected.with_columns(barred=barred(expected, Way("call"), local, conduct()))
        .with_columns(
            is_callable=(pl.col("barred").list.len() == 0) & is_free, waits_for=_waits_for()
        )
        .rename({"stage": "case_stage"})
        .sort(
            ~pl.col("is_callable"),
            pl.col("waits_for").is_not_null(),
            -pl.col("net_fen"),
            "case_id",
        )
    )


def _waits_for() -> pl.Expr:
    today = ("unanswered_today", "connected_today", "messages_today", "visits_today")
    return (
        pl.when(pl.col("promise_due_on").is_not_null())
        .then(pl.lit(PROMISE_OPEN))
        .when(pl.sum_horizontal(*today) > 0)
        .then(pl.lit(TRIED_TODAY))
    )


def _contacted(reader: Store | Transaction, open_on: date, case_id: int | None) -> pl.DataFrame:
    since_on = open_on - timedelta(days=CONTACT_DAYS)
    asked = {"since_on": since_on, "case_id": case_id, "failed_outcomes": failed_outcomes()}
    return reader.read("case_contact", **asked)


def _standing(cases: pl.DataFrame, promises: pl.DataFrame, open_on: date) -> pl.DataFrame:
    """Cases with what the model asks of them: stage, promise_standing, contact_standing."""
    is_gone = pl.col("days_past_due") == 0
    known = cases.with_columns(
        pl.col("attempts", "contacts").fill_null(0),
        pl.col("is_reached").fill_null(value=False),
        stage=pl.when(is_gone).then(pl.lit(WRITTEN_OFF)).otherwise(pl.col("bucket")),
        on=pl.lit(open_on),
    ).with_columns(contact_standing=contact_standing())
    still_open = promises.filter(promise_state="open").select(
        "customer_id", promise_amount_fen="amount_fen", promise_due_on="due_on"
    )
    return promise_standing(known, promises).join(
        still_open, on="customer_id", how="left", maintain_order="left"
    )


def _filtered(cases: pl.DataFrame, chosen: QueueFilter) -> pl.DataFrame:
    found = cases.filter(pl.col("case_stage").is_in(chosen.stages)) if chosen.stages else cases
    return found.filter("is_callable") if chosen.only_callable else found


def case_log(store: Store, actor: Actor, customer_id: int) -> pl.DataFrame:
    """One row per thing in the cases of a customer, newest first: case_id, happened_on,
    recorded_at (UTC), entry (opened, ended, contact, agency_contact, promise, hold, hold_lifted,
    complaint, handed_over, recalled, hardship), code (outcome, kind, agency or reason), channel,
    party, amount_fen, until_on, note (null for roles that may not see personal data), actor; of an
    agency's contact agency_code and bars, the codes of the rules it broke with commas between."""
    require(actor, Permission.VIEW_COLLECTIONS)
    return masked(store, actor, store.read("case_log", customer_id=customer_id))
