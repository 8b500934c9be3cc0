"""Every screen of a console over a lake tells what the writing console tells: the same figures and
the same rows, but for what stays in the book's own file. Four readers at once see one moment each,
while the book is exported again and again."""

import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
import streamlit as st
from pandas.testing import assert_frame_equal
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
# What no lake has: who somebody is, and what people wrote in their own words.
PERSONAL = ["customer_name", "phone", "name"]
WRITTEN = ["note", "reason", "model_reason", "policy_reason"]
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

    told = (len(read.metric), len(read.dataframe), len(_charts(read)))
    print(f"\n{script}: figures, tables, charts {told}")
    assert not read.exception
    assert not read.error
    assert _titles(read) == _titles(written) != []
    assert visits.values(read) == visits.values(written)
    assert _charts(read) == _charts(written)
    for here, there in zip(read.dataframe, written.dataframe, strict=True):
        _same_rows(here.value, there.value)


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
    lake, ended = tmp_path / "lake", threading.Event()
    export_book(store, SYSTEM, lake, lambda *_: None, at=AT)
    reader = open_lake_store(tmp_path / "console.duckdb", lake)

    def read() -> Counter[tuple[date, date]]:
        seen: Counter[tuple[date, date]] = Counter()
        while not ended.is_set():
            seen[reader.read_sql(ONE_MOMENT).row(0)] += 1
        return seen

    with ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(read) for _ in range(READERS)]
        try:
            for days in range(1, EXPORTS + 1):
                close(store, date(2026, 8, 1) + timedelta(days=days))
                export_book(store, SYSTEM, lake, lambda *_: None, at=AT)
        finally:
            ended.set()
    seen = [reading.result() for reading in readers]

    print(f"\n{sum(each.total() for each in seen):,} readings of {len(seen[0])} moments")
    assert reader.read_sql(ONE_MOMENT).row(0) == (date(2026, 8, 21), date(2026, 8, 21))
    # Each of them saw the book grow, and never a part of it newer than another.
    assert min(len(each) for each in seen) > EXPORTS / 2
    assert all(book_on == closed_on for each in seen for book_on, closed_on in each)
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


def _titles(console: AppTest) -> list[str]:
    return [title.value for title in console.title]


def _charts(console: AppTest) -> list[str]:
    """What every chart draws."""
    return [chart.proto.spec for chart in console.get("plotly_chart")]


def _same_rows(read: pd.DataFrame, written: pd.DataFrame) -> None:
    """Raises where a table has other values, but for what no lake has."""
    shown = {name for name in read if not read[name].isna().all()}
    withheld = [name for name in PERSONAL + WRITTEN if name not in shown]
    assert_frame_equal(*(rows.drop(columns=withheld, errors="ignore") for rows in (read, written)))


def _forget() -> None:
    st.cache_data.clear()
    st.cache_resource.clear()
