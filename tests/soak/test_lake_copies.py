"""Every report over the whole book says over a database of a lake what it says over the book."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lending_core.access.permissions import SYSTEM
from lending_core.operations.lake_copies import CopyOrder, copy_lake
from lending_core.operations.lake_export import export_book
from lending_core.settings import Settings
from lending_core.store.engine import Store, open_store
from lending_core.store.lake import book_wide_queries
from tests.store.odd_book import an_odd_book
from tests.store.questions import EMPTY, asked, assert_same_rows


@pytest.fixture(scope="module")
def store(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A book with rows for every report."""
    store = an_odd_book(simulated_book, tmp_path_factory.mktemp("odd"))
    yield store
    store.close()


@pytest.fixture(scope="module")
def copy(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("copy")
    at = datetime(2026, 11, 1, 8, tzinfo=UTC)
    name = export_book(store, SYSTEM, folder / "lake", lambda *_: None, at=at).book
    settings = Settings(folder / "none.duckdb", None, "2GB", "en")
    order = CopyOrder(folder / "lake", name, folder / "analysis.duckdb")
    copy_lake(settings, SYSTEM, order, lambda *_: None)
    copy = open_store(order.path)
    yield copy
    copy.close()


@pytest.mark.parametrize("query", book_wide_queries())
def test_a_report_over_a_copy_says_what_it_says_over_the_book(
    query: str, store: Store, copy: Store
) -> None:
    expected = store.read(query, **asked(query))

    assert_same_rows(copy.read(query, **asked(query)), expected)
    assert expected.is_empty() == (query in EMPTY)
