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
    Difference,
    books_of,
    differences,
    files_in,
    registered_state,
    shape_of,
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
from lending_core.store.lake_manifest import Manifest

_AUTHOR = "lending console"
# Where the catalogue would keep files of its own: not where parts are, which its upkeep could then
# take for files that nobody needs.
_OWN_FILES = "catalogue/files"
_GUARDED = """
    select scope_entry from ducklake_options('lake')
    where option_name = 'auto_compact' and value = 'false' and scope = 'SCHEMA'
"""
_INLINED = "ducklake_default_data_inlining_row_limit"
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
    with opened(address, is_writing=True, own_files=lake / _OWN_FILES) as connection:
        # From here on the lake keeps these parts, for whoever looks at earlier snapshots.
        lake_files.keep(lake, manifest)
        found = _registered(connection, address, _Work(connection, lake, manifest))
        if isinstance(found, Difference):
            # Somebody may have changed rows through the catalogue: all tables anew.
            work = _Work(connection, lake, manifest, is_anew=True)
            found = _registered(connection, address, work)
        if isinstance(found, Difference):
            raise InvalidState("catalogue_differs", catalogue=address, **vars(found))
        _guard(connection, book)
        return found


def _registered(
    connection: duckdb.DuckDBPyConnection, address: CatalogueAddress, work: "_Work"
) -> Registered | Difference:
    """One transaction: what it did, or a difference because of which nothing of it stands."""
    with _all_or_nothing(connection):
        work.run(address)
        differing = differences(connection, work.manifest)
        if differing:
            connection.execute("rollback")
            return differing[0]
        connection.execute("commit")
    return Registered(number(connection, _NEWEST), work.added, work.removed)


class _Work:
    """One registration, within its transaction. Nothing is dropped or deleted that the same
    transaction added: the engine would delete the files."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        lake: Path,
        manifest: Manifest,
        *,
        is_anew: bool = False,
    ) -> None:
        self._connection = connection
        self._lake = lake
        self._book = manifest.book
        self._is_anew = is_anew
        self.manifest = manifest
        self.added = 0
        self.removed = 0

    def run(self, address: CatalogueAddress) -> None:
        state = self._state(address)
        there = files_in(self._connection, self._book)
        there.pop(STATE, None)
        if self._is_anew or (state is not None and state["shape"] != shape_of(self.manifest)):
            for name in list(there):
                self._drop(name, there.pop(name))
        for name in self.manifest.tables:
            self._settle(name, there.pop(name, None))
        for name, known in there.items():
            self._drop(name, known)
        self._tell(state)

    def _state(self, address: CatalogueAddress) -> dict[str, Any] | None:
        """What the catalogue says of this book; None where it has none of this name."""
        # Names of schemas that differ in capital letters only are one to the engine.
        alike = [name for name in books_of(self._connection) if name.lower() == self._book.lower()]
        named = {"catalogue": address, "book": self._book}
        if not alike:
            self._do(exp.Create(this=schema_named(self._book), kind="SCHEMA"))
            self._create(STATE, STATE_COLUMNS)
            return None
        if alike != [self._book]:
            raise InvalidState("catalogue_name", **named, other=alike[0])
        state = registered_state(self._connection, self._book)
        if state is not None and state["lake"] != str(self._lake):
            raise InvalidState("catalogue_other_lake", **named, lake=state["lake"])
        return state

    def _settle(self, name: str, known: set[str] | None) -> None:
        """A table with the files that it must have; `known`: those it has, None: it is not there
        yet."""
        table = self.manifest.tables[name]
        files = files_of(self._lake, self.manifest, name)
        # A file without rows could not be taken out again.
        wanted = [str(path) for path, part in zip(files, table.parts, strict=True) if part.rows]
        gone = (known or set()).difference(wanted)
        if known is not None and not all(_is_there(path) for path in gone):
            self._drop(name, known)
            known = None
        if known is None:
            self._create(name, table.columns)
        elif gone:
            self._take_out(name, gone)
        self._add(name, [path for path in wanted if path not in (known or ())])

    def _take_out(self, table: str, gone: set[str]) -> None:
        paths = (exp.Literal.string(path) for path in sorted(gone))
        chosen = column_named("filename").isin(*paths)
        # Of a file with a few rows it would otherwise note the rows, and keep the file.
        self._connection.execute(f"set {_INLINED} = 0")
        self._do(exp.delete(table_named(self._book, table)).where(chosen))
        self._connection.execute(f"reset {_INLINED}")
        self.removed += len(gone)

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

    def _drop(self, table: str, known: set[str]) -> None:
        self._do(exp.Drop(tables=[table_named(self._book, table)], kind="TABLE"))
        self.removed += len(known)

    def _tell(self, state: dict[str, Any] | None) -> None:
        """The state of the book beside its tables, and with the snapshot."""
        now = state_of(self.manifest, self._lake)
        if state == now:
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


def _is_there(path: str) -> bool:
    """Whether a file that a catalogue names can be taken out by its name: one that the catalogue
    wrote itself cannot, nor one that is gone from the disk."""
    return Path(path).is_absolute() and Path(path).is_file()


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
