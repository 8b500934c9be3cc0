"""A lake in a DuckLake catalogue on PostgreSQL: a schema per book, a table per table of the lake,
whose files are the parts that the manifest names, where they lie.

    <catalogue>."<book>".<table>       as it stands, or at an earlier snapshot
    <catalogue>."<book>".exported      one row: which state of the book that is

One registration is one snapshot. Nothing is copied, and nothing in the lake is changed.
"""

import glob
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp

from lending_core.errors import InvalidState
from lending_core.store import lake_files
from lending_core.store.catalogue_address import CatalogueAddress
from lending_core.store.catalogue_check import (
    STATE,
    STATE_COLUMNS,
    UNSCHEDULE,
    differences,
    registered_state,
    state_of,
)
from lending_core.store.catalogue_door import opened
from lending_core.store.catalogue_sql import (
    column_named,
    kind_of,
    number,
    schema_named,
    table_named,
    text,
)
from lending_core.store.dialect import DUCKDB
from lending_core.store.lake import files_of
from lending_core.store.lake_manifest import Manifest, PartTable

_AUTHOR = "lending console"
# Where the catalogue would keep files of its own: not where parts are, which its upkeep could then
# take for files that nobody needs.
_OWN_FILES = "catalogue/files"
_SCHEMAS = """
    select schema_name from duckdb_schemas()
    where database_name = 'lake' and lower(schema_name) = lower($book)
"""
_TABLES = """
    select table_name, column_name, data_type from duckdb_columns()
    where database_name = 'lake' and schema_name = $book order by table_name, column_index
"""
_FILES = "select data_file from ducklake_list_files('lake', $table, schema => $book)"
_GUARDED = """
    select scope_entry from ducklake_options('lake')
    where option_name = 'auto_compact' and value = 'false' and scope = 'SCHEMA'
"""
_NEWEST = "select id from ducklake_current_snapshot('lake')"


@dataclass(frozen=True)
class Registered:
    """What a catalogue now holds: its snapshot, and how many parts were added and taken out."""

    snapshot_id: int
    added: int
    removed: int


def register(address: CatalogueAddress, lake: Path, book: str) -> Registered:
    """Lets a catalogue name the parts of a book that its manifest names, and no others; what was
    registered already stays. What is read through the catalogue is compared with the manifest
    before it stands.

    Raises `InvalidState` where the server does not answer or refuses, where the catalogue has a
    book of this name from another lake, and where rows or sums differ.
    """
    lake = lake.resolve()
    manifest = lake_files.exported(lake, book)
    with (
        opened(address, is_writing=True, own_files=lake / _OWN_FILES) as connection,
        _all_or_nothing(connection),
    ):
        # From here on the lake keeps these parts, for whoever looks at earlier snapshots.
        lake_files.keep(lake, manifest)
        work = _Work(connection, lake, manifest)
        work.run(address)
        differing = differences(connection, manifest)
        if differing:
            facts = vars(differing[0])
            raise InvalidState("catalogue_differs", catalogue=address, **facts)
        connection.execute("commit")
        _guard(connection, book)
        return Registered(number(connection, _NEWEST), work.added, work.removed)


class _Work:
    """One registration, within its transaction."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, lake: Path, manifest: Manifest
    ) -> None:
        self._connection = connection
        self._lake = lake
        self._manifest = manifest
        self._book = manifest.book
        self.added = 0
        self.removed = 0

    def run(self, address: CatalogueAddress) -> None:
        state = self._state(address)
        there = self._tables()
        for name, table in self._manifest.tables.items():
            self._settle(name, table, there.pop(name, {}))
        for name in there.keys() - {STATE}:
            self._drop(name)
        self._tell(state)

    def _state(self, address: CatalogueAddress) -> tuple[Any, ...] | None:
        """What the catalogue says of this book; None where it has none of this name."""
        schemas = self._connection.execute(_SCHEMAS, {"book": self._book}).fetchall()
        if not schemas:
            self._do(exp.Create(this=schema_named(self._book), kind="SCHEMA"))
            self._create(STATE, STATE_COLUMNS)
            return None
        named = {"catalogue": address, "book": self._book}
        # Names of schemas that differ in capital letters only are one to the engine.
        if schemas != [(self._book,)]:
            raise InvalidState("catalogue_name", **named, other=schemas[0][0])
        state = registered_state(self._connection, self._book)
        if state is not None and state[-1] != str(self._lake):
            raise InvalidState("catalogue_other_lake", **named, lake=state[-1])
        return state

    def _tables(self) -> dict[str, dict[str, str]]:
        """The tables that the catalogue has of this book, with the types of their columns."""
        found: dict[str, dict[str, str]] = {}
        rows = self._connection.execute(_TABLES, {"book": self._book}).fetchall()
        for table, column, kind in rows:
            found.setdefault(table, {})[column] = kind
        return found

    def _settle(self, name: str, table: PartTable, there: dict[str, str]) -> None:
        wanted = [
            str(path)
            for path, part in zip(
                files_of(self._lake, self._manifest, name), table.parts, strict=True
            )
            # A file without rows could not be taken out again.
            if part.rows
        ]
        known = set(self._files(name)) if there else set()
        gone = known.difference(wanted)
        if there != table.columns or not all(Path(path).is_file() for path in gone):
            if there:
                self._drop(name)
            self._create(name, table.columns)
            known = set()
        elif gone:
            paths = (exp.Literal.string(path) for path in sorted(gone))
            chosen = column_named("filename").isin(*paths)
            self._do(exp.delete(table_named(self._book, name)).where(chosen))
            self.removed += len(gone)
        self._add(name, [path for path in wanted if path not in known])

    def _files(self, table: str) -> list[str]:
        asked = {"table": table, "book": self._book}
        return [path for (path,) in self._connection.execute(_FILES, asked).fetchall()]

    def _add(self, table: str, paths: list[str]) -> None:
        if not paths:
            return
        # The engine takes a path for a pattern.
        files = ", ".join(text(glob.escape(path)) for path in paths)
        self._connection.execute(
            f"call ducklake_add_data_files('lake', {text(table)}, [{files}], "
            f"schema => {text(self._book)}, hive_partitioning => false)"
        )
        self.added += len(paths)

    def _create(self, table: str, columns: Mapping[str, str]) -> None:
        made = [
            exp.ColumnDef(this=exp.to_identifier(name, quoted=True), kind=kind_of(kind))
            for name, kind in columns.items()
        ]
        schema = exp.Schema(this=table_named(self._book, table), expressions=made)
        self._do(exp.Create(this=schema, kind="TABLE"))

    def _drop(self, table: str) -> None:
        self.removed += len(self._files(table))
        self._do(exp.Drop(tables=[table_named(self._book, table)], kind="TABLE"))

    def _tell(self, state: tuple[Any, ...] | None) -> None:
        """The state of the book beside its tables, and with the snapshot."""
        now = state_of(self._manifest, self._lake)
        if state == tuple(now.values()):
            return
        place = table_named(self._book, STATE)
        self._do(exp.delete(place))
        values = ", ".join(f"${name}" for name in now)
        self._connection.execute(f"insert into {place.sql(DUCKDB)} values ({values})", now)  # noqa: S608
        info = json.dumps({"book": self._book, **now}, ensure_ascii=False, default=str)
        message = f"{self._book}: {now['business_on']}, event {now['event_id']}"
        self._connection.execute(
            f"call lake.set_commit_message({text(_AUTHOR)}, {text(message)}, "
            f"extra_info => {text(info)})"
        )

    def _do(self, statement: exp.Expr) -> None:
        self._connection.execute(statement.sql(DUCKDB))


def _guard(connection: duckdb.DuckDBPyConnection, book: str) -> None:
    """Keeps the catalogue's own upkeep from writing parts anew, into fewer files of its own, and
    from taking away parts that an expired snapshot named: the next one may name them again."""
    if book not in {name for (name,) in connection.execute(_GUARDED).fetchall()}:
        connection.execute(f"call lake.set_option('auto_compact', false, schema => {text(book)})")
    connection.execute(UNSCHEDULE)


@contextmanager
def _all_or_nothing(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """A transaction that stands only where the block commits it."""
    connection.execute("begin")
    try:
        yield
    except BaseException:
        # After a failed statement a commit would keep nothing without saying so.
        with suppress(duckdb.Error):
            connection.execute("rollback")
        raise
