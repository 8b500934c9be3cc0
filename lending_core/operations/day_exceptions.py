"""What a close leaves for a person: books that disagree, money to give back, loans to let go."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.operations import accounting
from lending_core.operations.console import book
from lending_core.operations.reports import ROWS_MAX
from lending_core.servicing.bounds import bounds
from lending_core.store.engine import Store

# Corrections older than this have been seen.
RECENT_DAYS = 30

# `wrong`: may not be, and is looked into; `due`: somebody acts; `known`: somebody has acted.
Urgency = Literal["wrong", "due", "known"]
Read = Callable[[Store, Actor], pl.DataFrame]


@dataclass(frozen=True)
class ExceptionKind:
    """One question about the book, whose answer should be nobody."""

    name: str
    urgency: Urgency
    permission: Permission
    read: Read


@dataclass(frozen=True)
class Found:
    """Rows of one kind, at most `ROWS_MAX`, and how many there are; None: more than the rows."""

    name: str
    urgency: Urgency
    rows: pl.DataFrame
    count: int | None


def exceptions(store: Store, actor: Actor) -> list[Found]:
    """What needs a person after the newest close, each kind that this person may see, in the order
    of urgency; kinds with nothing too."""
    require(actor, Permission.VIEW_BOOK)
    return [_found(store, actor, kind) for kind in KINDS if actor.may(kind.permission)]


def _found(store: Store, actor: Actor, kind: ExceptionKind) -> Found:
    rows = kind.read(store, actor)
    if "found" in rows.columns:
        count = int(rows["found"][0]) if rows.height else 0
        return Found(kind.name, kind.urgency, rows.drop("found"), count)
    return Found(kind.name, kind.urgency, rows, None if rows.height >= ROWS_MAX else rows.height)


def _listed(query: str, parameters: Callable[[Store], dict[str, Any]]) -> Read:
    """The rows of a query that counts itself."""

    def read(store: Store, actor: Actor) -> pl.DataFrame:
        require(actor, Permission.VIEW_BOOK)
        return store.read(query, rows_max=ROWS_MAX, **parameters(store))

    return read


def _nothing(_: Store) -> dict[str, Any]:
    return {}


def _recent(store: Store) -> dict[str, Any]:
    return {"since_on": book(store).open_on - timedelta(days=RECENT_DAYS)}


def _bound(_: Store) -> dict[str, Any]:
    return {"charge_off_days_past_due": bounds().charge_off_days_past_due}


_BOOK, _ACCOUNTS = Permission.VIEW_BOOK, Permission.VIEW_ACCOUNTS

KINDS: tuple[ExceptionKind, ...] = (
    ExceptionKind("ledger_difference", "wrong", _ACCOUNTS, accounting.ledger_differences),
    ExceptionKind("unbalanced_day", "wrong", _ACCOUNTS, accounting.unbalanced_days),
    ExceptionKind("unsettled_payoff", "wrong", _BOOK, _listed("unsettled_payoff", _nothing)),
    ExceptionKind("waiting_refund", "due", _BOOK, _listed("waiting_refund", _nothing)),
    ExceptionKind("write_off_candidate", "due", _BOOK, _listed("write_off_candidate", _bound)),
    ExceptionKind("frozen_line", "known", _BOOK, _listed("frozen_line", _nothing)),
    ExceptionKind("back_dated_event", "known", _BOOK, _listed("back_dated_event", _recent)),
    ExceptionKind("reversed_payment", "known", _BOOK, _listed("reversed_payment", _recent)),
)
