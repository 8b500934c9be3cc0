"""What a close leaves for a person: books that disagree, money to give back, loans to let go."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.operations import listing
from lending_core.operations.accounting import DIFFERENCES
from lending_core.operations.console import book
from lending_core.operations.listing import Asked, Listing, Order
from lending_core.servicing.bounds import bounds
from lending_core.store.engine import Store

# Corrections older than this have been seen.
RECENT_DAYS = 30

# `wrong`: may not be, and is looked into; `due`: somebody acts; `known`: somebody has acted.
Urgency = Literal["wrong", "due", "known"]
Parameters = Callable[[Store], dict[str, Any]]


def _nothing(_: Store) -> dict[str, Any]:
    return {}


def _recent(store: Store) -> dict[str, Any]:
    return {"since_on": book(store).open_on - timedelta(days=RECENT_DAYS)}


def _bound(_: Store) -> dict[str, Any]:
    return {"charge_off_days_past_due": bounds().charge_off_days_past_due}


@dataclass(frozen=True)
class ExceptionKind:
    """One question about the book, whose answer should be nobody: the list of those it finds, first
    sorted by the first of the list's orders."""

    name: str
    urgency: Urgency
    permission: Permission
    rows: Listing
    parameters: Parameters = _nothing


@dataclass(frozen=True)
class Found:
    """How many rows the list of one kind has."""

    name: str
    urgency: Urgency
    count: int


def exceptions(store: Store, actor: Actor) -> list[Found]:
    """What needs a person after the newest close, each kind that this person may see, in the order
    of urgency; kinds with nothing too."""
    require(actor, Permission.VIEW_BOOK)
    return [
        Found(kind.name, kind.urgency, listing.count(store, kind.rows, kind.parameters(store)))
        for kind in KINDS
        if actor.may(kind.permission)
    ]


def exception_rows(store: Store, actor: Actor, name: str, asked: Asked) -> pl.DataFrame:
    """One page of the list of a kind of `KINDS`, sorted by one of its `exception_orders`: loans,
    lines, days or events with their numbers and amounts, as the kind's query names them."""
    kind = _kind(name)
    require(actor, kind.permission)
    return listing.page(store, actor, kind.rows, asked, kind.parameters(store))


def all_exception_rows(
    store: Store, actor: Actor, name: str, order: Order
) -> Iterator[pl.DataFrame]:
    """All rows of a kind in frames, for a file: the columns of `exception_rows`."""
    kind = _kind(name)
    require(actor, kind.permission)
    return listing.frames(store, actor, kind.rows, order, kind.parameters(store))


def exception_orders(name: str) -> tuple[str, ...]:
    """What the list of a kind may be sorted by, the most telling first."""
    return _kind(name).rows.sortable


def _kind(name: str) -> ExceptionKind:
    return next(kind for kind in KINDS if kind.name == name)


_BOOK, _ACCOUNTS = Permission.VIEW_BOOK, Permission.VIEW_ACCOUNTS
_PAYOFFS = Listing(
    "unsettled_payoff",
    "loan_event_id",
    ("payoff_fen", "principal_fen", "amount_fen", "paid_on", "loan_id"),
)
_REFUNDS = Listing("waiting_refund", "loan_id", ("excess_fen", "payoff_fen", "loan_id"))
_GONE = Listing(
    "write_off_candidate",
    "loan_id",
    ("principal_fen", "days_past_due", "allowance_fen", "loan_id"),
)
_FROZEN = Listing("frozen_line", "line_id", ("changed_on", "line_id", "customer_id"))
_BACK_DATED = Listing(
    "back_dated_event", "loan_event_id", ("recorded_on", "event_on", "amount_fen", "loan_id")
)
_REVERSED = Listing(
    "reversed_payment", "loan_event_id", ("recorded_on", "paid_on", "amount_fen", "loan_id")
)

KINDS: tuple[ExceptionKind, ...] = (
    ExceptionKind("ledger_difference", "wrong", _ACCOUNTS, DIFFERENCES["flow"]),
    ExceptionKind("unbalanced_day", "wrong", _ACCOUNTS, DIFFERENCES["day"]),
    ExceptionKind("unsettled_payoff", "wrong", _BOOK, _PAYOFFS),
    ExceptionKind("waiting_refund", "due", _BOOK, _REFUNDS),
    ExceptionKind("write_off_candidate", "due", _BOOK, _GONE, _bound),
    ExceptionKind("frozen_line", "known", _BOOK, _FROZEN),
    ExceptionKind("back_dated_event", "known", _BOOK, _BACK_DATED, _recent),
    ExceptionKind("reversed_payment", "known", _BOOK, _REVERSED, _recent),
)
