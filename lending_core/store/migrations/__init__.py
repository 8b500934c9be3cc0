"""Numbered migrations, each applied once in a transaction together with its record."""

from pathlib import Path

import duckdb

MIGRATION_FOLDER = Path(__file__).parent


def apply(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Applies what is missing, in order; returns the names that were applied."""
    missing = pending(connection)
    for path in missing:
        _apply_one(connection, path)
    return [path.stem for path in missing]


def pending(connection: duckdb.DuckDBPyConnection) -> list[Path]:
    """The files of what is missing, in order."""
    connection.execute("create table if not exists migration (name varchar primary key)")
    done = {name for (name,) in connection.execute("select name from migration").fetchall()}
    return [path for path in sorted(MIGRATION_FOLDER.glob("*.sql")) if path.stem not in done]


def _apply_one(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    connection.execute("begin")
    try:
        connection.execute(path.read_text("utf-8"))
        connection.execute("insert into migration values ($name)", {"name": path.stem})
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise
