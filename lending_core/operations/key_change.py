"""Another key for personal data: keys of people are wrapped anew, what they encrypted stays."""

from collections.abc import Callable
from datetime import datetime

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import NotAllowed
from lending_core.ledger.chain import utc_naive
from lending_core.operations.console import book
from lending_core.store.engine import Store
from lending_core.store.events import Moment, append_events

# Keys of people wrapped anew, of how many.
Progress = Callable[[int, int], None]


def change_privacy_key(
    store: Store, actor: Actor, *, at: datetime, progress: Progress | None = None
) -> int:
    """Draws another key that opens the keys of people, wraps each of these with it, and puts the
    file of the old one aside. Returns how many were wrapped. All of it happens or nothing: where it
    is broken off, the old key is in force.

    Raises `NotAllowed`, for a demonstration role too; `InvalidState` where nothing is encrypted
    yet, or the key is missing.
    """
    require(actor, Permission.CHANGE_KEYS)
    if actor.is_demonstration:
        # Whoever entered without a password would otherwise leave files behind, one for each click.
        raise NotAllowed("demonstration_keys")
    with store.transaction() as transaction:
        changed = transaction.rewrap(progress or _silent)
        change_id = transaction.next_id("privacy_key_change", "change_id")
        row = {
            "change_id": change_id,
            **vars(changed),
            "changed_by": actor.user_name,
            "recorded_at": utc_naive(at),
        }
        transaction.append("privacy_key_change", pl.DataFrame([row]))
        moment = Moment(actor, book(transaction).open_on, at)
        facts = {"change_id": change_id, "people": changed.people}
        append_events(transaction, moment, "privacy_key_changed", [("book", 1, facts)])
    # Not before the change is kept for good: until then the old key opens the book.
    store.retire_keys()
    return changed.people


def key_changes(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per change, newest first: change_id, people, changed_by, recorded_at."""
    require(actor, Permission.CHANGE_KEYS)
    return store.read("privacy_key_change")


def _silent(done: int, total: int) -> None:
    """For callers who do not watch."""
