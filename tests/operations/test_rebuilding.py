"""What derives from contracts and events is the same when it is derived again."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from lending_core.operations.console import book
from lending_core.operations.loan_events import LoanEvent, record
from lending_core.operations.rebuilding import needs_rebuilding, rebuild
from lending_core.store.engine import Store
from tests.builders import ANALYST, AT, a_book
from tests.operations.journeys import accept, rows, run_to, submit

DERIVED = ("loan_plan", "loan_position", "posting", "bucket_move", "loan_month")
LAST_ON = date(2027, 1, 20)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A loan that was late, and paid in part."""
    return a_book(tmp_path / "book.duckdb", late_and_paid_in_part)


def late_and_paid_in_part(store: Store) -> None:
    accept(store, submit(store))
    run_to(store, date(2026, 12, 9))
    payment = LoanEvent(1, "payment", book(store).open_on, amount_fen=700_00)
    record(store, ANALYST, payment, key="part", at=AT)
    run_to(store, LAST_ON)


def test_a_book_closed_anew_is_the_same_book(store: Store) -> None:
    before = {table: rows(store, table).sort(pl.first()) for table in DERIVED}

    rebuild(store, at=AT)

    after = {table: rows(store, table).sort(pl.first()) for table in DERIVED}
    ids = pl.exclude("entry_id")
    assert [
        before[table]
        .select(ids)
        .sort(pl.all().exclude(pl.List(pl.Int64)))
        .equals(after[table].select(ids).sort(pl.all().exclude(pl.List(pl.Int64))))
        for table in DERIVED
    ] == [True] * len(DERIVED)
    assert book(store).business_on == LAST_ON


def test_only_a_book_with_loans_and_no_closed_day_needs_it(store: Store, tmp_path: Path) -> None:
    empty = a_book(tmp_path / "empty.duckdb")
    with store.transaction() as transaction:
        transaction.clear("closed_day")

    assert needs_rebuilding(store)
    assert not needs_rebuilding(empty)
    rebuild(store, at=AT)
    assert not needs_rebuilding(store)
