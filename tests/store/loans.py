"""One loan of three instalments in a store: lent, paid, and closed day by day.

1,000.00 lent on 15 July 2026 at 12 %, a month being a twelfth of the year: 340.02 due on 15 August
(10.00 of it interest), 340.02 on 15 September (6.70) and 340.03 on 15 October (3.37).
"""

import functools
import shutil
import tempfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from lending_core.access.permissions import SYSTEM
from lending_core.dates import month_end
from lending_core.ledger.chain import utc_naive
from lending_core.operations.books import start_book
from lending_core.operations.closing import close_days
from lending_core.operations.console import Book, book
from lending_core.store.engine import Store, open_store
from lending_core.store.events import Moment

AT = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
LENT_ON = date(2026, 7, 15)
_FOLDER = tempfile.TemporaryDirectory()
LOAN: dict[str, Any] = {
    "loan_id": 1,
    "application_id": 1,
    "customer_id": 1,
    "line_id": 1,
    "product_code": "jietiao_360",
    "scenario": "travel",
    "channel": "partner",
    "region_code": "44",
    "band": "B",
    "principal_fen": 100_000,
    "annual_rate": Decimal("0.120000"),
    "method": "equal_instalment",
    "instalments": 3,
    "day_count": "30/360",
    "grace_days": 0,
    "penalty_multiple": Decimal("1.50"),
    "carries_remainder": False,
    "disbursed_on": LENT_ON,
    "first_due_on": date(2026, 8, 15),
}
INSTALMENTS = {
    "number": [1, 2, 3],
    "due_on": [date(2026, 8, 15), date(2026, 9, 15), date(2026, 10, 15)],
    "principal_fen": [33_002, 33_332, 33_666],
    "interest_fen": [1_000, 670, 337],
    "total_before_fen": [0, 34_002, 68_004],
}


def a_book_of_july(path: Path) -> Store:
    """A store with a book whose first open day is the day on which the loans are lent."""
    path.parent.mkdir(exist_ok=True)
    shutil.copy(_started(), path)
    return open_store(path)


@functools.cache
def _started() -> Path:
    """A started book to copy, which takes a third of the time of starting one."""
    path = Path(_FOLDER.name) / "july.duckdb"
    store = open_store(path)
    day_before = LENT_ON - timedelta(days=1)
    july = Book("simulated", True, 7, "CNY", LENT_ON, day_before)
    with store.transaction() as transaction:
        start_book(transaction, Moment(SYSTEM, day_before, AT), july, customers=20_000)
    store.close()
    return path


def lend(store: Store, *loan_ids: int) -> None:
    """Loans of these numbers, alike in all else."""
    with store.transaction() as transaction:
        for loan_id in loan_ids:
            share = {"loan_id": loan_id, "funder_code": "bank", "share_fen": 100_000}
            transaction.append("loan", pl.DataFrame([LOAN | {"loan_id": loan_id}]))
            transaction.append("instalment", pl.DataFrame({"loan_id": loan_id} | INSTALMENTS))
            transaction.append("funding", pl.DataFrame([share]))


def happen(store: Store, loan_id: int, kind: str, on: date, **facts: Any) -> None:
    """Something happens to a loan and is recorded on its day; the days before are closed first."""
    close(store, on - timedelta(days=1))
    row = {
        "loan_id": loan_id,
        "kind": kind,
        "effective_on": on,
        "recorded_on": on,
        "recorded_at": utc_naive(AT),
        "recorded_by": "system",
    }
    with store.transaction() as transaction:
        number = transaction.next_id("loan_event", "loan_event_id")
        transaction.append("loan_event", pl.DataFrame([row | facts | {"loan_event_id": number}]))


def pay(store: Store, loan_id: int, on: date, amount_fen: int, strategy: str = "next_dues") -> None:
    happen(store, loan_id, "payment", on, amount_fen=amount_fen, strategy=strategy)


def close(store: Store, on: date) -> None:
    """Closes every open day up to `on`, a month at a time."""
    while (first_on := book(store).open_on) <= on:
        moment = Moment(SYSTEM, min(month_end(first_on), on), AT)
        with store.transaction() as transaction:
            close_days(transaction, moment, first_on)


def a_book_of_one_unpaid_loan(folder: Path, until: date) -> Store:
    """A book of July on disk, with one loan that never pays, closed up to a day."""
    store = a_book_of_july(folder / "lending.duckdb")
    lend(store, 1)
    close(store, until)
    return store
