"""Whether the ledger still says what it said when it was written."""

from collections.abc import Callable, Iterator

from lending_core.access.permissions import Actor, Permission, require
from lending_core.ledger.chain import Break, Event, first_break
from lending_core.operations.console import newest_event_id
from lending_core.store.engine import Store

# Events checked so far, of how many.
Progress = Callable[[int, int], None]

# Events held in memory at a time.
PAGE_EVENTS = 5_000


def verify_chain(
    store: Store, actor: Actor, progress: Progress | None = None, page_events: int = PAGE_EVENTS
) -> Break | None:
    """Recomputes every hash from the first event on; the first that does not hold, None when the
    chain is whole. Takes time in proportion to the ledger and memory for one page of it.
    `progress` is told how many events were checked, of how many, after each page."""
    require(actor, Permission.VIEW_EVENTS)
    return first_break(_events(store, progress, page_events))


def _events(store: Store, progress: Progress | None, page_events: int) -> Iterator[Event]:
    """All events up to the newest one of now, oldest first, read page by page."""
    total, last_id, checked = newest_event_id(store), 0, 0
    while last_id < total:
        page = store.read("event_page", after_event_id=last_id, events_max=page_events)
        for row in page.iter_rows(named=True):
            yield Event(**row)
        last_id, checked = int(page["event_id"][-1]), checked + page.height
        if progress:
            progress(checked, max(total, checked))
