"""Rows of the tables of facts as the ledger reads them: in the order recorded, as text and hash."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import polars as pl
from sqlglot import exp

from lending_core.ledger.tables import FactTable

if TYPE_CHECKING:
    from lending_core.store.engine import Store, Transaction

# Rows read at a time, which bounds memory.
SLICE_ROWS = 500_000
# Rows that a transaction adds are numbered by the engine from here on until it ends.
ROW_ID_OF_TRANSACTION = 36_028_797_018_960_000
# Written as text by the engine with all their digits; JSON numbers would lose some.
_AS_TEXT = ("DECIMAL", "DOUBLE", "FLOAT", "HUGEINT")
_TEXTS = dict.fromkeys(("table_name", "row_key", "text", "personal"), pl.String)
# Kinds whose values are compared as they are.
_PLAIN = ("BIGINT", "INTEGER", "BOOLEAN", "DATE", "VARCHAR")


@dataclass(frozen=True)
class Column:
    """A column of a table as the database has it."""

    name: str
    kind: str


def schema(reader: "Store | Transaction") -> dict[str, tuple[Column, ...]]:
    """The columns of every table of the book, in their order."""
    found: dict[str, list[Column]] = {}
    for row in reader.read("table_column").iter_rows(named=True):
        found.setdefault(row["table_name"], []).append(Column(row["column_name"], row["kind"]))
    return {table: tuple(columns) for table, columns in found.items()}


def row_counts(reader: "Store | Transaction", tables: Sequence[str]) -> dict[str, int]:
    """How many rows each table has."""
    if not tables:
        return {}
    return reader.read_sql(_row_counts(tuple(tables))).row(0, named=True)


def fact_rows(
    reader: "Store | Transaction",
    table: FactTable,
    columns: Sequence[Column],
    first: int = 0,
    *,
    is_raw: bool = False,
) -> Iterator[pl.DataFrame]:
    """Slices of a table's rows from position `first` on, in the order recorded: row_key, `text`
    (the plain columns as JSON), `personal` (the personal ones as JSON, null without any).
    `is_raw`: row_key, `digest` (the engine's own hash: another version may have another one) and
    the columns under the names of `raw_names`, which takes a tenth of the time."""
    sql = _between(table, tuple(columns), is_raw=is_raw)
    for low, high in _slices(reader, table.name, first):
        yield reader.read_sql(sql, low=low, high=high).drop("row_id")


def new_rows(
    transaction: "Transaction", table: FactTable, columns: Sequence[Column]
) -> Iterator[pl.DataFrame]:
    """As raw `fact_rows`, for the rows that the transaction itself added."""
    sql, low = _between(table, tuple(columns), is_raw=True), ROW_ID_OF_TRANSACTION
    while True:
        found = transaction.read_sql(sql, low=low, high=low + SLICE_ROWS - 1)
        if found.is_empty():
            return
        yield found.drop("row_id")
        low += SLICE_ROWS


def new_rows_of(
    transaction: "Transaction", asked: tuple[tuple[FactTable, tuple[Column, ...]], ...]
) -> pl.DataFrame:
    """The rows that the transaction itself added to several tables, table after table in the order
    asked, with their columns: table_name, row_key, text, personal."""
    if not asked:
        return pl.DataFrame(schema=_TEXTS)
    return transaction.read_sql(_new_texts(asked), low=ROW_ID_OF_TRANSACTION).select(*_TEXTS)


def places_of(reader: "Store | Transaction", table: str, where: exp.Condition) -> pl.Series:
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


def raw_names(columns: Sequence[Column]) -> list[str]:
    """Under which names raw columns come, in their order."""
    return [f"raw_{number}" for number in range(len(columns))]


@cache
def _row_counts(tables: tuple[str, ...]) -> str:
    counts = [
        exp.alias_(exp.select(exp.Count(this=exp.Star())).from_(_table(table)).subquery(), table)
        for table in tables
    ]
    return exp.select(*counts, copy=False).sql(dialect="duckdb")


@lru_cache(maxsize=1_000)
def _new_texts(asked: tuple[tuple[FactTable, tuple[Column, ...]], ...]) -> str:
    parts: list[exp.Query] = []
    for number, (table, columns) in enumerate(asked):
        row_id = exp.column("rowid")
        is_new = exp.GTE(this=row_id, expression=exp.Placeholder(this="low"))
        chosen = exp.select(
            exp.alias_(_number(number), "place"),
            exp.alias_(exp.Literal.string(table.name), "table_name"),
            exp.alias_(row_id, "row_id"),
            exp.alias_(_key(table.key), "row_key"),
            *_text_columns(table, columns),
        )
        own = chosen.from_(_table(table.name), copy=False)
        parts.append(own.where(is_new, copy=False))
    # The statement may be long, and copying it at each step took longer than running it.
    together = exp.union(*parts, distinct=False, copy=False) if len(parts) > 1 else parts[0]
    every = exp.select("*").from_(together.subquery("every_row", copy=False), copy=False)
    return every.order_by("place", "row_id", copy=False).sql(dialect="duckdb", copy=False)


@cache
def _between(table: FactTable, columns: tuple[Column, ...], *, is_raw: bool) -> str:
    """The statement of rows between two row numbers of the engine, `low` and `high`."""
    row_id = exp.column("rowid")
    said = _raw_columns(columns) if is_raw else _text_columns(table, columns)
    chosen = exp.select(
        exp.alias_(row_id, "row_id"), exp.alias_(_key(table.key), "row_key"), *said
    ).from_(_table(table.name))
    bounds = {name: exp.Placeholder(this=name) for name in ("low", "high")}
    within = exp.Between(this=row_id, **bounds)
    return chosen.where(within).order_by("row_id").sql(dialect="duckdb")


def _text_columns(table: FactTable, columns: Sequence[Column]) -> list[exp.Expr]:
    plain = [column for column in columns if column.name not in table.personal]
    own = [column for column in columns if column.name in table.personal]
    personal = _as_json(own) if own else exp.cast(exp.null(), "varchar")
    return [exp.alias_(_as_json(plain), "text"), exp.alias_(personal, "personal")]


def _raw_columns(columns: Sequence[Column]) -> list[exp.Expr]:
    raw = [_raw(column) for column in columns]
    digest = exp.Anonymous(this="hash", expressions=[one.copy() for one in raw])
    named = [exp.alias_(one, name) for one, name in zip(raw, raw_names(columns), strict=True)]
    return [exp.alias_(digest, "digest"), *named]


def _raw(column: Column) -> exp.Expression:
    """A column of a kind whose values have one form only; all others as text."""
    value = _value(column)
    return value if column.kind in _PLAIN else exp.cast(value, "varchar")


def _slices(reader: "Store | Transaction", table: str, first: int) -> list[tuple[int, int]]:
    """Bounds of row numbers of the engine, some rows each, from the position `first` on."""
    rows = reader.read_sql(_row_ids(table), first=first)["row_id"]
    return [
        (int(rows[start]), int(rows[min(start + SLICE_ROWS, rows.len()) - 1]))
        for start in range(0, rows.len(), SLICE_ROWS)
    ]


@cache
def _row_ids(table: str) -> str:
    every = exp.select(exp.alias_(exp.column("rowid"), "row_id")).from_(_table(table))
    later = every.order_by("row_id")
    later.set("offset", exp.Offset(expression=exp.Placeholder(this="first")))
    return later.sql(dialect="duckdb")


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


def _read(reader: "Store | Transaction", statement: exp.Query) -> pl.DataFrame:
    return reader.read_sql(statement.sql(dialect="duckdb"))


def _table(name: str) -> exp.Table:
    return exp.to_table(f'"{name}"', dialect="duckdb")


def _number(value: int) -> exp.Expression:
    return exp.Literal.number(value)
