"""Cases of collections: opened and ended by the close of days, taken and given back by people."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidState, NotFound
from lending_core.ledger.chain import utc_naive
from lending_core.operations.console import book
from lending_core.portfolio.collection_rules import desk
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Happening, Moment, append_events

CASE_ENDED = "case_ended"


@dataclass(frozen=True)
class Lock:
    """Whose a case is, and until when (UTC without a zone, as the store keeps it)."""

    locked_by: str
    locked_until: datetime


@dataclass(frozen=True)
class NewestCase:
    """Number of a case, and the day on which it ended (None: it is open)."""

    case_id: int
    closed_on: date | None


def turn_cases(transaction: Transaction, moment: Moment, first_on: date) -> dict[str, int]:
    """Part of the close of the days from `first_on` to that of `moment`, after the positions: opens
    a case for every customer of whom something is late, ends those of whom nothing is any more.

    Returns how many cases were `cases_opened` and `cases_ended`; the close's own event has them.
    """
    turned = transaction.read("case_turned", first_on=first_on, on=moment.business_on)
    new = turned.filter(pl.col("case_id").is_null())
    first_id = transaction.next_id("collection_case", "case_id")
    numbered = new.with_columns(
        case_id=pl.int_range(first_id, first_id + new.height, dtype=pl.Int64)
    )
    recorded = {"recorded_at": pl.lit(utc_naive(moment.at))}
    transaction.append(
        "collection_case", numbered.select("case_id", "customer_id", "opened_on", **recorded)
    )
    known = turned.filter(pl.col("case_id").is_not_null())
    ended = pl.concat([known, numbered]).filter(pl.col("closed_on").is_not_null())
    transaction.append("collection_case_end", ended.select("case_id", "closed_on", **recorded))
    _call_back(transaction, moment, ended)
    return {"cases_opened": numbered.height, "cases_ended": ended.height}


def open_case_of(store: Store, actor: Actor, customer_id: int) -> int | None:
    """The number of a customer's open case; None where nothing is late."""
    newest = newest_case_of(store, actor, customer_id)
    return newest.case_id if newest is not None and newest.closed_on is None else None


def newest_case_of(store: Store, actor: Actor, customer_id: int) -> NewestCase | None:
    """The newest case of a customer, ended or not; None where nothing was ever late."""
    require(actor, Permission.VIEW_BOOK)
    found = store.read("newest_case", customer_id=customer_id).rows(named=True)
    return NewestCase(**found[0]) if found else None


def take(store: Store, actor: Actor, case_id: int, *, at: datetime) -> datetime:
    """Takes a case to work on; returns the UTC time until which it is the actor's alone.

    Taking one's own again makes it last. Raises `NotFound`; `InvalidState` for a case that ended or
    is another's.
    """
    require(actor, Permission.COLLECT)
    with store.transaction() as transaction:
        known_case(transaction, case_id)
        check_lock(transaction, actor, case_id, at)
        return lock(transaction, Moment(actor, book(transaction).open_on, at), case_id)


def give_back(store: Store, actor: Actor, case_id: int, *, at: datetime) -> None:
    """Gives a case back that the actor had taken, so that another may. Raises `InvalidState` where
    it is not theirs."""
    require(actor, Permission.COLLECT)
    with store.transaction() as transaction:
        now = lock_of(transaction, case_id, at)
        if now is None or now.locked_by != actor.user_name:
            raise InvalidState("case_not_taken", case_id=case_id)
        moment = Moment(actor, book(transaction).open_on, at)
        _append_lock(transaction, moment, case_id, utc_naive(at))
        append_events(transaction, moment, "case_given_back", [("case", case_id, {})])


def give_back_all(transaction: Transaction, moment: Moment) -> None:
    """Gives back every case that the actor has."""
    held = transaction.read("case_locked", at=utc_naive(moment.at), case_id=None)
    mine = held.filter(locked_by=moment.actor.user_name)["case_id"].to_list()
    for case_id in mine:
        _append_lock(transaction, moment, case_id, utc_naive(moment.at))
    if mine:
        given_back: list[Happening] = [("case", case_id, {}) for case_id in mine]
        append_events(transaction, moment, "case_given_back", given_back)


def case_after_all(store: Store, actor: Actor, case_id: int) -> dict[str, Any]:
    """case_id, customer_id, opened_on, closed_on (None while it is open) and agency_code (whose it
    was when it ended, else None) of a case, ended or not. Raises `NotFound`."""
    require(actor, Permission.VIEW_COLLECTIONS)
    return any_case(store, case_id)


def any_case(reader: Store | Transaction, case_id: int) -> dict[str, Any]:
    """As `case_after_all`, for an operation that asked who is let in."""
    ended = reader.read("ended_case", case_id=case_id)
    if not ended.is_empty():
        return ended.row(0, named=True)
    return {**known_case(reader, case_id), "closed_on": None, "agency_code": None}


def known_case(reader: Store | Transaction, case_id: int) -> dict[str, Any]:
    """case_id, customer_id, opened_on of an open case. Raises `NotFound`; `InvalidState` once it
    ended."""
    found = reader.read("open_case", case_id=case_id, customer_id=None)
    if not found.is_empty():
        return found.row(0, named=True)
    if reader.read("ended_case", case_id=case_id).is_empty():
        raise NotFound("case_unknown", case_id=case_id)
    raise InvalidState(CASE_ENDED, case_id=case_id)


def lock_of(reader: Store | Transaction, case_id: int, at: datetime) -> Lock | None:
    """Whose a case is at an instant; None: nobody's."""
    rows = reader.read("case_locked", at=utc_naive(at), case_id=case_id).rows(named=True)
    return Lock(rows[0]["locked_by"], rows[0]["locked_until"]) if rows else None


def check_lock(reader: Store | Transaction, actor: Actor, case_id: int, at: datetime) -> None:
    """Raises `InvalidState` while a case is another's."""
    now = lock_of(reader, case_id, at)
    if now is not None and now.locked_by != actor.user_name:
        raise InvalidState("case_taken", case_id=case_id, user_name=now.locked_by)


def lock(transaction: Transaction, moment: Moment, case_id: int) -> datetime:
    """Makes a case the actor's; returns until when (UTC, without a zone)."""
    until = utc_naive(moment.at) + timedelta(minutes=desk().lock_minutes)
    _append_lock(transaction, moment, case_id, until)
    append_events(transaction, moment, "case_taken", [("case", case_id, {"until": until})])
    return until


def _append_lock(transaction: Transaction, moment: Moment, case_id: int, until: datetime) -> None:
    row = {
        "lock_id": transaction.next_id("case_lock", "lock_id"),
        "case_id": case_id,
        "locked_by": moment.actor.user_name,
        "locked_at": utc_naive(moment.at),
        "locked_until": until,
    }
    transaction.append("case_lock", pl.DataFrame([row]))


def _call_back(transaction: Transaction, moment: Moment, ended: pl.DataFrame) -> None:
    """What an agency has of a case that ended comes back with it."""
    placed = transaction.read("placement_out", on=moment.business_on)
    back = placed.join(ended, on="case_id", how="semi", maintain_order="left")
    rows = back.select(
        "placement_id",
        recalled_on=pl.lit(moment.business_on),
        reason=pl.lit(CASE_ENDED),
        recalled_by=pl.lit(moment.actor.user_name),
        recorded_at=pl.lit(utc_naive(moment.at)),
    )
    transaction.append("agency_recall", rows)
