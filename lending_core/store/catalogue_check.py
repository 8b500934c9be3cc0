"""Whether a catalogue is what the manifest of a lake says, and giving up what it kept of earlier
days."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp

from lending_core.errors import InvalidState, NotFound
from lending_core.store import lake_files
from lending_core.store.catalogue_address import CatalogueAddress
from lending_core.store.catalogue_door import asked, opened
from lending_core.store.catalogue_sql import column_named, row_of, table_named, text
from lending_core.store.lake_manifest import Manifest, PartTable, money_columns

STATE = "exported"
STATE_COLUMNS = {
    "event_id": "BIGINT",
    "business_on": "DATE",
    "exported_at": "TIMESTAMP",
    "is_simulated": "BOOLEAN",
    "ledger_blocks": "BIGINT",
    "ledger_root": "VARCHAR",
    "lake": "VARCHAR",
    "shape": "VARCHAR",
}
# Of files that the catalogue would take away when it cleans up: ours are not its own to take. What
# an expired snapshot named, a later one may name again.
UNSCHEDULE = "delete from __ducklake_metadata_lake.ducklake_files_scheduled_for_deletion"
_EXPIRE = "call ducklake_expire_snapshots('lake', older_than => cast($before as timestamptz))"
_NAMED = """
    select distinct file.path
    from __ducklake_metadata_lake.ducklake_data_file as file
    join __ducklake_metadata_lake.ducklake_table as named using (table_id)
    join __ducklake_metadata_lake.ducklake_schema as book using (schema_id)
    where book.schema_name = $book
"""
_BOOKS = "select schema_name from ducklake_schema where end_snapshot is null"
_FILES = """
    select named.table_name, file.path
    from ducklake_schema as book
    join ducklake_table as named on named.schema_id = book.schema_id and named.end_snapshot is null
    left join ducklake_data_file as file
        on file.table_id = named.table_id and file.end_snapshot is null
    where book.end_snapshot is null and book.schema_name = {book}
"""


@dataclass(frozen=True)
class Difference:
    """Where a catalogue is not what a manifest says: of a table, rows or the sum of a column."""

    book: str
    table: str
    what: str
    found: object
    expected: object

    def __str__(self) -> str:
        place = f"{self.book}.{self.table}: {self.what}"
        return f"{place} {self.found}, where the manifest says {self.expected}"


def differences(connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> list[Difference]:
    """Where rows and sums that are read through a catalogue are not those of a manifest; empty
    means nowhere."""
    found: list[Difference] = []
    for table_name, table in manifest.tables.items():
        money = money_columns(table.columns)
        sums = [exp.cast(exp.func("sum", column_named(name)), "varchar") for name in money]
        place = table_named(manifest.book, table_name)
        select = exp.select(exp.func("count", exp.Star()), *sums).from_(place)
        row = row_of(connection, select) or ()
        for what, told, expected in zip(("rows", *money), row, _expected(table), strict=True):
            if Decimal(told or 0) != expected:
                found.append(Difference(manifest.book, table_name, what, told, expected))
    return found


def _expected(table: PartTable) -> list[Decimal]:
    rows = [Decimal(part.rows) for part in table.parts]
    money = money_columns(table.columns)
    sums = ([Decimal(part.sums[name]) for part in table.parts] for name in money)
    return [sum(column, start=Decimal(0)) for column in (rows, *sums)]


def state_of(manifest: Manifest, lake: Path) -> dict[str, Any]:
    """What a catalogue says of the state of a book, by column of `STATE_COLUMNS`."""
    ledger = manifest.ledger
    return {
        "event_id": manifest.event_id,
        "business_on": manifest.business_on,
        "exported_at": manifest.exported_at,
        "is_simulated": manifest.is_simulated,
        "ledger_blocks": None if ledger is None else ledger.block_number,
        "ledger_root": None if ledger is None else ledger.root,
        "lake": str(lake),
        "shape": shape_of(manifest),
    }


def shape_of(manifest: Manifest) -> str:
    """Names the columns of all tables: others, another name."""
    columns = {name: dict(table.columns) for name, table in manifest.tables.items()}
    return hashlib.sha256(json.dumps(columns).encode()).hexdigest()[:32]


def books_of(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The schemas of a catalogue: one is a book, or not ours."""
    return [name for (name,) in asked(connection, _BOOKS)]


def files_in(connection: duckdb.DuckDBPyConnection, book: str) -> dict[str, set[str]]:
    """The tables that a catalogue has of a book, and the files of each."""
    found: dict[str, set[str]] = {}
    for table, path in asked(connection, _FILES.format(book=text(book))):
        found.setdefault(table, set()).update([path] if path else [])
    return found


def registered_state(connection: duckdb.DuckDBPyConnection, book: str) -> dict[str, Any] | None:
    """What a catalogue says of the state of a book that it has; None where it says nothing."""
    columns = (column_named(name) for name in STATE_COLUMNS)
    row = row_of(connection, exp.select(*columns).from_(table_named(book, STATE)))
    return None if row is None else dict(zip(STATE_COLUMNS, row, strict=True))


def check(address: CatalogueAddress, lake: Path, book: str) -> list[Difference]:
    """Where a catalogue is not what the manifest of a lake says; empty means nowhere.

    Raises `NotFound` where it has nothing of the book, and `InvalidState` where it holds another
    state of it than the manifest does.
    """
    lake = lake.resolve()
    manifest = lake_files.exported(lake, book)
    named = {"catalogue": address, "book": book}
    with opened(address) as connection:
        if book not in books_of(connection) or STATE not in files_in(connection, book):
            raise NotFound("catalogue_book", **named)
        state = registered_state(connection, book) or {"event_id": None}
        if state != state_of(manifest, lake):
            raise InvalidState("catalogue_behind", **named, lake=lake, event=state["event_id"])
        return differences(connection, manifest)


def forget(address: CatalogueAddress, lake: Path, before: datetime) -> int:
    """Gives up the snapshots of a catalogue from before a time, except the newest; the next
    export takes the parts away that only they named. Returns how many snapshots."""
    lake = lake.resolve()
    with opened(address, is_writing=True) as connection:
        told = {"before": before.isoformat(sep=" ")}
        expired = connection.execute(_EXPIRE, told).fetchall()
        connection.execute(UNSCHEDULE)
        for book in lake_files.books_in(lake):
            named = connection.execute(_NAMED, {"book": book}).fetchall()
            paths = (Path(path) for (path,) in named)
            parts = (path.relative_to(lake) for path in paths if path.is_relative_to(lake))
            lake_files.keep_only(lake, book, frozenset(part.as_posix() for part in parts))
    return len(expired)
