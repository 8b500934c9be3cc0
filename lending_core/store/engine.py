"""The store: one DuckDB file, a cursor per read, one writer at a time."""

import functools
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from lending_core.errors import InvalidState
from lending_core.settings import engine_threads, key_folder
from lending_core.store import migrations
from lending_core.store.kept import KeptTables, Remembered, Source, TablesBeside
from lending_core.store.open_rows import Columns
from lending_core.store.opening import (
    IN_BOOK,
    IN_FILE_ORDER,
    attach,
    copy_file,
    cursor_of,
    ease,
    lock_down,
    quoted,
    reason,
)
from lending_core.store.query_files import query_text
from lending_core.store.reader import Engine, Reports
from lending_core.store.transaction import Transaction
from lending_core.store.vault import Vault
from lending_core.store.written import Recorder, fact_counts

if TYPE_CHECKING:
    from lending_core.store.lake_manifest import Manifest

__all__ = ("Store", "Transaction", "open_store")

# Changes are folded into the file when so much of the log waits, and when the file is closed. A
# month of a book writes more than the usual 16 MB, and folding each took a quarter of the time of a
# simulation. After a crash so much is read again in a second.
_LOG_MAX = "128MB"
_COPY_MARK = "select 1 from duckdb_tables() where table_name = 'lake_copy'"
_PATH_OF_BOOK = "select path from duckdb_databases() where database_name = 'book'"


class Store:
    """An open database. Reads run in any thread; writes go through `transaction` one by one."""

    # Whether only accounts are written here, and the book is looked at where somebody else puts it.
    is_reading = False
    # Where reads look for tables.
    _PLACE = IN_BOOK

    def __init__(self, connection: duckdb.DuckDBPyConnection, vault: Vault | None = None) -> None:
        self._connection = connection
        self._vault = vault
        self._writer = threading.RLock()
        # Not a method of this store: in a circle the two would keep the file open for each other.
        beside = TablesBeside(functools.partial(cursor_of, connection, self._PLACE))
        self._kept = KeptTables(beside)
        self._remembered = Remembered()
        # Where the key is that signs the ledger; None where nothing is sealed: a copy, a tape.
        self.signing_key: Path | None = None
        self._columns: Columns = {}
        # How many rows of tables of facts migrations added when the file was opened.
        self.migrated: Counter[str] = Counter()
        # What this is a copy of that was made from a lake; None: a book that is written to.
        self.copy_of: dict[str, Any] | None = None
        # The engine chosen for reports over the whole book; None: this database.
        self.engine: Engine | None = None

    @property
    def reports(self) -> Reports:
        """Who answers reports over the whole book; whatever else is asked, the store answers."""
        return self.engine or self

    def copied(self) -> "Manifest | None":
        """The copy of the book that reports are asked of, as it is now; None where they are asked
        of the book itself. Raises `InvalidState` where the copy is gone."""
        return None if self.engine is None else self.engine.copied()

    def copy_state(self) -> str:
        """Names that copy as it is now: another name, other answers. Empty where there is none."""
        return "" if self.engine is None else self.engine.state()

    def is_answered(self) -> bool:
        """Whether whoever answers reports can be reached; a question to a lost one is refused."""
        return self.engine is None or self.engine.is_there()

    def read(self, query: str, **parameters: Any) -> pl.DataFrame:
        """The frame of a query file (`queries/<query>.sql`) with its named parameters."""
        return self.read_sql(query_text(query), **parameters)

    def remembered(self, query: str) -> pl.DataFrame:
        """As `read` of a query file without parameters, which is asked again only after something
        was written: for small answers that every screen begins with."""
        return self._remembered.answer(query, functools.partial(self.read, query))

    def read_sql(self, sql: str, /, **parameters: Any) -> pl.DataFrame:
        """The frame of a statement compiled in code (a policy, a card), never of typed text."""
        with self._cursor() as cursor:
            return cursor.execute(sql, parameters).pl()

    def stream(self, sql: str, rows_max: int, /, **parameters: Any) -> Iterator[pl.DataFrame]:
        """The answer of a compiled statement in frames of about so many rows, the first of none;
        all of one moment."""
        with self._cursor() as cursor:
            found = cursor.execute(sql, parameters).to_arrow_reader(rows_max)
            yield pl.DataFrame(found.schema.empty_table())
            for batch in found:
                yield pl.DataFrame(batch)

    def evaluate(self, sql: str, /, **frames: pl.DataFrame) -> pl.DataFrame:
        """The frame of a compiled statement over given frames, each registered under its name."""
        with self._cursor() as cursor:
            for name, frame in frames.items():
                cursor.register(name, frame)
            return cursor.execute(sql).pl()

    @contextmanager
    def kept(self, key: str, source: Source, /, **parameters: Any) -> Iterator[str]:
        """Name of a table in memory with the answer of a compiled statement, or the rows that a
        call computes, for as long as the block runs: made once per `key`, which names everything
        that it depends on, and kept for whoever asks next until room is needed. Never in the
        file."""
        with self._kept.hold(key, source, parameters) as name:
            yield f"memory.main.{name}"

    @contextmanager
    def transaction(self) -> Iterator["Transaction"]:
        """One unit of writing: everything or nothing, with a signed record of what was written to
        tables of facts. Any exception rolls back and goes on. Raises `InvalidState` for a copy."""
        if self.copy_of is not None:
            raise InvalidState("copy_read_only", **self.copy_of)
        with self._writer, cursor_of(self._connection) as cursor:
            cursor.execute("begin")
            try:
                transaction = Transaction(cursor, self._vault)
                if self.signing_key is not None:
                    transaction.record = Recorder(transaction, self.signing_key, self._columns)
                yield transaction
                if transaction.record is not None:
                    transaction.record.finish()
                cursor.execute("commit")
            except BaseException:
                # A failed statement aborts the transaction, and commit would then keep nothing
                # without saying so: roll back always. A commit that failed has done so itself.
                with suppress(duckdb.TransactionException):
                    cursor.execute("rollback")
                raise
            finally:
                self._remembered.forget()

    @contextmanager
    def moment(self) -> Iterator["Transaction"]:
        """Reads that all see the same moment, whatever is written meanwhile; nothing is kept of
        it."""
        with self._cursor() as cursor:
            cursor.execute("begin")
            try:
                yield Transaction(cursor, self._vault)
            finally:
                cursor.execute("rollback")

    def opened(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows that were read, with personal columns in plain: for operations, which mask them.
        Null where the person's key is destroyed. Raises `InvalidState` without the book's key."""
        if self._vault is None:
            return rows
        with self._cursor() as cursor:
            return self._vault.open(cursor, rows)

    def check_vault(self) -> None:
        """Raises `InvalidState` where the key that opens personal columns is missing."""
        if self._vault is not None:
            with self._cursor() as cursor:
                self._vault.check(cursor)

    def has_plain(self) -> bool:
        """Whether personal columns of a book from before are still to be encrypted."""
        if self._vault is None:
            return False
        with self._cursor() as cursor:
            return self._vault.has_plain(cursor)

    def retire_keys(self) -> None:
        """Puts aside the files of keys of personal data that gave way to others; one that a crash
        left in its place too."""
        if self._vault is not None:
            self._vault.retire(self.read("retired_key")["old_key_id"])

    @property
    def key_folder(self) -> Path | None:
        """Where the key is that opens personal columns; None for a desk, which has none."""
        return None if self._vault is None else self._vault.folder

    def path(self) -> Path:
        """The file this database is in."""
        with self._cursor() as cursor:
            row = cursor.execute(_PATH_OF_BOOK).fetchone()
        return Path(row[0]) if row else Path()

    def copy_to(self, path: Path) -> None:
        """Writes the database as it stands now to another file, encrypted as it is; nobody writes
        meanwhile. Raises `OSError` where it cannot be written."""
        source = self.path()
        with self._writer:
            # Commits not yet folded into the file stand in the log beside it.
            for suffix in ("", ".wal"):
                here = source.with_name(source.name + suffix)
                if here.exists():
                    copy_file(here, path.with_name(path.name + suffix))

    def close(self) -> None:
        self._connection.close()

    def _cursor(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        return cursor_of(self._connection, self._PLACE)


def open_store(
    path: Path,
    *,
    key: str | None = None,
    memory_limit: str = "4GB",
    is_scratch: bool = False,
    readable: Sequence[Path] = (),
) -> Store:
    """The database at `path`, created and migrated as needed; with `key` encrypted at rest.

    `is_scratch`: for a copy that is thrown away. Commits stay in the log, which saves half the time
    of a month, and one thread works, so that several copies share the cores. `readable`: the only
    other files that statements may read. Raises `InvalidState` when another process holds the file
    or the key does not open it.
    """
    connection = connected(path, key=key, memory_limit=memory_limit)
    if readable:
        connection.execute(IN_FILE_ORDER)
    if is_scratch:
        ease(connection)
    lock_down(connection, readable)
    store = Store(connection, Vault(key_folder(path)))
    store.copy_of = _copy_of(store)
    migrate(store, connection)
    return store


def connected(path: Path, *, key: str | None, memory_limit: str) -> duckdb.DuckDBPyConnection:
    """A connection with the file at `path` as the database `book`, created as needed. Raises as
    `open_store`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    bounds: dict[str, Any] = {"memory_limit": memory_limit, "threads": engine_threads()}
    connection = duckdb.connect(":memory:", config=bounds)
    connection.execute(f"set temp_directory = '{quoted(str(path.with_suffix('.spill')))}'")
    try:
        attach(connection, path, key)
    except duckdb.Error as refusal:
        connection.close()
        raise InvalidState(reason(refusal, path), path=path) from None
    connection.execute(IN_BOOK)
    connection.execute(f"set wal_autocheckpoint = '{_LOG_MAX}'")
    return connection


def migrate(store: Store, connection: duckdb.DuckDBPyConnection) -> None:
    """Brings the file of a store up to date, and notes which rows came with that."""
    if migrations.pending(connection):
        before = fact_counts(store)
        migrations.apply(connection)
        store.migrated = fact_counts(store) - before


def _copy_of(store: Store) -> dict[str, Any] | None:
    """What a file says that was made from a lake: its book, and when that was exported."""
    if store.read_sql(_COPY_MARK).is_empty():
        return None
    return store.read_sql("select book, exported_at from lake_copy").row(0, named=True)
