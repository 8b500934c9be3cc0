"""Opening the house: the store, the book in it, and who is at the desk."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from lending_core.access.permissions import Actor, Role
from lending_core.errors import InvalidState
from lending_core.settings import LAKE, SPARK, Settings
from lending_core.store.engine import Store, Transaction, open_store
from lending_core.store.reader import Engine
from lending_core.store.written import settle_key


@dataclass(frozen=True)
class Book:
    """The book in the store, run up to `business_on`, the newest closed day.

    `shape`: how an imported tape tells its loans (outcomes, months or payments); None for a book
    of loans that this house lent.
    """

    name: str
    is_simulated: bool
    seed: int | None
    currency: str
    first_business_on: date
    business_on: date
    shape: str | None = None

    @property
    def open_on(self) -> date:
        """The day after the newest closed one: what happens now is dated to it."""
        return self.business_on + timedelta(days=1)


@dataclass(frozen=True)
class Copied:
    """The copy of the book that figures are taken from: up to which day, and when it was made."""

    business_on: date
    exported_at: datetime


def open_console(settings: Settings) -> Store:
    """The migrated store of these settings: of the book itself, or over a lake. Raises
    `InvalidState` where it cannot be opened."""
    store = _opened(settings)
    store.signing_key = settings.signing_key_path
    store.engine = _engine(store, settings)
    try:
        store.check_vault()
        if store.has_plain():
            raise InvalidState("personal_data_plain", path=settings.database_path)
        store.retire_keys()
        settle_key(store, settings.signing_key_path)
        record_migrated(store)
        if store.is_reading and settings.is_demonstration:
            _let_roles_in(store)
    except InvalidState:
        store.close()
        raise
    return store


def settle_own_file(settings: Settings) -> None:
    """Makes the file in which a console over a lake keeps its accounts, where there is none. Raises
    `InvalidState`."""
    if settings.engine == LAKE and not settings.database_path.exists():
        open_store(settings.database_path, key=settings.database_key).close()


def _opened(settings: Settings) -> Store:
    path, key, limit = settings.database_path, settings.database_key, settings.memory_limit
    if settings.engine != LAKE:
        return open_store(path, key=key, memory_limit=limit)
    from lending_core.store.lake_store import open_lake_store

    return open_lake_store(path, settings.lake_path, key=key, memory_limit=limit)


def _let_roles_in(store: Store) -> None:
    """The roles of the demonstration sign in here too; the lake has nobody's account. But for a
    lender's own people, who see single loans only."""
    from lending_core.operations.books import demo_account_rows

    rows = demo_account_rows().filter(pl.col("role") != Role.FUNDER.value)

    with store.transaction() as transaction:
        if book(transaction).is_simulated and transaction.read("demo_account").is_empty():
            transaction.append("user_account", rows)


def record_migrated(store: Store) -> None:
    """Tells in a record which rows of tables of facts came with migrations. Where rows before them
    are not those that were recorded, verification names all of them."""
    for table, rows in store.migrated.items():
        with suppress(InvalidState), store.transaction() as transaction:
            if transaction.record is not None:
                transaction.record.adopts(table, rows)
    store.migrated.clear()


def _engine(store: Store, settings: Settings) -> Engine | None:
    """The engine that these settings choose for reports over the whole book; None: the store, as
    long as there is no book in it."""
    if settings.engine != SPARK or not has_book(store):
        return None
    from lending_core.store.spark import SparkReports

    return SparkReports(settings.spark_address, settings.lake_path, book(store).name)


def has_book(store: Store | Transaction) -> bool:
    """Whether a book was started in this store."""
    return not store.read("book").is_empty()


def book(store: Store | Transaction) -> Book:
    """The book of this store. Raises `InvalidState` before one was started."""
    found = store.remembered("book") if isinstance(store, Store) else store.read("book")
    rows = found.rows(named=True)
    if not rows:
        raise InvalidState("no_book")
    return Book(**rows[0])


def demo_accounts(store: Store) -> list[Actor]:
    """Accounts that may sign in without a password: only over a simulated book, else none."""
    rows = store.remembered("demo_account").rows(named=True)
    return [
        Actor(row["user_name"], Role(row["role"]), row["funder_code"], is_demonstration=True)
        for row in rows
    ]


def copy_state(store: Store) -> str:
    """Names the copy of the book that reports are asked of, where another engine answers them."""
    return store.copy_state()


def is_answered(store: Store) -> bool:
    """Whether reports over the whole book would be answered: another engine can be lost."""
    return store.is_answered()


def copied(store: Store) -> Copied | None:
    """How old the figures are, where they are taken from a copy of the book; None where they are
    its own. Raises `InvalidState` where the copy is gone."""
    found = store.copied()
    return None if found is None else Copied(found.business_on, found.exported_at)


def newest_event_id(store: Store) -> int:
    """Number of the ledger's newest event: it names the version of all data; 0 before the first."""
    return int(store.remembered("newest_event_id").item())
