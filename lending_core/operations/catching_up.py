"""Days closed one after the other by whoever gets there first: two people, or two clicks, may ask.

`close_through` is for one caller who must know that nobody else closes; here a day that somebody
else closed meanwhile is a day done.
"""

from collections.abc import Callable
from datetime import date, datetime

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidState
from lending_core.operations.closing import close_day
from lending_core.operations.console import book
from lending_core.store.engine import Store


def catch_up(
    store: Store, actor: Actor, to_on: date, *, at: datetime, progress: Callable[[date], None]
) -> None:
    """Closes what is still open up to `to_on`; tells `progress` the newest closed day after each.

    Each day is a transaction of its own, and `progress` may end the work by raising. Nothing
    happens where all is closed. Raises `NotAllowed`.
    """
    require(actor, Permission.CLOSE_DAY)
    while (open_on := book(store).open_on) <= to_on:
        try:
            close_day(store, actor, open_on, at=at)
        except InvalidState as refusal:
            if refusal.reason != "day_closed":
                raise
        progress(open_on)


def await_close(store: Store) -> None:
    """Returns once no day is being closed: reads then show the day that was in progress."""
    with store.transaction():
        pass
