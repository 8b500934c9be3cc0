"""A loan tape to try an import on: loans of the simulated book under names of another lender."""

from datetime import date

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidState
from lending_core.operations.console import book
from lending_core.store.engine import Store

FILE_NAME = "example_tape.csv"
# As many as are read, checked and imported while somebody watches.
LOANS_MAX = 2_000
# Faults that every real tape has, on rows far apart: what an import is there to find.
FAULTS = (
    (3, "days_late", "-4"),
    (57, "balance", "n/a?"),
    (91, "interest_rate", "24.5"),
    (130, "report_month", "2026-13-31"),
    (204, "contract_no", ""),
)
REPEATED_ROW = 250
# Of a small book every row is needed to tell what its columns hold.
ROWS_WITH_FAULTS_MIN = 1_000


def example_tape(store: Store, actor: Actor, until_on: date) -> bytes:
    """A month-by-month tape up to a day as CSV; of a book of some size with a handful of faulty
    rows, and one that stands twice.

    Raises `InvalidState` over a book that is not simulated: its loans are not for trying things,
    and over one without loans.
    """
    require(actor, Permission.IMPORT_TAPE)
    of = book(store)
    if not of.is_simulated:
        raise InvalidState("book_is_real", name=of.name)
    rows = store.read("tape_example", loans_max=LOANS_MAX, until_on=until_on).cast(pl.String)
    if rows.is_empty():
        raise InvalidState("tape_example_empty")
    told = _with_faults(rows) if rows.height >= ROWS_WITH_FAULTS_MIN else rows
    return told.write_csv().encode()


def _with_faults(rows: pl.DataFrame) -> pl.DataFrame:
    place = pl.int_range(pl.len())
    for row, column, value in FAULTS:
        fault = pl.when(place == row).then(pl.lit(value)).otherwise(column)
        rows = rows.with_columns(fault.alias(column))
    return pl.concat([rows, rows.slice(REPEATED_ROW, 1)])
