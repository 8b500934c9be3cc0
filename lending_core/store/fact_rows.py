"""Rows of the tables of facts as the ledger reads them: in the order recorded, as text and hash."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl
from sqlglot import exp

from lending_core.ledger.tables import FactTable
from lending_core.store.engine import Store, Transaction

# Rows read at a time, which bounds memory.
SLICE_ROWS = 500_000
# Written as text by the engine with all their digits; JSON numbers would lose some.
_AS_TEXT = ("DECIMAL", "DOUBLE", "FLOAT", "HUGEINT")


@dataclass(frozen=True)
class Column:
    """A column of a table as the database has it."""

    name: str
    kind: str


def schema(reader: Store | Transaction) -> dict[str, tuple[Column, ...]]:
    """The columns of every table of the book, in their order."""
    found: dict[str, list[Column]] = {}
    for row in reader.read("table_column").iter_rows(named=True):
        found.setdefault(row["table_name"], []).append(Column(row["column_name"], row["kind"]))
    return {table: tuple(columns) for table, columns in found.items()}


def row_counts(reader: Store | Transaction, tables: Sequence[str]) -> dict[str, int]:
    """How many rows each table has."""
    if not tables:
        return {}
    counts = [
        exp.alias_(exp.select(exp.Count(this=exp.Star())).from_(_table(table)).subquery(), table)
        for table in tables
    ]
    return _read(reader, exp.select(*counts, copy=False)).row(0, named=True)


def fact_rows(
    reader: Store | Transaction, table: FactTable, columns: Sequence[Column], first: int = 0
) -> Iterator[pl.DataFrame]:
    """Slices of a table's rows from position `first` on, in the order recorded: row_key, `text`
    (the plain columns as JSON), `personal` (the personal ones as JSON, null without any)."""
    plain = [column for column in columns if column.name not in table.personal]
    own = [column for column in columns if column.name in table.personal]
    chosen = exp.select(
        exp.alias_(exp.column("rowid"), "row_id"),
        exp.alias_(_key(table.key), "row_key"),
        exp.alias_(_as_json(plain), "text"),
        exp.alias_(_as_json(own) if own else exp.cast(exp.null(), "varchar"), "personal"),
    ).from_(_table(table.name))
    for low, high in _slices(reader, table.name, first):
        within = exp.Between(this=exp.column("rowid"), low=_number(low), high=_number(high))
        yield _read(reader, chosen.where(within).order_by("row_id")).drop("row_id")


def places_of(reader: Store | Transaction, table: str, where: exp.Condition) -> pl.Series:
    """The positions of the rows for which a condition holds, in the order recorded."""
    order = exp.Order(expressions=[exp.column("rowid")])
    place = exp.Window(this=exp.Anonymous(this="row_number"), order=order)
    numbered = exp.select(
        exp.alias_(exp.Sub(this=place, expression=_number(1)), "position"),
        exp.alias_(where, "is_wanted"),
    ).from_(_table(table))
    wanted = exp.select("position").from_(numbered.subquery("numbered")).where("is_wanted")
    return _read(reader, wanted.order_by("position"))["position"]


def condition(values: dict[str, object]) -> exp.Condition:
    """That columns have these values."""
    return exp.and_(*(exp.column(name).eq(exp.convert(value)) for name, value in values.items()))


def _slices(reader: Store | Transaction, table: str, first: int) -> list[tuple[int, int]]:
    """Bounds of row numbers of the engine, some rows each, from the position `first` on."""
    every = exp.select(exp.alias_(exp.column("rowid"), "row_id")).from_(_table(table))
    rows = _read(reader, every.order_by("row_id").offset(first))["row_id"]
    return [
        (int(rows[start]), int(rows[min(start + SLICE_ROWS, rows.len()) - 1]))
        for start in range(0, rows.len(), SLICE_ROWS)
    ]


def _as_json(columns: Sequence[Column]) -> exp.Expression:
    fields = [
        exp.PropertyEQ(this=exp.to_identifier(column.name, quoted=True), expression=_value(column))
        for column in columns
    ]
    if not fields:
        return exp.Literal.string("{}")
    made = exp.Anonymous(this="to_json", expressions=[exp.Struct(expressions=fields)])
    return exp.cast(made, "varchar")


def _value(column: Column) -> exp.Expression:
    value: exp.Expression = exp.column(column.name, quoted=True)
    if column.kind.startswith(_AS_TEXT):
        return exp.cast(value, "varchar")
    if column.kind == "BLOB":
        return exp.Anonymous(this="sha256", expressions=[value])
    return value


def _key(columns: Sequence[str]) -> exp.Expression:
    if not columns:
        return exp.Literal.string("")
    parts = [exp.cast(exp.column(name, quoted=True), "varchar") for name in columns]
    return exp.Anonymous(this="concat_ws", expressions=[exp.Literal.string(" "), *parts])


def _read(reader: Store | Transaction, statement: exp.Query) -> pl.DataFrame:
    sql = statement.sql(dialect="duckdb")
    return reader.read_sql(sql) if isinstance(reader, Store) else reader.evaluate(sql)


def _table(name: str) -> exp.Table:
    return exp.to_table(f'"{name}"', dialect="duckdb")


def _number(value: int) -> exp.Expression:
    return exp.Literal.number(value)
