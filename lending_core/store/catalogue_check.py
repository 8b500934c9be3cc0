"""Whether a catalogue is what the manifest of a lake says, and giving up what it kept of earlier
days."""

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
from lending_core.store.catalogue_door import opened
from lending_core.store.catalogue_sql import column_named, number, row_of, table_named
from lending_core.store.lake_manifest import Manifest, PartTable
from lending_core.store.lake_parts import money_columns

STATE = "exported"
STATE_COLUMNS = {
    "event_id": "BIGINT",
    "business_on": "DATE",
    "exported_at": "TIMESTAMP",
    "is_simulated": "BOOLEAN",
    "ledger_blocks": "BIGINT",
    "ledger_root": "VARCHAR",
    "lake": "VARCHAR",
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
_SCHEMA = """
    select count(*) from duckdb_tables()
    where database_name = 'lake' and schema_name = $book and table_name = $state
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
    }


def registered_state(connection: duckdb.DuckDBPyConnection, book: str) -> tuple[Any, ...] | None:
    """What a catalogue says of the state of a book that it has; None where it says nothing."""
    columns = (column_named(name) for name in STATE_COLUMNS)
    return row_of(connection, exp.select(*columns).from_(table_named(book, STATE)))


def check(address: CatalogueAddress, lake: Path, book: str) -> list[Difference]:
    """Where a catalogue is not what the manifest of a lake says; empty means nowhere.

    Raises `NotFound` where it has nothing of the book, and `InvalidState` where it holds another
    state of it than the manifest does.
    """
    lake = lake.resolve()
    manifest = lake_files.exported(lake, book)
    named = {"catalogue": address, "book": book}
    with opened(address) as connection:
        if not number(connection, _SCHEMA, book=book, state=STATE):
            raise NotFound("catalogue_book", **named)
        state = registered_state(connection, book)
        if state != tuple(state_of(manifest, lake).values()):
            event_id = None if state is None else state[0]
            raise InvalidState("catalogue_behind", **named, lake=lake, event=event_id)
        return differences(connection, manifest)


def forget(address: CatalogueAddress, lake: Path, before: datetime) -> int:
    """Gives up the snapshots of a catalogue from before a time (UTC), except the newest; the next
    export takes the parts away that only they named. Returns how many snapshots."""
    lake = lake.resolve()
    with opened(address, is_writing=True) as connection:
        told = {"before": before.isoformat(sep=" ") + "+00"}
        expired = connection.execute(_EXPIRE, told).fetchall()
        connection.execute(UNSCHEDULE)
        for book in lake_files.books_in(lake):
            named = connection.execute(_NAMED, {"book": book}).fetchall()
            paths = (Path(path) for (path,) in named)
            parts = (path.relative_to(lake) for path in paths if path.is_relative_to(lake))
            lake_files.keep_only(lake, book, frozenset(part.as_posix() for part in parts))
    return len(expired)
