"""The parts of a lake: the rows of a table, or of a month of it, in a file named by what is in it.

    <lake>/<table>/book=<name>/part-<fingerprint>.parquet
    <lake>/<table>/book=<name>/month=2026-10/part-<fingerprint>.parquet

A fingerprint covers how many rows there are, two sums over a hash of each, and the columns with
their types: whoever exports the same rows again finds the file there, whoever changes one makes
another.
"""

import functools
import hashlib
import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from sqlglot import exp

from lending_core.dates import add_months
from lending_core.store.dialect import DUCKDB
from lending_core.store.lake_files import settle
from lending_core.store.lake_manifest import Part, money_columns, part_path
from lending_core.store.transaction import Transaction

# Rows that are written together: what one reader takes at a time.
_ROWS_TOGETHER = 122_880
_MONTH, _ROWS, _FIRST, _SECOND = "month_end_on", "row_count", "first_sum", "second_sum"


def fingerprints(table: str, columns: Mapping[str, str], by: str | None) -> str:
    """A statement that answers one row per month (of the date `by`; None: one row for all), in
    order: month_end_on, row_count, first_sum, second_sum, and the sum of each column of money, as
    text."""
    return _fingerprints(table, tuple(columns.items()), by)


@functools.lru_cache(maxsize=512)
def _fingerprints(table: str, columns: tuple[tuple[str, str], ...], by: str | None) -> str:
    names = [exp.column(name, quoted=True) for name, _ in columns]
    month = exp.null() if by is None else exp.func("last_day", exp.column(by, quoted=True))
    # The columns in their order and in the other: rows whose first hash is the same differ in the
    # second.
    hashes = {_FIRST: names, _SECOND: names[::-1]}
    asked = [exp.cast(month, "date").as_(_MONTH), exp.func("count", exp.Star()).as_(_ROWS)]
    for alias, ordered in hashes.items():
        hashed = exp.Anonymous(this="hash", expressions=[name.copy() for name in ordered])
        asked.append(_total(hashed).as_(alias))
    asked += [
        _total(exp.column(name, quoted=True)).as_(name, quoted=True)
        for name in money_columns(dict(columns))
    ]
    select = exp.select(*asked).from_(exp.to_table(table))
    return (select if by is None else select.group_by("1").order_by("1")).sql(DUCKDB)


def parts_of(rows: pl.DataFrame, columns: Mapping[str, str]) -> list[Part]:
    """The parts that the answer to `fingerprints` tells of, without their sizes."""
    money = money_columns(columns)
    return [
        Part(
            month=f"{row[_MONTH]:%Y-%m}" if row[_MONTH] else None,
            fingerprint=_digest(columns, row),
            rows=row[_ROWS],
            size_bytes=0,
            sums={name: row[name] for name in money},
        )
        for row in rows.iter_rows(named=True)
    ]


def select_part(table: str, columns: Mapping[str, str], by: str | None, part: Part) -> exp.Select:
    """A select of the rows of a part."""
    select = exp.select(*(exp.column(name, quoted=True) for name in columns))
    select = select.from_(exp.to_table(table))
    if by is None or part.month is None:
        return select
    first = date.fromisoformat(f"{part.month}-01")
    # Days between, and no function of them: the engine then skips what lies before and after.
    after = add_months(first, 1)
    day = exp.column(by, quoted=True)
    return select.where(day >= exp.cast(exp.Literal.string(first.isoformat()), "date")).where(
        day < exp.cast(exp.Literal.string(after.isoformat()), "date")
    )


def path_of(lake: Path, table: str, book: str, part: Part) -> Path:
    """The file of a part of a book."""
    return lake / part_path(table, book, part)


def footer_rows(path: Path) -> int | None:
    """How many rows a file says that it has; None for what is no Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return int(pq.read_metadata(path).num_rows)
    except (OSError, pa.ArrowException):
        return None


def write_part(moment: Transaction, select: exp.Select, path: Path) -> None:
    """Writes the answer of a select to a file: under another name first, onto the disk, and then
    under its own. Whatever has that name is whole."""
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.writing")
    batches = moment.batches(select.sql(DUCKDB), _ROWS_TOGETHER)
    with draft.open("wb") as file:
        with pq.ParquetWriter(file, batches.schema, compression="zstd") as writer:
            for batch in batches:
                writer.write_batch(batch)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    settle(path.parent)


def _total(column: exp.Expr) -> exp.Expr:
    nothing = exp.Literal.number(0)
    return exp.cast(exp.func("coalesce", exp.func("sum", column), nothing), "varchar")


def _digest(columns: Mapping[str, str], row: Mapping[str, Any]) -> str:
    told = [f"{name} {kind}" for name, kind in columns.items()]
    told += [str(row[name]) for name in (_ROWS, _FIRST, _SECOND)]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:32]
