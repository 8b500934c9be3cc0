"""What happened, and whether the ledger still says what it said when it was written."""

from collections.abc import Callable, Iterator
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.ledger.chain import Break, Event, first_break
from lending_core.operations import listing
from lending_core.operations.console import newest_event_id
from lending_core.operations.listing import Asked, Listing, Order
from lending_core.store.engine import Store

# What something happened to, by kind and number; None: to anything.
Subject = tuple[str, int] | None
# Events checked so far, of how many.
Progress = Callable[[int, int], None]

# Events held in memory at a time.
PAGE_EVENTS = 5_000
# What events may be sorted by.
EVENT_ORDERS = ("event_id", "business_on")
NEWEST_EVENTS = Asked(Order("event_id"))
_OLDEST = Order("event_id", descending=False)

# Subjects with a page of their own, whose readers may see what the ledger keeps of them.
PAGE_PERMISSIONS: dict[str | None, Permission] = {
    "application": Permission.VIEW_APPLICATIONS,
    "loan": Permission.VIEW_BOOK,
    "case": Permission.VIEW_COLLECTIONS,
}


def events(
    store: Store, actor: Actor, subject: Subject = None, asked: Asked = NEWEST_EVENTS
) -> pl.DataFrame:
    """One page of the ledger's events: the columns of `ledger.chain.Event`. The events of one loan
    or application belong to its page; the whole ledger needs its own right."""
    return listing.page(store, actor, _EVENTS, asked, _of(actor, subject))


def count_events(store: Store, actor: Actor, subject: Subject = None) -> int:
    """How many events there are."""
    return listing.count(store, _EVENTS, _of(actor, subject))


def all_events(
    store: Store, actor: Actor, subject: Subject = None, order: Order = _OLDEST
) -> Iterator[pl.DataFrame]:
    """All events in frames: the columns of `events`, the oldest first unless otherwise asked."""
    return listing.frames(store, actor, _EVENTS, order, _of(actor, subject))


def events_of(store: Store, actor: Actor, kind: str, number: int) -> pl.DataFrame:
    """All that happened to one thing, the oldest first."""
    return pl.concat(all_events(store, actor, (kind, number)))


def event(store: Store, actor: Actor, event_id: int) -> dict[str, Any]:
    """One event in full, by its number in the ledger."""
    return _after(store, actor, event_id - 1, 1).row(0, named=True)


def verify_chain(
    store: Store, actor: Actor, progress: Progress | None = None, page_events: int = PAGE_EVENTS
) -> Break | None:
    """Recomputes every hash from the first event on; the first that does not hold, None when the
    chain is whole. Takes time in proportion to the ledger and memory for one page of it.
    `progress` is told how many events were checked, of how many, after each page."""
    require(actor, Permission.VIEW_EVENTS)
    return first_break(_chain(store, actor, progress, page_events))


def _chain(
    store: Store, actor: Actor, progress: Progress | None, page_events: int
) -> Iterator[Event]:
    """All events up to the newest one of now, oldest first, read page by page."""
    total, last_id, checked = newest_event_id(store), 0, 0
    while last_id < total:
        page = _after(store, actor, last_id, page_events)
        for row in page.iter_rows(named=True):
            yield Event(**row)
        last_id, checked = int(page["event_id"][-1]), checked + page.height
        if progress:
            progress(checked, max(total, checked))


def _after(store: Store, actor: Actor, event_id: int, events_max: int) -> pl.DataFrame:
    """The events after one, the oldest first. Going on from a number costs the same at the end of a
    long ledger as at its start."""
    parameters = _of(actor, None) | {"after_event_id": event_id}
    return listing.page(store, actor, _EVENTS, Asked(_OLDEST, rows_max=events_max), parameters)


def _of(actor: Actor, subject: Subject) -> dict[str, Any]:
    """The parameters of `event_list.sql`, for who may see these events."""
    kind, number = subject or (None, None)
    require(actor, PAGE_PERMISSIONS.get(kind, Permission.VIEW_EVENTS))
    return {"subject_kind": kind, "subject_id": number, "after_event_id": None}


_EVENTS = Listing("event_list", "event_id", EVENT_ORDERS)
