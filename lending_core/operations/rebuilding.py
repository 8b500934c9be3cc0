"""What derives from contracts and events, derived again: for books from before days were closed."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from lending_core.access.permissions import SYSTEM
from lending_core.dates import month_end
from lending_core.operations.books import advance_book, append_flows
from lending_core.operations.closing import close_days
from lending_core.operations.console import book, has_book
from lending_core.store.engine import Store
from lending_core.store.events import Moment

DERIVED = (
    *("loan_plan", "loan_position", "posting", "bucket_move", "loan_month", "closed_day"),
    "warning_reading",
)


def needs_rebuilding(store: Store) -> bool:
    """Whether the book has loans, of which no day was ever closed."""
    if not has_book(store) or not store.read("newest_closed_day").is_empty():
        return False
    return int(store.read("loan_id_range", known_on=date.max)["last_loan_id"][0]) > 0


def rebuild(
    store: Store, *, at: datetime, progress: Callable[[int, int, date], None] | None = None
) -> None:
    """Closes every day of the book anew, from its first one to its business date, all or nothing.

    Contracts and events stay as they are; what was derived from them is derived again. What became
    known later than it counts is booked on its own day, not as a correction.
    """
    with store.transaction() as transaction:
        current = book(transaction)
        for table in (*DERIVED, "flow"):
            transaction.clear(table)
        transaction.remove("line_change", "changed_by", SYSTEM.user_name)
        append_flows(transaction)
        advance_book(transaction, current, current.first_business_on - timedelta(days=1))
        months = _months(current.first_business_on, current.business_on)
        for number, (first_on, last_on) in enumerate(months, start=1):
            close_days(transaction, Moment(SYSTEM, last_on, at), first_on)
            if progress:
                progress(number, len(months), last_on)


def _months(first_on: date, last_on: date) -> list[tuple[date, date]]:
    """First and last day of each month in between, the last one perhaps cut short."""
    months = [(first_on, min(month_end(first_on), last_on))]
    while months[-1][1] < last_on:
        start_on = months[-1][1] + timedelta(days=1)
        months.append((start_on, min(month_end(start_on), last_on)))
    return months
