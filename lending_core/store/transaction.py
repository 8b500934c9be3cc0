"""A transaction: the writer's view of the book, which tells what was written."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from lending_core.errors import InvalidState
from lending_core.store.fact_rows import ROW_ID_OF_TRANSACTION
from lending_core.store.query_files import query_text
from lending_core.store.reader import Questions
from lending_core.store.vault import Rewrapped, Vault
from lending_core.store.written import Recorder

if TYPE_CHECKING:
    import pyarrow as pa

# Rows that a file keeps together. A frame that comes in pieces of so many is written by several
# threads, in its order, and needs no rewriting when changes are folded into the file.
_ROWS_TOGETHER = 122_880
# So many values are handed over one by one: to register a frame takes five times as long as to
# write a row, most of it waiting for other threads.
_VALUES_MAX = 200


class Transaction:
    """The writer's view inside `Store.transaction`: reads its own writes."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, vault: Vault | None) -> None:
        self._cursor = cursor
        self._vault = vault
        # Follows what is written, where the house's key signs it.
        self.record: Recorder | None = None
        # The only tables that may be written; None: all of them.
        self.writable: frozenset[str] | None = None

    @property
    def reports(self) -> Questions:
        """As `Store.reports`; what is written rests on the book itself, never on a copy of it."""
        return self

    def read(self, query: str, **parameters: Any) -> pl.DataFrame:
        """As `Store.read`, within the transaction."""
        return self.read_sql(query_text(query), **parameters)

    def read_sql(self, sql: str, /, **parameters: Any) -> pl.DataFrame:
        """As `Store.read_sql`, within the transaction."""
        return self._cursor.execute(sql, parameters).pl()

    def batches(self, sql: str, rows_max: int, /) -> "pa.RecordBatchReader":
        """The answer of a compiled statement as it comes, in batches of so many rows; to be read
        before anything else is asked here."""
        return self._cursor.execute(sql).to_arrow_reader(rows_max)

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

    def look(self, statement: str) -> None:
        """Makes a view that nobody else sees, for the engine's own use."""
        self._cursor.execute(statement)

    def stage_rows(self, table: str, sql: str, constants: Sequence[str], /) -> int:
        """As `stage`, with a column `position` that counts the answer's rows from 1 in their order,
        and compiled `constants` as columns that take no room.
        Numbering them in the statement would let one thread read where several could. Only for
        statements that read one file without a join."""
        rows = self.stage(f"{table}_kept", sql)
        position = f"rowid % {ROW_ID_OF_TRANSACTION} + 1 as position"
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
        self._wrote(table, rows.height)
        columns = ", ".join(f'"{column}"' for column in rows.columns)
        if rows.height * rows.width <= _VALUES_MAX:
            values = ", ".join([f"({', '.join('?' * rows.width)})"] * rows.height)
            self._cursor.execute(
                f'insert into "{table}" ({columns}) values {values}',  # noqa: S608
                [value for row in rows.iter_rows() for value in row],
            )
            return
        self._cursor.register("incoming", _in_pieces(rows))
        self._cursor.execute(
            f'insert into "{table}" ({columns}) select {columns} from incoming'  # noqa: S608
        )
        self._cursor.unregister("incoming")

    def replace(self, table: str, key: str, rows: pl.DataFrame) -> None:
        """Puts rows of a derived table in the place of those with the same `key`."""
        if rows.is_empty():
            return
        self._rewrites(table)
        self._cursor.register("incoming", rows)
        self._cursor.execute(
            f'delete from "{table}" where "{key}" in (select "{key}" from incoming)'  # noqa: S608
        )
        self._cursor.unregister("incoming")
        self.append(table, rows)

    def overwrite(self, table: str, key: str, rows: pl.DataFrame) -> None:
        """Puts other values in columns of the rows with the same `key`, which stay in their place:
        only to erase personal fields, whose commitments are then made anew, and for columns that
        say how things stand."""
        self._rewrites(table, *(name for name in rows.columns if name != key))
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
        if self._vault is None:
            return 0
        self._rewrites(table)
        return self._vault.seal_table(self._cursor, table)

    def remove(self, table: str, column: str, value: Any) -> None:
        """Takes the rows of a derived table out whose `column` has the value."""
        self._rewrites(table)
        statement = f'delete from "{table}" where "{column}" = $value'  # noqa: S608
        self._cursor.execute(statement, {"value": value})

    def append_query(self, table: str, query: str, **parameters: Any) -> None:
        """Adds the rows of a query file without leaving the store."""
        select = query_text(query)
        added = self._cursor.execute(f'insert into "{table}" by name {select}', parameters)
        counted = added.fetchone()
        self._wrote(table, int(counted[0]) if counted else 0)

    def clear(self, table: str) -> None:
        """Empties a derived or reference table, to be filled again in the same transaction."""
        self._rewrites(table)
        self._cursor.execute(f'delete from "{table}"')  # noqa: S608

    def open_up(self, table: str) -> tuple[str, ...]:
        """Makes an empty table anew without its index and its checks, so that several threads can
        fill it; returns the checks: `check` holds the rows against them, `make_key` makes the
        index."""
        self._rewrites(table)
        guards = self.read("table_guard", table=table).rows()
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

    def _wrote(self, table: str, rows: int) -> None:
        self._check_writable(table)
        if self.record is not None:
            self.record.wrote(table, rows)

    def _check_writable(self, table: str) -> None:
        if self.writable is not None and table not in self.writable:
            raise InvalidState("lake_console")

    def _rewrites(self, table: str, *columns: str) -> None:
        self._check_writable(table)
        if self.record is not None:
            self.record.rewrites(table, columns)


def _in_pieces(rows: pl.DataFrame) -> pl.DataFrame:
    return pl.concat(rows.rechunk().iter_slices(_ROWS_TOGETHER), rechunk=False)
