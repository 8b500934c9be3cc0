"""A lake as a book's file again: what reports read, for whoever analyses it elsewhere.

The file has the tables and views of every book. Personal columns are null, and what no report reads
is empty: the lake never had it. Nothing can be written to it.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from sqlglot import exp

from lending_core.errors import InvalidState
from lending_core.settings import engine_threads
from lending_core.store import migrations
from lending_core.store.dialect import DUCKDB
from lending_core.store.lake import ENGINE, Progress, files_of, lake_columns, lake_tables
from lending_core.store.lake_check import look_at
from lending_core.store.lake_files import settle
from lending_core.store.lake_manifest import Manifest, Part, part_path
from lending_core.store.lake_parts import fingerprints, parts_of
from lending_core.store.opening import attach, lock_down
from lending_core.store.reports import month_columns, withheld_columns

_ROWS = "lake_rows"
_DRAFT = ".building"
_NOT_NULL = """
    select column_name
    from duckdb_columns()
    where database_name = 'book' and table_name = $table and not is_nullable
"""


@dataclass(frozen=True)
class Copying:
    """What is copied: the files of a manifest in a lake, to a database at `path`."""

    lake: Path
    manifest: Manifest
    path: Path


def write_copy(order: Copying, progress: Progress, *, key: str | None, memory_limit: str) -> None:
    """Makes a database of what a manifest names: beside its place first, and in its place once
    rows, sums and fingerprints of every table are those of the manifest.

    Raises `InvalidState` where they are not, or where the lake is of another version.
    """
    draft = order.path.with_name(order.path.name + _DRAFT)
    take_away(draft)
    bounds: dict[str, Any] = {"memory_limit": memory_limit, "threads": engine_threads()}
    try:
        with duckdb.connect(":memory:", config=bounds) as connection:
            attach(connection, draft, key)
            _write(connection, order, progress)
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        draft.replace(order.path)
        settle(order.path.parent)
    finally:
        take_away(draft)


def take_away(draft: Path) -> None:
    """Takes away a database that nobody has open, with its log."""
    for suffix in ("", ".wal"):
        draft.with_name(draft.name + suffix).unlink(missing_ok=True)


def _write(connection: duckdb.DuckDBPyConnection, order: Copying, progress: Progress) -> None:
    connection.execute("use book")
    migrations.apply(connection)
    folder = exp.Literal.string(str(order.lake.resolve()) + "/").sql(DUCKDB)
    connection.execute(f"set allowed_directories = [{folder}]")
    lock_down(connection, ())
    tables = lake_tables()
    for done, table in enumerate(tables, start=1):
        files = files_of(order.lake, order.manifest, table)
        try:
            _fill(connection, table, files)
        except duckdb.Error as refusal:
            facts = {"table": table, "detail": str(refusal).splitlines()[0][:200]}
            raise InvalidState("lake_unreadable", path=order.lake, **facts) from None
        _compare(connection, order, table)
        progress(done, len(tables), table)
    _mark(connection, order.manifest)
    connection.execute("checkpoint book")


def _fill(connection: duckdb.DuckDBPyConnection, table: str, files: Sequence[Path]) -> None:
    required = {name for (name,) in connection.execute(_NOT_NULL, {"table": table}).fetchall()}
    for column in required.intersection(withheld_columns().get(table, ())):
        connection.execute(f'alter table "{table}" alter column "{column}" drop not null')
    # Migrations may have put rows there that the book has too.
    connection.execute(f'delete from "{table}"')  # noqa: S608
    if not files:
        return
    look_at(connection, _ROWS, files)
    columns = ", ".join(f'"{name}"' for name in lake_columns(table))
    connection.execute(
        f'insert into "{table}" ({columns}) select {columns} from "{_ROWS}"'  # noqa: S608
    )


def _compare(connection: duckdb.DuckDBPyConnection, order: Copying, table: str) -> None:
    lake, manifest = order.lake, order.manifest
    columns = lake_columns(table)
    asked = fingerprints(table, columns, month_columns().get(table))
    found = {part.month: part for part in parts_of(connection.execute(asked).pl(), columns)}
    for part in manifest.tables[table].parts:
        own = found.pop(part.month, None)
        for what, expected in _told(part, manifest.engine).items():
            counted = None if own is None else _told(own, manifest.engine)[what]
            if counted != expected:
                name = part_path(table, manifest.book, part)
                facts = {"what": what, "found": counted, "expected": expected}
                raise InvalidState("lake_part_differs", path=lake, part=name, **facts)
    if found:
        raise InvalidState("lake_manifest", path=lake, place=f"{table}.parts")


def _told(part: Part, engine: str) -> dict[str, str | int]:
    # Another version of the engine may hash otherwise.
    fingerprint = {"fingerprint": part.fingerprint} if engine == ENGINE else {}
    return {"rows": part.rows, **part.sums, **fingerprint}


def _mark(connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> None:
    """One row that says what the file is a copy of, as the manifest told it; no book has it."""
    told = pl.DataFrame(
        {
            "book": [manifest.book],
            "event_id": [manifest.event_id],
            "business_on": [manifest.business_on],
            "exported_at": [manifest.exported_at],
            "ledger_root": [manifest.ledger.root if manifest.ledger else None],
        },
        schema_overrides={"ledger_root": pl.String},
    )
    connection.register("told", told)
    connection.execute("create table lake_copy as select * from told")
    connection.unregister("told")
