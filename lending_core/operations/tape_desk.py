"""A received tape on the desk: its columns, and its rows read as a mapping says."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from sqlglot import exp

from lending_core.dates import month_end
from lending_core.errors import InvalidInput
from lending_core.mapping import Expression
from lending_core.portfolio.tape_checks import Check
from lending_core.portfolio.tape_columns import MISSING, TapeColumn, tape_columns
from lending_core.portfolio.tape_mapping import TapeMapping
from lending_core.portfolio.tape_reading import Reading, staged, valued
from lending_core.portfolio.tape_targets import MONTH_TARGETS, PAYMENT_TARGETS, TARGETS, Target
from lending_core.store.desk import open_desk
from lending_core.store.engine import Store, Transaction
from lending_core.store.tape_files import TapeFile, receive
from lending_core.store.tape_tables import (
    ROWS_MAX,
    broken_lines,
    described,
    refusing,
    source,
    source_names,
)

# Tables of the desk: a row per row of the tape, and of the file of its payments.
ROWS, PAYMENTS = "tape_row", "tape_paid"
_NONE = pl.DataFrame(schema={"position": pl.Int64, "detail": pl.String, "content": pl.String})

# Rows from which the kinds of columns are told.
SAMPLE_ROWS = 5_000


@dataclass(frozen=True)
class Tape:
    """A received tape: its file, what its columns hold, and the same of its payments, if apart."""

    file: TapeFile
    columns: tuple[TapeColumn, ...]
    payments: "Tape | None" = None

    @property
    def files(self) -> tuple[TapeFile, ...]:
        return (self.file, *(self.payments.files if self.payments else ()))


@dataclass(frozen=True)
class StagedRows:
    """Rows of a file read into a table of the desk, in which `position` counts them from 1.

    `broken`: lines that are no rows: position (among all lines), detail, content.
    """

    table: str
    file: TapeFile
    reading: Reading
    checks: tuple[Check, ...]
    rows: int
    broken: pl.DataFrame

    @property
    def rows_in(self) -> int:
        return self.rows + self.broken.height

    def row_number(self, positions: pl.Series) -> pl.Series:
        """The rows' numbers in the file: broken lines count, the first after the header is 1."""
        breaks = self.broken["position"].to_numpy()
        before = breaks - np.arange(1, len(breaks) + 1)
        found = positions.to_numpy()
        return pl.Series(found + np.searchsorted(before, found, side="left"), dtype=pl.Int64)


def receive_tape(path: Path, folder: Path, *, payments: Path | None = None) -> Tape:
    """Copies a tape (and the file of its payments) into `folder`, which the caller takes away when
    the tape is no longer needed, and tells what its columns hold.

    Raises `InvalidInput` where a file is not CSV, Parquet or an Excel workbook, is empty, too large
    or broken.
    """
    folder.mkdir(parents=True, exist_ok=True)
    own = _known(receive(path, folder))
    if payments is None:
        return own
    return Tape(own.file, own.columns, _known(receive(payments, folder)))


def _known(file: TapeFile) -> Tape:
    with desk((file,)) as store, store.transaction() as transaction, refusing(file.name):
        query = exp.select("*").from_(source(file)).limit(SAMPLE_ROWS)
        sample = transaction.evaluate(query.sql("duckdb"))
    if sample.is_empty():
        raise InvalidInput("tape_empty", path=file.name)
    names = file.columns or tuple(sample.columns)
    return Tape(file, tape_columns(sample.rename(dict(zip(sample.columns, names, strict=True)))))


@contextmanager
def desk(files: Sequence[TapeFile]) -> Iterator[Store]:
    """A store in memory that reaches these files and nothing else."""
    spill = files[0].path.with_name("spill")
    store = open_desk([file.path for file in files], spill)
    try:
        yield store
    finally:
        store.close()


@dataclass(frozen=True)
class Look:
    """What of a tape is read: its rows or its `PAYMENTS`, of which no date may be after `last_on`;
    `rows_max`: only the first so many."""

    table: str
    last_on: date
    rows_max: int | None = None


def stage(transaction: Transaction, tape: Tape, mapping: TapeMapping, look: Look) -> StagedRows:
    """Reads every row of a tape as the mapping says into a table of the desk: position (from 1),
    the targets' columns, own_segments and failed (number of the first of `checks` that the row does
    not pass, null for a sound row)."""
    table = look.table
    own = tape.payments if table == PAYMENTS and tape.payments else tape
    reading = reading_of(own, mapping, look)
    types = described(transaction, valued(reading), own.file.name)
    compiled = staged(reading, types)
    with refusing(own.file.name):
        unsaid = [column.sql("duckdb") for column in compiled.unsaid]
        rows = transaction.stage_rows(table, compiled.query.sql("duckdb"), unsaid)
    if rows > ROWS_MAX:
        raise InvalidInput("file_too_large", path=own.file.name, rows_max=ROWS_MAX)
    broken = broken_lines(transaction, _broken_table(table)) if own.file.kind == "csv" else _NONE
    return StagedRows(table, own.file, reading, compiled.checks, rows, broken)


def reading_of(tape: Tape, mapping: TapeMapping, look: Look) -> Reading:
    """How the rows that `look` asks for are read by a mapping."""
    columns, last_on = tape.columns, look.last_on
    names = source_names(tape.file, tuple(column.name for column in columns))
    origin = source(tape.file, _broken_table(look.table), missing=MISSING)
    if look.rows_max is not None:
        origin = exp.select("*").from_(origin).limit(look.rows_max).subquery("start")
    if look.table == PAYMENTS:
        return Reading(
            source=origin,
            columns=columns,
            source_names=names,
            values=mapping.payments,
            targets=PAYMENT_TARGETS,
            last_on=last_on,
            gives_nulls=tape.file.kind == "csv",
        )
    # Of the ways to say which month it is, the one that is used must say it of every row.
    targets = tuple(
        replace(each, is_required=True) if each.name in MONTH_TARGETS else each
        for each in TARGETS[mapping.shape]
    )
    values = dict(mapping.columns)
    if isinstance(mapping.as_of_on, Expression):
        targets = (*targets, Target("as_of_on", "date"))
        values["as_of_on"] = mapping.as_of_on
    return Reading(
        source=origin,
        columns=columns,
        source_names=names,
        values=values,
        targets=targets,
        last_on=last_on,
        exclude=mapping.exclude,
        gives_nulls=tape.file.kind == "csv",
        segments=mapping.segments,
        orders=(("disbursed_on", "last_paid_on"),),
    )


def _broken_table(table: str) -> str:
    return f"{table}_broken"


def as_of(transaction: Transaction, mapping: TapeMapping, found: Sequence[StagedRows]) -> date:
    """The day up to which a tape tells: what the mapping says, else its latest date.

    Raises `InvalidInput` for a tape without a sound row or without a date.
    """
    if isinstance(mapping.as_of_on, date):
        return mapping.as_of_on
    by_expression = isinstance(mapping.as_of_on, Expression)
    days = [
        transaction.evaluate(
            exp.select(exp.Max(this=exp.column(name)).as_("newest_on"))
            .from_(rows.table)
            .where(exp.column("failed").is_(exp.null()))
            .sql("duckdb")
        ).item()
        for rows in found
        for name in (("as_of_on",) if by_expression else _dates(rows))
        if name in {target.name for target in rows.reading.mapped}
    ]
    known = [day for day in days if day is not None]
    if not known:
        raise InvalidInput("tape_nothing_sound")
    return month_end(max(known)) if mapping.shape == "months" else max(known)


def _dates(rows: StagedRows) -> list[str]:
    return [target.name for target in rows.reading.mapped if target.kind == "date"]
