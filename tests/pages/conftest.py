"""The console without a browser: `open_console` runs app.py over a database of the test."""

import functools
import shutil
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Protocol

import polars as pl
import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from lending_core.access.permissions import Actor, Role
from lending_core.operations.accounts import AccountOrder, open_account
from lending_core.operations.catching_up import close_through
from lending_core.operations.console import demo_accounts
from lending_core.operations.demonstration import stop_paying
from lending_core.operations.months import run_month
from lending_core.operations.origination import accept_offer, submit_application
from lending_core.settings import PROJECT_ROOT
from lending_core.store.engine import Store, open_store
from tests.builders import ANALYST, AT, a_book, a_read_offer, a_submission
from tests.pages import visits

RUN_SECONDS_MAX = 30
TODAY = "pages/overview/today.py"


# Each console looks through every installed package for components, which takes half a second and
# finds the same every time: once per process is enough.
manifest_scanner.scan_component_manifests = functools.cache(
    manifest_scanner.scan_component_manifests
)


class OpenConsole(Protocol):
    def __call__(
        self,
        database: Path,
        *,
        user_name: str | None = None,
        page: str | None = None,
        locale: str = "en-US",
        by_account: bool = False,
        **query: str,
    ) -> AppTest: ...


@pytest.fixture(autouse=True)
def the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """What runs is the program again after a test: a screen leaves its own script as that, with
    which each new process would begin."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture
def open_console(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenConsole]:
    """Opens the console as `user_name`: on the script `page`, as a link with `query` opens it; or
    on Today, by the button of the sign-in. Running Today costs as much as the page itself.
    `by_account`: with an account of that name and its demonstration role, as real data asks for."""

    def opened(
        database: Path,
        *,
        user_name: str | None = None,
        page: str | None = None,
        locale: str = "en-US",
        by_account: bool = False,
        **query: str,
    ) -> AppTest:
        if by_account and user_name is not None:
            _open_account(database, user_name)
        monkeypatch.setenv("LENDING_DATABASE", str(database))
        monkeypatch.setenv("LENDING_DEMO", "on")
        console = AppTest.from_file(str(PROJECT_ROOT / "app.py"), default_timeout=RUN_SECONDS_MAX)
        console.context = {"locale": locale}
        console.run()
        if by_account:
            console.session_state["signed_in_by"] = "account"
            console.session_state["user_name"] = user_name
            page = page or TODAY
        if page is not None:
            console.session_state["user_name"] = user_name
            return visits.opened(console, page, **query)
        if user_name is not None:
            console.button(key=f"sign_in_{user_name}").click().run()
        return console

    _forget()
    yield opened
    _forget()


@pytest.fixture(scope="session")
def empty_book_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_book(tmp_path_factory.mktemp("empty") / "book.duckdb", is_simulated=True)


@pytest.fixture
def empty_book(empty_book_once: Path, tmp_path: Path) -> Path:
    """A simulated book of five roles without a single application, on 30 November 2026."""
    return Path(shutil.copy(empty_book_once, tmp_path / "empty.duckdb"))


@pytest.fixture
def real_book(tmp_path: Path) -> Path:
    """A book of real data: its demonstration roles must not open it."""
    return write_book(tmp_path / "real.duckdb", is_simulated=False)


def write_book(database: Path, *, is_simulated: bool) -> Path:
    """A database with a book and five roles, and nothing else."""
    store = open_store(database)
    book = {
        "name": "Small book",
        "is_simulated": is_simulated,
        "seed": 1,
        "currency": "CNY",
        "first_business_on": date(2026, 1, 1),
        "business_on": date(2026, 11, 30),
    }
    accounts = {
        "user_name": ["lin", "wei", "zhou", "gao", "bin", "shen"],
        "role": ["viewer", "analyst", "risk_maker", "administrator", "funder", "risk_approver"],
        "funder_code": [None, None, None, None, "binhai_bank", None],
    }
    with store.transaction() as transaction:
        transaction.append("book", pl.DataFrame([book]))
        transaction.append("user_account", pl.DataFrame(accounts))
    store.close()
    return database


def _open_account(database: Path, user_name: str) -> None:
    """Opens an account with the role of the demonstration's of that name, where there is none."""
    _forget()
    store = open_store(database)
    if store.read("account", user_name=user_name).is_empty():
        role = {each.user_name: each.role for each in demo_accounts(store)}[user_name]
        who = Actor("admin", Role.ADMINISTRATOR)
        open_account(store, who, AccountOrder(user_name, role), at=AT)
    store.close()


def _forget() -> None:
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture(scope="session")
def late_book_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two loans of 8,000 yuan paid out on 1 November 2026, two months later; see `late_book`."""
    database = tmp_path_factory.mktemp("late") / "book.duckdb"
    store = a_book(database)
    lend(store, name="王小明", id_number="999999199001010016", region_code="44")
    lend(store, name="李晓华", id_number="999999199001010032", region_code="31")
    stop_paying(store, ANALYST, 1, at=AT)
    run_month(store, ANALYST, at=AT)
    run_month(store, ANALYST, at=AT)
    store.close()
    return database


@pytest.fixture
def late_book(late_book_once: Path, tmp_path: Path) -> Path:
    """Closed up to 31 December 2026: loan 1 in Guangdong, whose borrower never paid, is 30 days
    late; loan 2 in Shanghai is on time."""
    return Path(shutil.copy(late_book_once, tmp_path / "late.duckdb"))


@pytest.fixture
def new_year_book(late_book: Path) -> Path:
    """The same on the next day: loan 1 is 31 days late, and no month ends there."""
    store = open_store(late_book)
    close_through(store, ANALYST, date(2027, 1, 1), at=AT)
    store.close()
    return late_book


def lend(store: Store, **person: str) -> int:
    """A loan of 8,000 yuan to a person of good record; returns its number."""
    number = person["id_number"]
    submission = a_submission(**person)
    application_id = submit_application(store, ANALYST, submission, key=number, at=AT)
    acceptance = a_read_offer(store, application_id)
    return accept_offer(store, ANALYST, acceptance, key=f"accept {number}", at=AT)
