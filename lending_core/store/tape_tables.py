"""A received tape as a source of queries, and the lines of it that are no rows."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb
import polars as pl
from sqlglot import exp

from lending_core.errors import InvalidInput
from lending_core.store.engine import Transaction
from lending_core.store.tape_files import TapeFile

ROWS_MAX = 50_000_000
# A line of a tape is a row of numbers and words, no document.
LINE_BYTES_MAX = 1_000_000
DETAIL_MAX = 300


def source_names(file: TapeFile, columns: tuple[str, ...]) -> tuple[str, ...]:
    """The names by which queries know the columns that are called `columns` in the file."""
    if file.kind == "parquet":
        return columns
    return tuple(f"c{number}" for number in range(len(columns)))


def source(file: TapeFile, rejects: str | None = None, *, missing: Sequence[str] = ()) -> exp.Expr:
    """What a query reads a tape from, a row per row in the order of the file; of a CSV, texts that
    are `missing` are null, and lines that are no rows are left out, and told by the temporary
    table `rejects` where one is named."""
    path = exp.Literal.string(str(file.path.resolve()))
    if file.kind != "csv":
        return exp.Anonymous(this="read_parquet", expressions=[path])
    text = exp.Literal.string
    options: dict[str, exp.Expr] = {
        "auto_detect": exp.false(),
        "header": exp.true(),
        "delim": text(file.delimiter),
        "quote": text(file.quote),
        "escape": text(file.quote),
        "new_line": text("\\n"),
        "max_line_size": exp.Literal.number(LINE_BYTES_MAX),
        "nullstr": exp.array(*[text(each) for each in ("", *missing)]),
        "columns": exp.Struct(
            expressions=[
                exp.PropertyEQ(this=exp.to_identifier(name), expression=text("VARCHAR"))
                for name in source_names(file, file.columns)
            ]
        ),
    }
    if rejects is None:
        options["ignore_errors"] = exp.true()
    else:
        options["store_rejects"] = exp.true()
        options["rejects_table"] = text(rejects)
        options["rejects_scan"] = text(f"{rejects}_scan")
    named = [
        exp.EQ(this=exp.to_identifier(name), expression=value) for name, value in options.items()
    ]
    return exp.Anonymous(this="read_csv", expressions=[path, *named])


def described(transaction: Transaction, query: exp.Select, name: str) -> dict[str, str]:
    """The type of each column of a query, as the engine names it.

    Raises `InvalidInput` where the query asks the file called `name` for what it cannot give.
    """
    with refusing(name):
        rows = transaction.evaluate(exp.Describe(this=query).sql("duckdb"))
    return dict(zip(rows["column_name"], rows["column_type"], strict=True))


@contextmanager
def refusing(name: str) -> Iterator[None]:
    """Turns what the engine says of the file called `name` into a refusal."""
    try:
        yield
    except duckdb.Error as refusal:
        detail = str(refusal).splitlines()[0][:DETAIL_MAX]
        raise InvalidInput("file_unreadable", path=name, detail=detail) from None


def broken_lines(transaction: Transaction, rejects: str) -> pl.DataFrame:
    """Lines of a text file that are no rows: position (among all rows, from 1), detail, content."""
    query = (
        exp.select(
            exp.alias_(exp.Sub(this=exp.column("line"), expression=exp.Literal.number(1)), "at"),
            exp.column("error_message"),
            exp.column("csv_line"),
        )
        .from_(exp.to_identifier(rejects))
        .order_by("line", "byte_position")
    )
    lines = transaction.evaluate(query.sql("duckdb"))
    return lines.unique("at", keep="first", maintain_order=True).select(
        position=pl.col("at").cast(pl.Int64),
        detail=pl.col("error_message").str.slice(0, DETAIL_MAX),
        content=pl.col("csv_line").fill_null("").str.slice(0, LINE_BYTES_MAX),
    )
