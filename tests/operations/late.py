"""A borrower who is late, and people who collect."""

from datetime import date, datetime, timedelta
from itertools import count

from lending_core.access.permissions import Actor, Role
from lending_core.operations.console import book
from lending_core.operations.contacts import Contact, log_contact
from lending_core.operations.loan_events import LoanEvent, record
from lending_core.store.engine import Store
from tests.builders import AT, MAKER
from tests.operations.journeys import lent, run_to

COLLECTOR = Actor("collector", Role.COLLECTOR)
SECOND = Actor("second", Role.COLLECTOR)
# The loan of 8,000 yuan in ten parts falls due on 1 December and is late from the 2nd on.
LATE_FROM_ON = date(2026, 12, 2)
OPEN_ON = date(2026, 12, 10)
CASE = 1
# A number of nobody's: the range is handed out to no network.
THIRD = "15400009999"
KEYS = count()


def late(store: Store) -> None:
    """A loan nine days after its first due date, unpaid: case 1 is open, and so is 10 December."""
    lent(store)
    run_to(store, OPEN_ON - timedelta(days=1))


def key() -> str:
    """A key that nobody used before."""
    return f"key {next(KEYS)}"


def try_once(
    store: Store, outcome: str = "no_answer", at: datetime = AT, **facts: str | None
) -> int:
    """An attempt to reach the borrower of case 1 by phone, or in another way."""
    contact = Contact(**{"case_id": CASE, "channel": "call", "outcome": outcome, **facts})  # type: ignore[arg-type]
    return log_contact(store, COLLECTOR, contact, key=key(), at=at)


def pay(store: Store, amount_fen: int) -> int:
    """Money on the open day; the number of its event."""
    event = LoanEvent(1, "payment", book(store).open_on, amount_fen=amount_fen)
    return record(store, MAKER, event, key=key(), at=AT)
