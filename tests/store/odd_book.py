"""The simulated book with rows that it never has: what people do by hand, what checks look for."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from lending_core.store import lake
from lending_core.store.engine import Store, open_store

_ROWS = Path(__file__).with_suffix(".sql")


def an_odd_book(simulated: Path, folder: Path) -> Store:
    """A copy of the simulated book in a folder, with those rows; its ledger tells of none."""
    path = Path(shutil.copy(simulated, folder / "odd.duckdb"))
    with duckdb.connect(path) as connection:
        connection.execute(_ROWS.read_text("utf-8"))
    return open_store(path)


def a_lake_of(store: Store, folder: Path) -> tuple[Path, str]:
    """A lake of a book, and the book's name there."""
    at = datetime(2026, 11, 1, 8, tzinfo=UTC)
    return folder, lake.export(store, folder, lambda *_: None, at=at).book
