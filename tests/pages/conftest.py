"""The console without a browser: `open_console` runs app.py over a database of the test."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Protocol

import polars as pl
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lending_core.settings import PROJECT_ROOT
from lending_core.store.engine import open_store

RUN_SECONDS_MAX = 30


class OpenConsole(Protocol):
    def __call__(
        self,
        database: Path,
        *,
        user_name: str | None = None,
        page: str | None = None,
        locale: str = "en-US",
    ) -> AppTest: ...


@pytest.fixture
def open_console(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenConsole]:
    """Opens the console, signs in as `user_name`, goes to the script `page`."""

    def opened(
        database: Path,
        *,
        user_name: str | None = None,
        page: str | None = None,
        locale: str = "en-US",
    ) -> AppTest:
        monkeypatch.setenv("LENDING_DATABASE", str(database))
        console = AppTest.from_file(str(PROJECT_ROOT / "app.py"), default_timeout=RUN_SECONDS_MAX)
        console.context = {"locale": locale}
        console.run()
        if user_name is not None:
            console.button(key=f"sign_in_{user_name}").click().run()
        if page is not None:
            console.switch_page(page).run()
        return console

    _forget()
    yield opened
    _forget()


@pytest.fixture
def empty_book(tmp_path: Path) -> Path:
    """A simulated book of three roles without a single application, on 30 November 2026."""
    return write_book(tmp_path / "empty.duckdb", is_simulated=True)


@pytest.fixture
def real_book(tmp_path: Path) -> Path:
    """A book of real data: its demonstration roles must not open it."""
    return write_book(tmp_path / "real.duckdb", is_simulated=False)


def write_book(database: Path, *, is_simulated: bool) -> Path:
    """A database with a book and three accounts, and nothing else."""
    store = open_store(database)
    book = {
        "name": "Small book",
        "is_simulated": is_simulated,
        "seed": 1,
        "currency": "CNY",
        "first_business_on": date(2026, 1, 1),
        "business_on": date(2026, 11, 30),
    }
    accounts = {"user_name": ["lin", "wei", "zhou"], "role": ["viewer", "analyst", "risk_maker"]}
    with store.transaction() as transaction:
        transaction.append("book", pl.DataFrame([book]))
        transaction.append("user_account", pl.DataFrame(accounts))
    store.close()
    return database


def _forget() -> None:
    st.cache_data.clear()
    st.cache_resource.clear()
