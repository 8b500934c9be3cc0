"""A door of a mini-program over a small book of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lending_core.store.engine import Store
from tests.api.doors import Door, a_door, two_programs
from tests.builders import a_book


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = a_book(tmp_path / "book.duckdb", two_programs)
    yield store
    store.close()


@pytest.fixture
def door(store: Store) -> Door:
    return a_door(store)
