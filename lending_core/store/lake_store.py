"""A store that reads the book where a lake has it, and writes nothing but who may sign in.

What the lake has is looked at through views of the files that its newest manifest names; accounts
and the record of them are in a small file of the console's own; what neither has is refused, so
that nobody takes a table that is not there for an empty one. Every statement looks first whether
there is a newer manifest: it is followed without a restart, and a lake that comes back is read.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from lending_core.errors import InvalidState
from lending_core.settings import key_folder
from lending_core.store.engine import Store, connected, migrate
from lending_core.store.kept import Source
from lending_core.store.lake import exported, files_of, lake_columns
from lending_core.store.lake_files import books_in
from lending_core.store.lake_manifest import Manifest
from lending_core.store.opening import lock_down, quoted
from lending_core.store.reports import own_reads, own_tables
from lending_core.store.shape import shape
from lending_core.store.transaction import Transaction
from lending_core.store.vault import Vault

# What a transaction must know of the book to date what it writes.
_DATED_BY = "create temp view book as select * from lake.main.book"
_UNDATED = "drop view temp.book"
# What the engine says of a file that is gone, is none, or has not the columns that it should have.
_BROKEN = (duckdb.IOException, duckdb.InvalidInputException)
# What it says of a table that neither the lake nor the console's own file has.
_LACKING = "not in a lake"
_NO_ROWS = "(select 1) where false"
_REFUSED = f"(select error('{_LACKING}: {{table}}') as nothing) where nothing is null"
_LENT = "select count(*) from {rows} where shape is null"


class LakeStore(Store):
    """A store over a lake. Every question raises `InvalidState` while the lake has no book, or what
    its manifest names cannot be read."""

    is_reading = True
    _PLACE = "use lake"

    def __init__(self, connection: duckdb.DuckDBPyConnection, vault: Vault, lake: Path) -> None:
        super().__init__(connection, vault)
        self._lake = lake
        self._looking = threading.RLock()
        # The manifest whose files the views are of.
        self._seen: Manifest | None = None
        # Book -> its state when that was looked up, and whether the house lent it.
        self._lent: dict[str, tuple[str, bool]] = {}
        # How often an account was written to.
        self._writes = 0

    def copied(self) -> Manifest:
        """As `Store.copied`: the manifest that is read now."""
        with self._looking, self._refusing():
            found = exported(self._lake, self._book_name())
            if self._seen is None or found.state != self._seen.state:
                self._look_at(found)
                self._remembered.forget()
            self._seen = found
            return found

    def copy_state(self) -> str:
        """As `Store.copy_state`; an account that changes counts too, which no lake knows of."""
        return f"{self.copied().state} {self._writes}"

    def remembered(self, query: str) -> pl.DataFrame:
        """As `Store.remembered`, until there is a newer manifest."""
        self.copied()
        return super().remembered(query)

    @contextmanager
    def kept(self, key: str, source: Source, /, **parameters: Any) -> Iterator[str]:
        """As `Store.kept`, of the lake as it is."""
        with super().kept(f"{self.copied().state} {key}", source, **parameters) as name:
            yield name

    def has_plain(self) -> bool:
        """As `Store.has_plain`: nothing that is personal is in a lake."""
        return False

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """As `Store.transaction`, for accounts alone: what is of the book is refused."""
        self.copied()
        with super().transaction() as transaction:
            transaction.writable = own_tables()
            transaction.look(_DATED_BY)
            yield transaction
            # The record tells of the console's own file.
            transaction.look(_UNDATED)
        self._writes += 1

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        self.copied()
        with self._refusing(), super()._cursor() as cursor:
            yield cursor

    def _book_name(self) -> str:
        """The book of what the house lent, among those that were brought in. Raises
        `InvalidState`."""
        books = books_in(self._lake)
        lent = books if len(books) == 1 else [name for name in books if self._is_lent(name)]
        if len(lent) != 1:
            raise InvalidState("lake_empty" if not lent else "lake_several", path=self._lake)
        return lent[0]

    def _is_lent(self, book: str) -> bool:
        found = exported(self._lake, book)
        state, is_lent = self._lent.get(book, ("", False))
        if state != found.state:
            is_lent = self._has_lent_rows(found)
            self._lent[book] = found.state, is_lent
        return is_lent

    def _has_lent_rows(self, found: Manifest) -> bool:
        rows = _rows(files_of(self._lake, found, "book"))
        with self._connection.cursor() as cursor:
            row = cursor.execute(_LENT.format(rows=rows)).fetchone()
        return bool(row and row[0])

    def _look_at(self, found: Manifest) -> None:
        """Views of the files of a manifest, all of them or none."""
        with self._connection.cursor() as cursor:
            cursor.execute(self._PLACE)
            cursor.execute("begin")
            try:
                for table in shape().columns.keys() - shape().views.keys():
                    cursor.execute(_view(self._lake, found, table))
                for name, select in shape().views.items():
                    cursor.execute(f'create or replace view "{name}" as {select}')
                cursor.execute("commit")
            except BaseException:
                with suppress(duckdb.TransactionException):
                    cursor.execute("rollback")
                raise

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        try:
            yield
        except _BROKEN as broken:
            reason = "lake_without" if _LACKING in str(broken) else "lake_broken"
            raise InvalidState(reason, path=self._lake) from broken


def open_lake_store(
    path: Path, lake: Path, *, key: str | None = None, memory_limit: str = "4GB"
) -> LakeStore:
    """The store over a lake, with the file at `path` for accounts, created as needed; no statement
    may read other files than the lake's. Raises `InvalidState` as `open_store`."""
    connection = connected(path, key=key, memory_limit=memory_limit)
    connection.execute("attach ':memory:' as lake")
    lock_down(connection, (), lake)
    own = Store(connection, Vault(key_folder(path)))
    migrate(own, connection)
    if not own.read("book").is_empty():
        connection.close()
        raise InvalidState("lake_own_file", path=path)
    store = LakeStore(connection, Vault(key_folder(path)), lake)
    store.migrated = own.migrated
    return store


def _view(lake: Path, found: Manifest, table: str) -> str:
    """A statement that makes the view of a table, with the columns that the book has: of the files
    of a lake, those that are personal without a value; of the console's own file; or of nothing."""
    columns = shape().columns[table]
    has: Mapping[str, str] = {}
    if table in found.tables:
        files = files_of(lake, found, table)
        has, rows = (lake_columns(table), _rows(files)) if files else (has, _NO_ROWS)
    elif table in own_tables() | own_reads():
        has, rows = columns, f"book.main.{_quoted(table)}"
    else:
        rows = _REFUSED.format(table=table)
    chosen = ", ".join(
        f"cast({_quoted(name) if name in has else 'null'} as {kind}) as {_quoted(name)}"
        for name, kind in columns.items()
    )
    return f"create or replace view {_quoted(table)} as select {chosen} from {rows}"  # noqa: S608


def _rows(files: Iterable[Path]) -> str:
    names = ", ".join(f"'{quoted(str(path.resolve()))}'" for path in files)
    return f"read_parquet([{names}], hive_partitioning = false)"


def _quoted(name: str) -> str:
    return f'"{name}"'
