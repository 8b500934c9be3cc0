"""A store over a lake: the book as it was exported, followed as it is exported anew; nothing of it
is written."""

import shutil
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from lending_core.access.permissions import SYSTEM, Actor, Permission, Role, require
from lending_core.errors import InvalidState, NotAllowed
from lending_core.operations import catching_up, console, signing_in
from lending_core.operations.accounts import AccountOrder, open_account
from lending_core.operations.console import Book, Copied
from lending_core.operations.lake_export import export_book
from lending_core.operations.signing_in import Session
from lending_core.settings import LAKE, Settings
from lending_core.store.engine import Store, open_store
from lending_core.store.lake_store import LakeStore, open_lake_store
from tests.store.loans import a_book_of_one_unpaid_loan, close

EXPORTED_AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
ADMINISTRATOR = Actor("administrator", Role.ADMINISTRATOR)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A book of one loan that never pays, up to September."""
    store = a_book_of_one_unpaid_loan(tmp_path_factory.mktemp("book"), date(2026, 9, 29))
    yield store
    store.close()


@pytest.fixture(scope="module")
def lake_once(book: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lake")
    _export(book, folder)
    return folder


@pytest.fixture
def lake(lake_once: Path, tmp_path: Path) -> Path:
    """The book in a lake of the test's own."""
    return Path(shutil.copytree(lake_once, tmp_path / "lake"))


@pytest.fixture
def store(lake: Path, tmp_path: Path) -> Iterator[LakeStore]:
    store = open_lake_store(tmp_path / "console.duckdb", lake)
    store.signing_key = tmp_path / "console.ledger-key"
    yield store
    store.close()


def _export(book: Store, lake: Path) -> None:
    export_book(book, SYSTEM, lake, lambda *_: None, at=EXPORTED_AT)


def test_the_book_is_read_as_it_was_exported(store: LakeStore) -> None:
    ends = store.read_sql("select month_end_on, overdue_fen from loan_month order by 1")

    assert console.book(store).business_on == date(2026, 9, 29)
    assert console.copied(store) == Copied(date(2026, 9, 29), EXPORTED_AT.replace(tzinfo=None))
    assert ends.rows() == [
        (date(2026, 7, 31), 0),
        (date(2026, 8, 31), 34_002),
        (date(2026, 9, 29), 68_004),
    ]


def test_a_newer_manifest_is_followed_by_the_store_that_is_open(
    book: Store, lake: Path, store: LakeStore
) -> None:
    before = (console.book(store).business_on, store.copy_state())

    close(book, date(2026, 9, 30))
    _export(book, lake)

    assert before[0] == date(2026, 9, 29)
    assert console.book(store).business_on == date(2026, 9, 30)
    assert store.copy_state() != before[1]


def test_beside_imported_books_that_of_the_house_is_read_whatever_becomes_of_them(
    lake: Path, tmp_path: Path
) -> None:
    bring_in_a_tape(tmp_path / "tape.duckdb", lake)
    store = open_lake_store(tmp_path / "console.duckdb", lake)
    assert console.book(store).name == "simulated"

    next((lake / "book" / "book=tape").iterdir()).unlink()

    assert store.read_sql("select count(*) from loan").item() == 1
    store.close()


def bring_in_a_tape(path: Path, lake: Path) -> None:
    """A book from elsewhere, exported to the lake."""
    tape = open_store(path)
    day = date(2026, 9, 30)
    brought = Book("tape", False, None, "CNY", day, day, "months")
    with tape.transaction() as transaction:
        transaction.append("book", pl.DataFrame([asdict(brought)]))
    _export(tape, lake)
    tape.close()


def test_a_lake_that_is_gone_is_refused_until_it_is_back(lake: Path, store: LakeStore) -> None:
    away = lake.rename(lake.with_name("away"))
    with pytest.raises(InvalidState, match="holds no book"):
        console.book(store)

    away.rename(lake)

    assert console.book(store).business_on == date(2026, 9, 29)


def test_a_file_that_is_broken_is_refused(lake: Path, store: LakeStore) -> None:
    part = next(lake.glob("loan/*/part-*.parquet"))

    part.write_bytes(b"PAR1")

    with pytest.raises(InvalidState, match=r"loan/.* is not what the manifest says: bytes 4"):
        store.read_sql("select * from loan")


def test_a_file_that_vanishes_while_the_console_is_open_is_refused(
    lake: Path, store: LakeStore
) -> None:
    console.book(store)

    next(lake.glob("loan/*/part-*.parquet")).unlink()

    with pytest.raises(InvalidState, match="cannot be read"):
        store.read_sql("select * from loan")


def test_a_table_that_the_lake_lacks_is_not_taken_for_an_empty_one(store: LakeStore) -> None:
    with pytest.raises(InvalidState, match="does not have what this asks for"):
        store.read_sql("select count(*) from personal_access")


def test_nothing_of_the_book_is_written(store: LakeStore) -> None:
    with pytest.raises(InvalidState, match="writes nothing of the book"):
        catching_up.close_through(store, SYSTEM, date(2026, 9, 30), at=EXPORTED_AT)

    assert (
        store.read_sql("select count(*) from closed_day where closed_on > '2026-09-29'").item() == 0
    )


def test_accounts_are_the_consoles_own_and_change_what_screens_remember(store: LakeStore) -> None:
    before = store.copy_state()

    order = AccountOrder("lin", Role.RISK_MAKER)
    password = open_account(store, ADMINISTRATOR, order, at=EXPORTED_AT)

    assert signing_in.sign_in(store, "lin", password, at=EXPORTED_AT)
    assert store.copy_state() != before


def test_whoever_is_at_the_console_looks_and_does_no_work(store: LakeStore) -> None:
    open_account(store, ADMINISTRATOR, AccountOrder("lin", Role.RISK_MAKER), at=EXPORTED_AT)
    later = datetime(2026, 11, 1, 9, tzinfo=UTC)
    session = Session("lin", "account", later, later)

    who = signing_in.signed_in(store, session, is_demonstration=False, at=later)

    assert who.may(Permission.VIEW_BOOK)
    assert not who.may(Permission.SAVE_POLICY)
    with pytest.raises(NotAllowed, match="writes nothing of the book"):
        require(who, Permission.SAVE_POLICY)
    with pytest.raises(NotAllowed, match="Your role"):
        require(who, Permission.APPROVE_POLICY)


def test_a_console_over_a_lake_does_not_open_the_file_of_a_book(book: Store, lake: Path) -> None:
    path = Path(shutil.copy(book.path(), lake.parent / "book.duckdb"))

    with pytest.raises(InvalidState, match="keeps its accounts in a file of its own"):
        open_lake_store(path, lake)


def test_a_demonstration_lets_its_roles_in_over_a_lake(lake: Path, tmp_path: Path) -> None:
    settings = replace(
        Settings(tmp_path / "console.duckdb", None, "1GB", "en"),
        engine=LAKE,
        lake_path=lake,
        is_demonstration=True,
    )

    store = console.open_console(settings)

    assert len(console.demo_accounts(store)) == 8
    store.close()
