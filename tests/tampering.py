"""What somebody with a hand on the file could do to a row of a table, and to the table's order."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from lending_core.ledger.tables import FactTable, fact_tables
from lending_core.store.engine import Store
from lending_core.store.fact_rows import schema

KINDS = ("changed", "deleted", "inserted", "moved")
LEDGER_TABLES = (
    "ledger_block",
    "ledger_segment",
    "ledger_row",
    "ledger_commitment",
    "ledger_salt",
    "ledger_head",
    "ledger_written",
    "ledger_written_row",
)
Change = Callable[[pl.DataFrame, int, np.random.Generator], pl.DataFrame]


def rows_of(store: Store, table: str) -> pl.DataFrame:
    """Every row of a table in the order recorded."""
    return store.read_sql(f'select * from "{table}" order by rowid')


def put(store: Store, table: str, rows: pl.DataFrame) -> None:
    """Puts rows in the place of a table's, whatever its keys and checks say, and without the
    house's key: nothing of it is recorded."""
    key, store.signing_key = store.signing_key, None
    with store.transaction() as transaction:
        transaction.open_up(table)
        transaction.append(table, rows)
    store.signing_key = key


def widen(store: Store, table: str, column: str) -> None:
    """Gives a table one more column of text, as a migration does."""
    with store.transaction() as transaction:
        cursor: Any = vars(transaction)["_cursor"]
        cursor.execute(f'alter table "{table}" add column "{column}" varchar')


def mend(store: Store, before: dict[str, pl.DataFrame]) -> None:
    """Puts tables back as they were."""
    for table, rows in before.items():
        put(store, table, rows)


def filled(store: Store, rows_min: int) -> list[str]:
    """Tables of facts with so many different rows."""
    present = schema(store)
    tables = [table for table in fact_tables() if table in present]
    return [table for table in tables if rows_of(store, table).unique().height >= rows_min]


def tamper(store: Store, table: str, kind: str, draws: np.random.Generator) -> pl.DataFrame:
    """Does one thing to one row; returns the rows as they were."""
    rows = rows_of(store, table)
    place = int(draws.integers(rows.height)) if rows.height else 0
    put(store, table, _CHANGES[kind](rows, place, draws))
    return rows


def committed_columns(table: str, rows: pl.DataFrame) -> list[str]:
    """The columns that the ledger commits to."""
    state = fact_tables().get(table, FactTable(table, ())).state
    return [name for name in rows.columns if name not in state]


def _changed(rows: pl.DataFrame, place: int, draws: np.random.Generator) -> pl.DataFrame:
    """Another value in one of the columns of a row."""
    columns = committed_columns(rows_name(rows), rows)
    names = [name for name in columns if rows[name][place] is not None]
    name = names[int(draws.integers(len(names)))]
    values = rows[name].to_list()
    values[place] = other_than(values[place])
    return rows.with_columns(pl.Series(name, values, dtype=rows.schema[name]))


def rows_name(rows: pl.DataFrame) -> str:
    """The table that rows are of, by their columns; only `book` has columns of state."""
    return "book" if "first_business_on" in rows.columns else ""


def _deleted(rows: pl.DataFrame, place: int, _: np.random.Generator) -> pl.DataFrame:
    return pl.concat([rows[:place], rows[place + 1 :]])


def _inserted(rows: pl.DataFrame, place: int, draws: np.random.Generator) -> pl.DataFrame:
    """A row that nobody recorded: one like another, or, in an empty table, made of ones."""
    if rows.is_empty():
        made = {name: _some(kind) for name, kind in rows.schema.items()}
        return pl.DataFrame([made], schema=rows.schema)
    forged = _changed(rows[place : place + 1], 0, draws)
    at = int(draws.integers(rows.height + 1))
    return pl.concat([rows[:at], forged, rows[at:]])


def _moved(rows: pl.DataFrame, place: int, draws: np.random.Generator) -> pl.DataFrame:
    """Two rows that are not the same in each other's place."""
    values = rows.rows()
    others = [at for at, row in enumerate(values) if row != values[place]]
    other = others[int(draws.integers(len(others)))]
    order = list(range(rows.height))
    order[place], order[other] = order[other], order[place]
    return rows[order]


def other_than(value: Any) -> Any:
    """A value of the same kind that is not this one."""
    for kind, other in _OTHERS:
        if isinstance(value, kind):
            return other(value)
    return value


def _some(kind: Any) -> Any:
    if kind == pl.Date:
        return date(2026, 1, 1)
    if kind == pl.Datetime:
        return datetime(2026, 1, 1)  # noqa: DTZ001
    if kind == pl.String:
        return "1"
    if kind == pl.Boolean:
        return True
    if kind == pl.Binary:
        return b"1"
    return [] if isinstance(kind, pl.List) else 1


# The first kind that a value is of.
_OTHERS: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (bool, lambda value: not value),
    (datetime, lambda value: value + timedelta(seconds=1)),
    (date, lambda value: value + timedelta(days=1)),
    ((int, float, Decimal), lambda value: value + 1),
    (str, lambda value: f"{value[:-1]}{'y' if value.endswith('x') else 'x'}"),
    (bytes, lambda value: value + b"x"),
    (list, lambda value: [*value, *value[:1]]),
)
_CHANGES: dict[str, Change] = {
    "changed": _changed,
    "deleted": _deleted,
    "inserted": _inserted,
    "moved": _moved,
}
