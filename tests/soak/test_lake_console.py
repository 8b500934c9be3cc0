"""Every screen of a console over a lake tells what the writing console tells: the same figures and
the same rows, but for what stays in the book's own file. Four readers at once see one moment each,
while the book is exported again and again."""

import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lending_core.access.permissions import SYSTEM
from lending_core.operations import overdue
from lending_core.operations.lake_export import export_book
from lending_core.operations.listing import Order
from lending_core.operations.overdue import LoansAt
from lending_core.operations.reports import BookFilter
from lending_core.settings import PROJECT_ROOT
from lending_core.store.engine import open_store
from lending_core.store.lake_store import open_lake_store
from pages.ui import links
from tests.pages import visits
from tests.store.loans import a_book_of_july, close, lend

AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
SCREENS = sorted(links.OVER_A_LAKE - {"pages/governance/people.py"})
PERSONAL = {"customer_name", "phone", "name"}
RUN_SECONDS_MAX = 120
ONE_MOMENT = "select (select business_on from book), (select max(closed_on) from closed_day)"
EXPORTS, READERS = 20, 4


@pytest.fixture(scope="module")
def book(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The simulated book, and beside it the folder `lake` with the same in it."""
    folder = tmp_path_factory.mktemp("lake_console")
    database = Path(shutil.copy(simulated_book, folder / "book.duckdb"))
    store = open_store(database)
    export_book(store, SYSTEM, folder / "lake", lambda *_: None, at=AT)
    store.close()
    return database


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, book: Path) -> Iterator[pytest.MonkeyPatch]:
    monkeypatch.setenv("LENDING_DEMO", "on")
    monkeypatch.setenv("LENDING_LAKE", str(book.with_name("lake")))
    yield monkeypatch
    _forget()


@pytest.mark.parametrize("script", SCREENS)
def test_a_screen_tells_the_same_over_a_lake(
    script: str, book: Path, environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # A file of its own for each: the one before may not be closed yet.
    database = Path(shutil.copy(book, tmp_path / "book.duckdb"))
    asked = {"funder": "binhai_bank"} if script.endswith("funder.py") else {}
    written = _visited(environment, "duckdb", database, script, asked)
    read = _visited(environment, "lake", tmp_path / "console.duckdb", script, asked)

    assert visits.values(read) == visits.values(written)
    assert [_bare(read, at) for at in range(len(written.dataframe))] == [
        _bare(written, at, like=read) for at in range(len(written.dataframe))
    ]
    assert not [bug.value for bug in read.exception]


def test_a_long_list_is_downloaded_whole(book: Path, tmp_path: Path) -> None:
    chosen = LoansAt(BookFilter(), date(2026, 10, 31))
    order = Order("loan_id")
    written = open_store(Path(shutil.copy(book, tmp_path / "book.duckdb")))
    read = open_lake_store(tmp_path / "console.duckdb", book.with_name("lake"))

    rows = [
        pl.concat(overdue.all_loans_of(store, SYSTEM, chosen, order)) for store in (written, read)
    ]

    assert rows[0].height > 0
    assert rows[1].drop(PERSONAL, strict=False).equals(rows[0].drop(PERSONAL, strict=False))
    written.close()
    read.close()


def test_readers_see_one_moment_while_the_book_is_exported(tmp_path: Path) -> None:
    store = a_book_of_july(tmp_path / "lending.duckdb")
    lend(store, 1)
    close(store, date(2026, 8, 1))
    lake, seen, ended = tmp_path / "lake", set[tuple[date, date]](), threading.Event()
    export_book(store, SYSTEM, lake, lambda *_: None, at=AT)
    reader = open_lake_store(tmp_path / "console.duckdb", lake)

    def read() -> None:
        while not ended.is_set():
            seen.add(reader.read_sql(ONE_MOMENT).row(0))

    threads = [threading.Thread(target=read) for _ in range(READERS)]
    for thread in threads:
        thread.start()
    for days in range(1, EXPORTS + 1):
        close(store, date(2026, 8, 1) + timedelta(days=days))
        export_book(store, SYSTEM, lake, lambda *_: None, at=AT)
    ended.set()
    for thread in threads:
        thread.join()

    assert reader.read_sql(ONE_MOMENT).row(0) == (date(2026, 8, 21), date(2026, 8, 21))
    assert {book_on for book_on, _ in seen} == {closed_on for _, closed_on in seen}
    assert all(book_on == closed_on for book_on, closed_on in seen)
    reader.close()
    store.close()


def _visited(
    environment: pytest.MonkeyPatch, engine: str, database: Path, script: str, asked: dict[str, str]
) -> AppTest:
    _forget()
    environment.setenv("LENDING_ENGINE", engine)
    environment.setenv("LENDING_DATABASE", str(database))
    console = AppTest.from_file(str(PROJECT_ROOT / "app.py"), default_timeout=RUN_SECONDS_MAX)
    console.run()
    console.session_state["user_name"] = "risk_approver"
    return visits.opened(console, script, **asked)


def _bare(console: AppTest, at: int, *, like: AppTest | None = None) -> str:
    """A table as text without the columns that are empty in this console, or in the other, or not
    there."""
    told = console.dataframe[at].value
    empty = (like or console).dataframe[at].value.isna().all()
    return str(told.loc[:, [name for name in told.columns if not empty.get(name, True)]].to_csv())


def _forget() -> None:
    st.cache_data.clear()
    st.cache_resource.clear()
