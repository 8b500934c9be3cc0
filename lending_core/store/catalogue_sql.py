"""What statements to a catalogue are made of."""

from typing import Any

import duckdb
from sqlglot import exp

from lending_core.store.dialect import DUCKDB
from lending_core.store.opening import quoted


def row_of(connection: duckdb.DuckDBPyConnection, select: exp.Select) -> tuple[Any, ...] | None:
    """The one row that a select answers; None where there is none."""
    found: tuple[Any, ...] | None = connection.execute(select.sql(DUCKDB)).fetchone()
    return found


def number(connection: duckdb.DuckDBPyConnection, statement: str, **parameters: object) -> int:
    """The whole number that a statement answers."""
    row = connection.execute(statement, parameters).fetchone()
    return int(row[0]) if row else 0


def schema_named(book: str) -> exp.Table:
    """The schema of a book, in the catalogue attached as `lake`."""
    return exp.table_("", db=exp.to_identifier(book, quoted=True), catalog="lake")


def table_named(book: str, table: str) -> exp.Table:
    """A table of a book, in the catalogue attached as `lake`."""
    return exp.table_(
        exp.to_identifier(table, quoted=True),
        db=exp.to_identifier(book, quoted=True),
        catalog="lake",
    )


def column_named(name: str) -> exp.Column:
    """A column as an expression."""
    return exp.column(name, quoted=True)


def kind_of(kind: str) -> exp.DataType:
    """A type that is spelt as DuckDB spells it."""
    return exp.DataType.build(kind, dialect=DUCKDB)


def text(words: str) -> str:
    """Words as a text of a statement, for where no parameter may stand."""
    return f"'{quoted(words)}'"
