"""Steps of a borrower's journey, and a look at what they wrote."""

from datetime import date

import polars as pl

from lending_core.access.permissions import SYSTEM
from lending_core.dates import month_end
from lending_core.operations.closing import close_days
from lending_core.operations.console import book
from lending_core.operations.origination import accept_offer, submit_application
from lending_core.store.engine import Store
from lending_core.store.events import Moment
from tests.builders import ANALYST, AT, a_read_offer, a_submission

TABLES = ("customer", "application", "assessment", "decision", "loan", "instalment", "journal")


def rows(store: Store, table: str) -> pl.DataFrame:
    """All rows of a table, personal columns in plain."""
    return store.opened(store.read_sql(f"select * from {table}"))


def counts(store: Store) -> list[int]:
    return [rows(store, table).height for table in TABLES]


def submit(store: Store, key: str = "first", **changes: object) -> int:
    return submit_application(store, ANALYST, a_submission(**changes), key=key, at=AT)


def accept(store: Store, application_id: int, key: str = "accept", **changes: object) -> int:
    acceptance = a_read_offer(store, application_id, **changes)
    return accept_offer(store, ANALYST, acceptance, key=key, at=AT)


def lent(store: Store) -> None:
    """A borrower with a line (1) and a loan (1) of 8,000 yuan over ten months under it."""
    accept(store, submit(store))


def run_to(store: Store, on: date) -> None:
    """Closes every open day up to one, the days of a month together."""
    while book(store).business_on < on:
        first_on = book(store).open_on
        last_on = min(on, month_end(first_on))
        with store.transaction() as transaction:
            close_days(transaction, Moment(SYSTEM, last_on, AT), first_on)
