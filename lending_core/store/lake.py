"""The book as Parquet files for other engines: a folder per table and book, large ones by month.

    <lake>/<table>/book=<name>/part.parquet
    <lake>/<table>/book=<name>/month=2026-10/part.parquet
    <lake>/exported/book=<name>.json                        which state of the book it is

Only what reports over the whole book read is there, and no column that is personal.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from sqlglot import exp

from lending_core.errors import InvalidState
from lending_core.store.dialect import DUCKDB
from lending_core.store.engine import Store
from lending_core.store.query_files import QUERY_FOLDER, query_text
from lending_core.store.reports import (
    is_book_wide,
    month_columns,
    read_tables,
    withheld_columns,
)
from lending_core.store.shape import shape

if TYPE_CHECKING:
    import pyarrow as pa

# Rows that are written together: what one reader takes at a time.
_ROWS_TOGETHER = 122_880
_PART = "part.parquet"

# How many tables of how many are done, and the newest of them.
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Exported:
    """Which state of which book a lake holds: the ledger's newest event, and the newest closed
    day."""

    book: str
    event_id: int
    business_on: str


def book_wide_queries() -> tuple[str, ...]:
    """Names of the query files that are reports over the whole book, in order."""
    names = (path.relative_to(QUERY_FOLDER).with_suffix("") for path in QUERY_FOLDER.rglob("*.sql"))
    return tuple(sorted(str(name) for name in names if is_book_wide(query_text(str(name)))))


def lake_tables() -> tuple[str, ...]:
    """The tables that a lake keeps: those that reports read."""
    return read_tables(query_text(name) for name in book_wide_queries())


def lake_columns(table: str) -> dict[str, str]:
    """The columns of a table that a lake keeps, and their types as DuckDB spells them."""
    withheld = withheld_columns().get(table, ())
    return {name: kind for name, kind in shape().columns[table].items() if name not in withheld}


def table_folder(lake: Path, table: str, book: str) -> Path:
    """Where a lake keeps the rows of a table of a book."""
    return lake / table / f"book={quote(book)}"


def exported(lake: Path, book: str) -> Exported:
    """What a lake holds of a book. Raises `InvalidState` where it holds nothing of it."""
    try:
        return Exported(**json.loads(_note(lake, book).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        raise InvalidState("lake_missing", path=lake, book=book) from None


def export(store: Store, lake: Path, progress: Progress) -> Exported:
    """Writes what reports read of the book of a store; nobody writes to the store meanwhile, so all
    is of one moment. What the lake held of this book before is replaced."""
    tables = lake_tables()
    with store.transaction() as moment:
        newest = int(moment.read("newest_event_id").item())
        told = moment.read("book").row(0, named=True)
        done = Exported(told["name"], newest, told["business_on"].isoformat())
        # Until all is written, the lake holds nothing of this book.
        _note(lake, done.book).unlink(missing_ok=True)
        for place, table in enumerate(tables):
            _write_table(store, lake, table, done.book)
            progress(place + 1, len(tables), table)
    note = _note(lake, done.book)
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(json.dumps(vars(done), ensure_ascii=False) + "\n", "utf-8")
    return done


def _note(lake: Path, book: str) -> Path:
    return lake / "exported" / f"book={quote(book)}.json"


def _write_table(store: Store, lake: Path, table: str, book: str) -> None:
    folder = table_folder(lake, table, book)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    select = exp.select(*(exp.column(name, quoted=True) for name in lake_columns(table)))
    select = select.from_(exp.to_table(table))
    by = month_columns().get(table)
    if by is None:
        _write(store, select, {}, folder / _PART)
        return
    month = exp.func("last_day", exp.column(by, quoted=True))
    ends = exp.select(month.as_("month_end_on")).distinct().from_(exp.to_table(table))
    chosen = select.where(month.eq(exp.Placeholder(this="month_end_on")))
    for month_end_on in store.read_sql(ends.sql(DUCKDB))["month_end_on"].sort():
        path = folder / f"month={month_end_on:%Y-%m}" / _PART
        _write(store, chosen, {"month_end_on": month_end_on}, path)


def _write(store: Store, select: exp.Select, values: dict[str, date], path: Path) -> None:
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    frames = store.stream(select.sql(DUCKDB), _ROWS_TOGETHER, **values)
    schema = _with_maps(next(frames).to_arrow()).schema
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for rows in frames:
            writer.write_table(_with_maps(rows.to_arrow()))


def _with_maps(rows: "pa.Table") -> "pa.Table":
    """Frames have lists of a key and a value where the book has a map."""
    import pyarrow as pa

    for place, column in enumerate(rows.schema):
        entry = getattr(column.type, "value_type", None)
        if entry is not None and pa.types.is_struct(entry):
            maps = rows.column(place).cast(pa.map_(entry.field(0).type, entry.field(1).type))
            rows = rows.set_column(place, column.name, maps)
    return rows
