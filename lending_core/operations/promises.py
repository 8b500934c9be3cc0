"""Promises to pay: made once, kept or broken by the money that came in."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput
from lending_core.ledger.chain import utc_naive
from lending_core.money import fen_text
from lending_core.operations.collection_cases import check_lock, known_case
from lending_core.operations.console import book
from lending_core.operations.keys import Request, known_subject, remember
from lending_core.portfolio.collection_rules import desk
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events

Fen = TypeVar("Fen", int, pl.Expr)
# What becomes of a promise: `replaced` by a newer one before it was due.
PROMISE_STATES = ("open", "kept", "broken", "replaced")


@dataclass(frozen=True)
class Promise:
    """So much by a day, promised by the borrower of a case."""

    case_id: int
    amount_fen: int
    due_on: date


def record_promise(store: Store, actor: Actor, promise: Promise, *, key: str, at: datetime) -> int:
    """Keeps a promise made on the open day; returns its number. It replaces an open one. The same
    `key` again answers the same.

    Raises `NotFound`; `InvalidState` for a case that ended or is another's; `InvalidInput` for a
    day that is past or too far off, or an amount that is nothing or more than is owed.
    """
    require(actor, Permission.COLLECT)
    asked = Request(key, "promise", asdict(promise))
    with store.transaction() as transaction:
        known = known_subject(transaction, asked)
        if known is not None:
            return known
        case = known_case(transaction, promise.case_id)
        check_lock(transaction, actor, promise.case_id, at)
        moment = Moment(actor, book(transaction).open_on, at)
        _check(transaction, promise, case["customer_id"], moment.business_on)
        promise_id = _save(transaction, moment, promise, case["customer_id"])
        remember(transaction, asked, promise_id)
        return promise_id


def promises_of(store: Store, actor: Actor, customer_id: int) -> pl.DataFrame:
    """One row per promise of a customer, newest first: promise_id, case_id, amount_fen, made_on,
    due_on, grace_to_on, paid_fen (what came in from the day it was made until then, or until the
    next promise), promise_state of `PROMISE_STATES`, recorded_by."""
    require(actor, Permission.VIEW_COLLECTIONS)
    return promise_states(store, customer_id).reverse()


def promise_states(reader: Store | Transaction, customer_id: int | None = None) -> pl.DataFrame:
    """As `promises_of`, oldest first, of one customer or of all, with customer_id."""
    return reader.read("promise_state", customer_id=customer_id, open_on=book(reader).open_on)


def _check(reader: Transaction, promise: Promise, customer_id: int, today: date) -> None:
    if promise.amount_fen <= 0:
        raise InvalidInput("amount_not_positive")
    owed = reader.read("customer_owes", customer_id=customer_id)
    owed_fen = int(owed["owed_fen"].sum())
    if promise.amount_fen > owed_fen:
        raise InvalidInput("promise_above_owed", most=fen_text(owed_fen))
    last_on = today + timedelta(days=desk().promise_days_max)
    if not today <= promise.due_on <= last_on:
        raise InvalidInput("promise_day", first_on=today, last_on=last_on)


def _save(transaction: Transaction, moment: Moment, promise: Promise, customer_id: int) -> int:
    rules = desk()
    promise_id = transaction.next_id("promise", "promise_id")
    row = {
        **asdict(promise),
        "promise_id": promise_id,
        "customer_id": customer_id,
        "least_fen": least_fen(promise.amount_fen),
        "made_on": moment.business_on,
        "grace_to_on": promise.due_on + timedelta(days=rules.promise_grace_days),
        "recorded_by": moment.actor.user_name,
        "recorded_at": utc_naive(moment.at),
    }
    transaction.append("promise", pl.DataFrame([row]))
    facts = {"promise_id": promise_id, "amount_fen": promise.amount_fen, "due_on": promise.due_on}
    append_events(transaction, moment, "promise_made", [("case", promise.case_id, facts)])
    return promise_id


def least_fen(amount_fen: Fen) -> Fen:
    """From what sum on a promise counts as kept, in whole fen: of one, or of a column."""
    return -(-amount_fen * desk().promise_kept_percent // 100)
