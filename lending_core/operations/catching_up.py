"""Days closed one after the other by whoever gets there first: two people, or two clicks, may ask.

A day that somebody else closed meanwhile is a day done. A month that is over gets its risk pack.
"""

from collections.abc import Callable
from datetime import date, datetime

from lending_core.access.permissions import Actor, Permission, require
from lending_core.dates import month_end
from lending_core.errors import InvalidState
from lending_core.operations.closing import close_day
from lending_core.operations.compliance_runs import close_with_register
from lending_core.operations.console import book
from lending_core.operations.risk_packs import close_with_pack
from lending_core.operations.sealing import seal_if_kept
from lending_core.store.engine import Store

# Days closed, of how many, and the newest of them.
Progress = Callable[[int, int, date], None]


def catch_up(
    store: Store, actor: Actor, to_on: date, *, at: datetime, progress: Callable[[date], None]
) -> None:
    """Closes what is still open up to `to_on`; tells `progress` the newest closed day after each.

    Each day is a transaction of its own, and `progress` may end the work by raising. The rules of
    early warning run on the last day and at each month end; at last the ledger is sealed. Nothing
    happens where all is closed. Raises `NotAllowed`.
    """
    require(actor, Permission.CLOSE_DAY)
    while (open_on := book(store).open_on) <= to_on:
        try:
            is_watched = open_on in (to_on, month_end(open_on))
            close_day(store, actor, open_on, at=at, is_watched=is_watched)
        except InvalidState as refusal:
            if refusal.reason != "day_closed":
                raise
        else:
            close_with_pack(store, open_on, at=at)
            close_with_register(store, open_on, at=at)
        if open_on == to_on:
            seal_if_kept(store, at=at)
        progress(open_on)


def close_through(
    store: Store, actor: Actor, on: date, *, at: datetime, progress: Progress | None = None
) -> int:
    """`catch_up` for a caller who asks for days that are open; returns how many it closed.

    What is closed stays closed if the work is cut off; starting again goes on from there. Raises
    `NotAllowed`, and `InvalidState` when `on` is closed already.
    """
    require(actor, Permission.CLOSE_DAY)
    open_on = book(store).open_on
    if on < open_on:
        raise InvalidState("day_closed", on=on, newest=book(store).business_on)
    days = (on - open_on).days + 1

    def show(closed_on: date) -> None:
        if progress:
            progress((closed_on - open_on).days + 1, days, closed_on)

    catch_up(store, actor, on, at=at, progress=show)
    return days


def await_close(store: Store) -> None:
    """Returns once no day is being closed: reads then show the day that was in progress."""
    with store.transaction():
        pass
