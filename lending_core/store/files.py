"""Files that people bring: read by an engine of their own, which can reach that file only."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl
from sqlglot import exp

from lending_core.errors import InvalidInput

# Bounds, so that no file takes the machine; far above any sample that people train on.
FILE_BYTES_MAX = 4_000_000_000
ROWS_MAX = 10_000_000
MEMORY_LIMIT = "4GB"

_READERS = {".csv": "read_csv", ".parquet": "read_parquet"}


def file_columns(path: Path) -> list[str]:
    """Names of a file's columns, in its order. Raises `InvalidInput` as `read_file` does."""
    with _opened(path) as connection:
        return connection.execute(_query(path, {}).limit(0).sql("duckdb")).pl().columns


def read_file(path: Path, columns: Mapping[str, exp.Expr]) -> pl.DataFrame:
    """One row per row of a CSV or Parquet file, in its order, a column per name.

    `columns` are checked expressions over the file's columns (`mapping.read_expression`). Raises
    `InvalidInput` where there is no such file, it is too large, cannot be read, or does not have
    what the expressions ask for.
    """
    with _opened(path) as connection:
        query = _query(path, columns).limit(ROWS_MAX + 1).sql("duckdb")
        rows = connection.execute(query).pl()
    if rows.height > ROWS_MAX:
        raise InvalidInput("file_too_large", path=path.name, rows_max=ROWS_MAX)
    return rows


@contextmanager
def _opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    _check(path)
    connection = duckdb.connect(":memory:", config={"memory_limit": MEMORY_LIMIT})
    try:
        allowed = exp.array(exp.Literal.string(str(path.resolve()))).sql("duckdb")
        connection.execute(f"set allowed_paths = {allowed}")
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        yield connection
    except duckdb.Error as refusal:
        detail = str(refusal).splitlines()[0][:300]
        raise InvalidInput("file_unreadable", path=path.name, detail=detail) from None
    finally:
        connection.close()


def _check(path: Path) -> None:
    if path.suffix.lower() not in _READERS or not path.is_file():
        raise InvalidInput("file_kind", path=path.name, kinds=", ".join(_READERS))
    if path.stat().st_size > FILE_BYTES_MAX:
        raise InvalidInput("file_too_large", path=path.name, rows_max=ROWS_MAX)


def _query(path: Path, columns: Mapping[str, exp.Expr]) -> exp.Select:
    reader = _READERS[path.suffix.lower()]
    source = exp.func(reader, exp.Literal.string(str(path.resolve())), dialect="duckdb")
    selected = [exp.alias_(tree, name, quoted=True) for name, tree in columns.items()]
    return exp.select(*(selected or [exp.Star()])).from_(source)
