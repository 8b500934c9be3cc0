"""The store: one DuckDB file, a cursor per read, one writer at a time."""

import functools
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from lending_core.errors import InvalidState
from lending_core.settings import key_folder
from lending_core.store import migrations
from lending_core.store.kept import KeptTables, Remembered, Source
from lending_core.store.opening import attach, copy_file, cursor_of, lock_down, quoted, reason
from lending_core.store.query_files import query_text
from lending_core.store.reader import Reports
from lending_core.store.vault import Rewrapped, Vault

# Changes are folded into the file when so much of the log waits, and when the file is closed. A
# month of a book writes more than the usual 16 MB, and folding each took a quarter of the time of a
# simulation. After a crash so much is read again in a second.
_LOG_MAX = "128MB"
# The checks of a table, and its columns that may not be null.
_GUARDS = """
    select
        case constraint_type when 'CHECK' then expression end as condition,
        constraint_column_names[1] as column_name
    from duckdb_constraints()
    where
        database_name = 'book'
        and table_name = $table
        and constraint_type in ('CHECK', 'NOT NULL')
"""
# Rows that a file keeps together. A frame that comes in pieces of so many is written by several
# threads, in its order, and needs no rewriting when changes are folded into the file.
_ROWS_TOGETHER = 122_880
# Rows of a table made in the same transaction are numbered by the engine from here on.
_ROW_ID_OF_TRANSACTION = 36_028_797_018_960_000
_PATH_OF_BOOK = "select path from duckdb_databases() where database_name = 'book'"
# A long list of values in a condition is otherwise looked up by a join, whose rows come as threads
# bring them: rows of a file would then not be numbered as they stand in it.
_IN_FILE_ORDER = "set disabled_optimizers = 'in_clause'"
_SCRATCH_SETTINGS = (
    "set wal_autocheckpoint = '1TB'",
    "set threads = 1",
    "pragma disable_checkpoint_on_shutdown",
)


class Store:
    """An open database. Reads run in any thread; writes go through `transaction` one by one."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, vault: Vault | None = None) -> None:
        self._connection = connection
        self._vault = vault
        self._writer = threading.RLock()
        # Not a method of this store: in a circle the two would keep the file open for each other.
        self._kept = KeptTables(functools.partial(cursor_of, connection))
        self._remembered = Remembered()
        # Where the key is that signs the ledger; None where nothing is sealed: a copy, a tape.
        self.signing_key: Path | None = None
        # The engine chosen for reports over the whole book; None: this database.
        self.engine: Reports | None = None

    @property
    def reports(self) -> Reports:
        """Who answers reports over the whole book; whatever else is asked, the store answers."""
        return self.engine or self

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
            yield name

    @contextmanager
    def transaction(self) -> Iterator["Transaction"]:
        """One unit of writing: everything or nothing. Any exception rolls back and goes on."""
        with self._writer, self._cursor() as cursor:
            cursor.execute("begin")
            try:
                yield Transaction(cursor, self._vault)
                cursor.execute("commit")
            except BaseException:
                # A failed statement aborts the transaction, and commit would then keep nothing
                # without saying so: roll back always. A commit that failed has done so itself.
                with suppress(duckdb.TransactionException):
                    cursor.execute("rollback")
                raise
            finally:
                self._remembered.forget()

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
        return cursor_of(self._connection)


class Transaction:
    """The writer's view inside `Store.transaction`: reads its own writes."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, vault: Vault | None) -> None:
        self._cursor = cursor
        self._vault = vault

    def read(self, query: str, **parameters: Any) -> pl.DataFrame:
        """As `Store.read`, within the transaction."""
        return self._cursor.execute(query_text(query), parameters).pl()

    def opened(self, rows: pl.DataFrame) -> pl.DataFrame:
        """As `Store.opened`, within the transaction."""
        return rows if self._vault is None else self._vault.open(self._cursor, rows)

    def evaluate(self, sql: str, /, **frames: pl.DataFrame) -> pl.DataFrame:
        """As `Store.evaluate`, within the transaction."""
        for name, frame in frames.items():
            self._cursor.register(name, frame)
        result = self._cursor.execute(sql).pl()
        for name in frames:
            self._cursor.unregister(name)
        return result

    def stage(self, table: str, sql: str, /, **parameters: Any) -> int:
        """Keeps the answer of a compiled statement as a table that nobody else sees and that goes
        with the transaction's cursor; returns how many rows it has."""
        self._cursor.execute(f'create or replace temp table "{table}" as {sql}', parameters)
        counted = self._cursor.execute(f'select count(*) from "{table}"').fetchone()  # noqa: S608
        return int(counted[0]) if counted else 0

    def stage_rows(self, table: str, sql: str, constants: Sequence[str], /) -> int:
        """As `stage`, with a column `position` that counts the answer's rows from 1 in their order,
        and compiled `constants` as columns that take no room.
        Numbering them in the statement would let one thread read where several could. Only for
        statements that read one file without a join."""
        rows = self.stage(f"{table}_kept", sql)
        position = f"rowid % {_ROW_ID_OF_TRANSACTION} + 1 as position"
        columns = ", ".join([position, "*", *constants])
        self._cursor.execute(
            f'create or replace temp view "{table}" as '  # noqa: S608
            f'select {columns} from "{table}_kept"'
        )
        return rows

    def keep(self, table: str, rows: pl.DataFrame) -> None:
        """Keeps a frame as `stage` keeps an answer."""
        self._cursor.register("incoming", rows)
        self._cursor.execute(
            f'create or replace temp table "{table}" as select * from incoming'  # noqa: S608
        )
        self._cursor.unregister("incoming")

    def append(self, table: str, rows: pl.DataFrame) -> None:
        """Adds rows by column name, personal columns encrypted. The table's constraints hold or
        nothing is written."""
        if rows.is_empty():
            return
        if self._vault is not None:
            rows = self._vault.seal(self._cursor, table, rows)
        self._cursor.register("incoming", _in_pieces(rows))
        columns = ", ".join(f'"{column}"' for column in rows.columns)
        self._cursor.execute(
            f'insert into "{table}" ({columns}) select {columns} from incoming'  # noqa: S608
        )
        self._cursor.unregister("incoming")

    def replace(self, table: str, key: str, rows: pl.DataFrame) -> None:
        """Puts rows of a derived table in the place of those with the same `key`."""
        if rows.is_empty():
            return
        self._cursor.register("incoming", rows)
        self._cursor.execute(
            f'delete from "{table}" where "{key}" in (select "{key}" from incoming)'  # noqa: S608
        )
        self._cursor.unregister("incoming")
        self.append(table, rows)

    def overwrite(self, table: str, key: str, rows: pl.DataFrame) -> None:
        """Puts other values in columns of the rows with the same `key`, which stay in their place:
        only to erase personal fields, whose commitments are then made anew."""
        self._cursor.register("incoming", rows)
        columns = ", ".join(f'"{name}" = incoming."{name}"' for name in rows.columns if name != key)
        self._cursor.execute(
            f'update "{table}" set {columns} from incoming '  # noqa: S608
            f'where "{table}"."{key}" = incoming."{key}"'
        )
        self._cursor.unregister("incoming")

    def change_keys(self) -> None:
        """Forgets every key of people: what they encrypted opens no more here, and what is written
        from now on has keys of its own. Only for a copy whose people are other people."""
        self.clear("customer_key")
        self.clear("privacy_key")

    def rewrap(self, progress: Callable[[int, int], None]) -> Rewrapped:
        """Gives the database another key of personal data: see `Vault.rewrap`. Raises
        `InvalidState`."""
        if self._vault is None:
            raise InvalidState("privacy_key_none")
        return self._vault.rewrap(self._cursor, progress)

    def seal(self, table: str) -> int:
        """Encrypts what a table keeps in plain from before it was encrypted; rows stay in their
        place. Returns how many rows there were."""
        return 0 if self._vault is None else self._vault.seal_table(self._cursor, table)

    def remove(self, table: str, column: str, value: Any) -> None:
        """Takes the rows of a derived table out whose `column` has the value."""
        statement = f'delete from "{table}" where "{column}" = $value'  # noqa: S608
        self._cursor.execute(statement, {"value": value})

    def append_query(self, table: str, query: str, **parameters: Any) -> None:
        """Adds the rows of a query file without leaving the store."""
        select = query_text(query)
        self._cursor.execute(
            f'insert into "{table}" by name {select}',
            parameters,
        )

    def clear(self, table: str) -> None:
        """Empties a derived or reference table, to be filled again in the same transaction."""
        self._cursor.execute(f'delete from "{table}"')  # noqa: S608

    def open_up(self, table: str) -> tuple[str, ...]:
        """Makes an empty table anew without its index and its checks, so that several threads can
        fill it; returns the checks: `check` holds the rows against them, `make_key` makes the
        index."""
        guards = self._cursor.execute(_GUARDS, {"table": table}).fetchall()
        empty = f"{table}_empty"
        self._cursor.execute(
            f'create table "{empty}" as select * from "{table}" limit 0'  # noqa: S608
        )
        for _, column in [guard for guard in guards if guard[0] is None]:
            self._cursor.execute(f'alter table "{empty}" alter column "{column}" set not null')
        self._cursor.execute(f'drop table "{table}"')
        self._cursor.execute(f'alter table "{empty}" rename to "{table}"')
        return tuple(condition for condition, _ in guards if condition is not None)

    def check(self, table: str, conditions: Sequence[str]) -> None:
        """Raises `duckdb.ConstraintException` where a row fails a check that `open_up` returned."""
        for condition in conditions:
            failing = f'from "{table}" where not ({condition}) limit 1'
            if self._cursor.execute(f"select 1 {failing}").fetchone():
                raise duckdb.ConstraintException(f"{table}: {condition}")

    def make_key(self, table: str, column: str) -> None:
        """Makes the index of a table by its key. Where two rows have the same one, the transaction
        cannot be committed."""
        self._cursor.execute(f'create unique index "{table}_key" on "{table}" ("{column}")')

    def interrupt(self) -> None:
        """Breaks off the statement that another thread runs here, which raises there."""
        # Where the transaction has just ended there is nothing to break off.
        with suppress(duckdb.Error):
            self._cursor.interrupt()

    def next_id(self, table: str, column: str) -> int:
        """The number after the highest in use; the writer lock makes it safe."""
        statement = f'select coalesce(max("{column}"), 0) + 1 from "{table}"'  # noqa: S608
        row = self._cursor.execute(statement).fetchone()
        return int(row[0]) if row else 1


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
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(":memory:", config={"memory_limit": memory_limit})
    connection.execute(f"set temp_directory = '{quoted(str(path.with_suffix('.spill')))}'")
    try:
        attach(connection, path, key)
    except duckdb.Error as refusal:
        connection.close()
        raise InvalidState(reason(refusal), path=path) from None
    connection.execute("use book")
    connection.execute(f"set wal_autocheckpoint = '{_LOG_MAX}'")
    if readable:
        connection.execute(_IN_FILE_ORDER)
    if is_scratch:
        for setting in _SCRATCH_SETTINGS:
            connection.execute(setting)
    lock_down(connection, readable)
    store = Store(connection, Vault(key_folder(path)))
    migrations.apply(connection)
    return store


def open_desk(readable: Sequence[Path], spill: Path, *, memory_limit: str = "4GB") -> Store:
    """A store in memory without tables, for looking at these files and at no others; what memory
    does not hold goes to the folder `spill`."""
    connection = duckdb.connect(":memory:", config={"memory_limit": memory_limit})
    connection.execute(f"set temp_directory = '{quoted(str(spill))}'")
    connection.execute(_IN_FILE_ORDER)
    connection.execute("attach ':memory:' as book")
    lock_down(connection, readable)
    return Store(connection)


def _in_pieces(rows: pl.DataFrame) -> pl.DataFrame:
    return pl.concat(rows.rechunk().iter_slices(_ROWS_TOGETHER), rechunk=False)
