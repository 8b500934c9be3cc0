"""One customer's data in plain: for a reason, for a short while, and never without a trace."""

import functools
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput, InvalidState, NotFound
from lending_core.ledger.chain import utc_naive
from lending_core.operations import listing
from lending_core.operations.console import book
from lending_core.operations.listing import Asked, Listing, Order
from lending_core.settings import reference_file
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events

# A number or a code: nobody's name.
_TICKET = re.compile(r"[A-Za-z0-9_./-]+")
# Nor the number of a mobile phone or of a person.
_OF_SOMEBODY = re.compile(r"(?<!\d)(1[3-9]\d{9}|[1-9]\d{16}[\dXx])(?!\d)")


@dataclass(frozen=True)
class Rules:
    """For how long plain values are shown, and for which reasons."""

    minutes: int
    reasons: tuple[str, ...]
    ticket_length_max: int
    case_reason: str


@dataclass(frozen=True)
class Wish:
    """Whose data, why (a code of `reasons`), and the number of the call or letter, if any."""

    customer_id: int
    reason: str
    ticket: str | None = None


@dataclass(frozen=True)
class Plain:
    """Personal data as they are; null: not known, or erased. `until`: UTC, without a zone."""

    until: datetime
    name: str | None
    id_number: str | None
    phone: str | None
    licence_number: str | None
    birth_on: str | None


@functools.cache
def rules() -> Rules:
    """The rules of `privacy.toml`."""
    told = tomllib.loads(reference_file("privacy.toml").read_text("utf-8"))["unmask"]
    return Rules(
        told["minutes"], tuple(told["reasons"]), told["ticket_length_max"], told["case"]["reason"]
    )


def must_hold_case(actor: Actor) -> bool:
    """Whether the actor sees only those in plain whose case is the actor's own: who collects and
    has nothing to do with applications."""
    return actor.may(Permission.COLLECT) and not actor.may(Permission.VIEW_APPLICATIONS)


def unmask(store: Store, actor: Actor, wish: Wish, *, at: datetime) -> Plain:
    """Shows one customer's data in plain, keeps who saw it and why, and writes an event that names
    neither. Asked again while it is shown, the time begins anew.

    Raises `NotAllowed`, `NotFound`, `InvalidInput` for an unknown reason or a ticket that is none,
    and `InvalidState` where a collector has not taken the customer's case.
    """
    require(actor, Permission.VIEW_PERSONAL_DATA)
    with store.transaction() as transaction:
        _check(transaction, actor, wish)
        reference = wish.ticket or None
        if must_hold_case(actor):
            reference = f"case {_case_of(transaction, actor, wish.customer_id, at)}"
        until = utc_naive(at) + timedelta(minutes=rules().minutes)
        keep_access(
            transaction, Moment(actor, book(transaction).open_on, at), wish, reference, until
        )
        return _plain(transaction, wish.customer_id, until)


def shown_in_plain(store: Store, actor: Actor, customer_id: int, *, at: datetime) -> Plain | None:
    """What the actor may still see of the customer since `unmask`; None: nothing."""
    if not actor.may(Permission.VIEW_PERSONAL_DATA):
        return None
    found = store.read(
        "personal_access_open",
        customer_id=customer_id,
        user_name=actor.user_name,
        role=actor.role.value,
        at=utc_naive(at),
    )
    if found.is_empty():
        return None
    return _plain(store, customer_id, found["shown_until"].item())


def keep_access(
    transaction: Transaction, moment: Moment, wish: Wish, reference: str | None, until: datetime
) -> None:
    """Keeps that the actor of the moment sees the customer's data, until when and why."""
    row = {
        "access_id": transaction.next_id("personal_access", "access_id"),
        "customer_id": wish.customer_id,
        "user_name": moment.actor.user_name,
        "role": moment.actor.role.value,
        "reason": wish.reason,
        "reference": reference,
        "shown_at": utc_naive(moment.at),
        "shown_until": until,
    }
    rows = pl.DataFrame([row], schema_overrides={"reference": pl.String})
    transaction.append("personal_access", rows)
    facts = {"access_id": row["access_id"], "reason": wish.reason, "until": until.isoformat()}
    happened = ("customer", wish.customer_id, facts)
    append_events(transaction, moment, "personal_data_shown", [happened])


ACCESS_ORDERS = ("access_id", "shown_at", "user_name", "customer_id")
NEWEST_ACCESS = Asked(Order("access_id"))
_ACCESS = Listing("personal_access", "access_id", ACCESS_ORDERS)


def access_log(store: Store, actor: Actor, asked: Asked = NEWEST_ACCESS) -> pl.DataFrame:
    """One page of who saw whose data in plain: access_id, shown_at, shown_until, user_name, role,
    customer_id, unmask_reason, reference."""
    require(actor, Permission.VIEW_ACCESS_LOG)
    return listing.page(store, actor, _ACCESS, asked, {})


def whole_log(store: Store, actor: Actor, order: Order) -> Iterator[pl.DataFrame]:
    """The whole log in frames, for a file: the columns of `access_log`."""
    require(actor, Permission.VIEW_ACCESS_LOG)
    return listing.frames(store, actor, _ACCESS, order, {})


def count_access(store: Store, actor: Actor) -> int:
    """How many rows the log has."""
    require(actor, Permission.VIEW_ACCESS_LOG)
    return listing.count(store, _ACCESS, {})


def _check(transaction: Transaction, actor: Actor, wish: Wish) -> None:
    own = (rules().case_reason,) if must_hold_case(actor) else rules().reasons
    if wish.reason not in own:
        raise InvalidInput("unmask_reason", code=wish.reason)
    if wish.ticket and not (
        len(wish.ticket) <= rules().ticket_length_max
        and _TICKET.fullmatch(wish.ticket)
        and not _OF_SOMEBODY.search(wish.ticket)
    ):
        raise InvalidInput("unmask_ticket", maximum=rules().ticket_length_max)
    if transaction.read("customer_page", customer_id=wish.customer_id).is_empty():
        raise NotFound("customer_unknown", customer_id=wish.customer_id)


def _case_of(transaction: Transaction, actor: Actor, customer_id: int, at: datetime) -> int:
    """The customer's open case, which the actor has taken."""
    cases = transaction.read("open_case", case_id=None, customer_id=customer_id)
    taken = transaction.read("case_locked", at=utc_naive(at), case_id=None)
    mine = cases.join(taken.filter(locked_by=actor.user_name), on="case_id")
    if mine.is_empty():
        raise InvalidState("unmask_case_not_taken", customer_id=customer_id)
    return int(mine["case_id"][0])


def _plain(reader: Store | Transaction, customer_id: int, until: datetime) -> Plain:
    row = reader.opened(reader.read("customer_personal", customer_id=customer_id)).row(
        0, named=True
    )
    return Plain(until=until, **row)
