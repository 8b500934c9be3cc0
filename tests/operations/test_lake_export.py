"""The book as files for other engines: every row that reports read, and nothing personal."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from lending_core.access.permissions import SYSTEM
from lending_core.errors import InvalidState
from lending_core.operations.lake_export import export_book
from lending_core.store.engine import Store
from lending_core.store.lake import exported, files_of, lake_columns, lake_tables
from tests.store.loans import a_book_of_july, close, lend


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A book of one loan that never pays, up to September."""
    store = a_book_of_july(tmp_path_factory.mktemp("book") / "lending.duckdb")
    lend(store, 1)
    close(store, date(2026, 9, 30))
    yield store
    store.close()


@pytest.fixture(scope="module")
def lake(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book exported twice: the second time replaces the first."""
    folder = tmp_path_factory.mktemp("lake")
    for _ in range(2):
        export_book(store, SYSTEM, folder, lambda *_: None, at=datetime(2026, 11, 1, 8, tzinfo=UTC))
    return folder


def test_month_ends_lie_by_month_and_are_those_of_the_book(store: Store, lake: Path) -> None:
    name = store.read("book")["name"][0]
    files = files_of(lake, exported(lake, name), "loan_month")

    months = [path.parent.name for path in files]
    rows = pl.concat([pl.read_parquet(path, hive_partitioning=False) for path in files])

    assert months == ["month=2026-07", "month=2026-08", "month=2026-09"]
    assert rows.sort("month_end_on").equals(
        store.read_sql("select * from loan_month order by month_end_on")
    )


def test_a_lake_says_which_state_of_the_book_it_is(store: Store, lake: Path) -> None:
    found = exported(lake, store.read("book")["name"][0])

    assert found.business_on == date(2026, 9, 30)
    assert found.event_id == store.read("newest_event_id").item()


def test_a_book_that_a_lake_does_not_hold_is_refused(lake: Path) -> None:
    with pytest.raises(InvalidState, match="holds nothing of the book “other”"):
        exported(lake, "other")


def test_no_personal_column_leaves_the_file() -> None:
    columns = set(lake_columns("customer")) | set(lake_columns("contact_attempt"))

    assert "region_code" in columns
    assert not columns & {"name", "id_number", "phone", "birth_on", "note", "reason"}


def test_no_table_of_keys_or_passwords_is_exported() -> None:
    assert not set(lake_tables()) & {"customer_key", "privacy_key", "account_password", "sign_in"}
