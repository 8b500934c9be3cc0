"""Whether the files of a lake are what its manifest says: rows counted, sums made anew."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from sqlglot import exp

from lending_core.settings import engine_threads
from lending_core.store.dialect import DUCKDB
from lending_core.store.lake import ENGINE, Progress
from lending_core.store.lake_manifest import (
    LedgerHead,
    Manifest,
    Part,
    PartTable,
    money_columns,
    part_path,
)
from lending_core.store.lake_parts import fingerprints, parts_of, path_of
from lending_core.store.opening import lock_down
from lending_core.store.reader import Questions
from lending_core.store.reports import month_columns

# A table and columns of money: rows and sums by file, as `SparkReports.totals` answers.
Totals = Callable[[str, Sequence[str]], pl.DataFrame]


@dataclass(frozen=True)
class Difference:
    """What is not as a manifest says: in which part (or the ledger of the book), what, and both
    values; None: nothing is there."""

    place: str
    what: str
    expected: str
    found: str | None

    def __str__(self) -> str:
        there = "nothing" if self.found is None else self.found
        return f"{self.place}: {self.what} {there}, not {self.expected}"


def differences(
    lake: Path, manifest: Manifest, progress: Progress, *, memory_limit: str
) -> list[Difference]:
    """Where rows, sums, columns, months or fingerprints of parts are not what the manifest says,
    each file read whole on the embedded engine; empty: nowhere."""
    found: list[Difference] = []
    total = len(manifest.all_paths())
    done = 0
    with _engine(lake, memory_limit) as connection:
        for table, told in manifest.tables.items():
            for part in told.parts:
                found += _of_part(connection, lake, manifest, (table, told, part))
                done += 1
                progress(done, total, table)
    return found


def differences_counted(manifest: Manifest, totals: Totals, progress: Progress) -> list[Difference]:
    """Where rows and sums that another engine counts in files are not what the manifest says;
    `totals` answers as `SparkReports.totals`."""
    found: list[Difference] = []
    for done, (table, told) in enumerate(manifest.tables.items(), start=1):
        money = money_columns(told.columns)
        rows = totals(table, money).iter_rows(named=True) if told.parts else ()
        counted = {row["lake_file"]: row for row in rows}
        for part in told.parts:
            place = part_path(table, manifest.book, part)
            own = counted.pop(place.rpartition("/")[2], {"row_count": 0})
            found += unlike(place, part, own["row_count"], {n: own.get(n) or "0" for n in money})
        progress(done, len(manifest.tables), table)
    return found


def unlike(place: str, expected: Part, rows: int, sums: Mapping[str, str]) -> list[Difference]:
    """Where rows and sums that an engine counted in a part are not those of the manifest."""
    found = []
    if rows != expected.rows:
        found.append(Difference(place, "rows", str(expected.rows), str(rows)))
    found += [
        Difference(place, name, total, sums[name])
        for name, total in expected.sums.items()
        if Decimal(sums[name]) != Decimal(total)
    ]
    return found


def unknown_to_the_ledger(head: LedgerHead | None, reader: Questions) -> list[Difference]:
    """Whether the ledger of the open book has the block of this head, with its root and signature;
    one that nothing was sealed of has nothing to compare."""
    if head is None:
        return []
    known = {row["block_number"]: row for row in reader.read("ledger_head").iter_rows(named=True)}
    own = known.get(head.block_number)
    if own is None:
        return [Difference("ledger_head", f"block {head.block_number}", head.root, None)]
    return [
        Difference("ledger_head", f"{what} of block {head.block_number}", expected, own[what])
        for what, expected in (("text", head.text), ("signature", head.signature))
        if own[what] != expected
    ]


def look_at(connection: duckdb.DuckDBPyConnection, name: str, paths: Sequence[Path]) -> None:
    """Makes a view of the rows of Parquet files; what stands in the names of folders is no column.
    Raises `duckdb.Error` where they cannot be read."""
    files = exp.array(*(exp.Literal.string(str(path.resolve())) for path in paths)).sql(DUCKDB)
    connection.execute(
        f'create or replace temp view "{name}" as '  # noqa: S608
        f"select * from read_parquet({files}, hive_partitioning = false)"
    )


@contextmanager
def _engine(lake: Path, memory_limit: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """An engine of its own, which can reach the files of the lake only."""
    bounds: dict[str, Any] = {"memory_limit": memory_limit, "threads": engine_threads()}
    with duckdb.connect(":memory:", config=bounds) as connection:
        folder = exp.Literal.string(str(lake.resolve()) + "/").sql(DUCKDB)
        connection.execute(f"set allowed_directories = [{folder}]")
        lock_down(connection, ())
        yield connection


def _of_part(
    connection: duckdb.DuckDBPyConnection,
    lake: Path,
    manifest: Manifest,
    named: tuple[str, PartTable, Part],
) -> list[Difference]:
    table, told, part = named
    place, path = part_path(table, manifest.book, part), path_of(lake, table, manifest.book, part)
    if not path.is_file():
        return [Difference(place, "file", "there", None)]
    size = path.stat().st_size
    if size != part.size_bytes:
        return [Difference(place, "bytes", str(part.size_bytes), str(size))]
    try:
        look_at(connection, table, [path])
        described = connection.execute(f'describe "{table}"').fetchall()
        columns = {name: kind for name, kind, *_ in described}
        if columns != dict(told.columns):
            return [Difference(place, "columns", _spelt(told.columns), _spelt(columns))]
        asked = fingerprints(table, columns, month_columns().get(table))
        counted = parts_of(connection.execute(asked).pl(), columns)
    except duckdb.Error as refusal:
        return [Difference(place, "content", "Parquet", str(refusal).splitlines()[0][:200])]
    return _same(place, part, counted, manifest.engine)


def _same(place: str, part: Part, counted: Sequence[Part], engine: str) -> list[Difference]:
    if len(counted) != 1 or counted[0].month != part.month:
        months = ", ".join(str(each.month) for each in counted)
        return [Difference(place, "months", str(part.month), months)]
    found = unlike(place, part, counted[0].rows, counted[0].sums)
    # Where rows or sums differ the fingerprint does too, and says nothing more.
    if not found and engine == ENGINE and counted[0].fingerprint != part.fingerprint:
        found.append(Difference(place, "fingerprint", part.fingerprint, counted[0].fingerprint))
    return found


def _spelt(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in columns.items())
