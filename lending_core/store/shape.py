"""The book's tables without a row: which columns they have, what its views say, and of which types
an answer is."""

import functools
import re
import threading
from collections.abc import Mapping

import duckdb
import polars as pl

from lending_core.store import migrations

_COLUMNS = """
    select table_name, column_name, data_type
    from duckdb_columns()
    where not internal
    order by table_name, column_index
"""
_VIEWS = "select view_name from duckdb_views() where not internal"
# As the migrations write a view: what the engine tells of it afterwards is spelt its own way.
_MADE_VIEW = re.compile(r"^create (?:or replace )?view (\w+) as\n(.+?);$", re.DOTALL | re.MULTILINE)


class Shape:
    """An empty book in memory, made once by the migrations."""

    def __init__(self) -> None:
        self._connection = duckdb.connect(":memory:")
        migrations.apply(self._connection)
        self._lock = threading.Lock()
        # Table or view -> column -> type, as DuckDB spells it.
        self.columns: dict[str, dict[str, str]] = {}
        for table, column, kind in self._connection.execute(_COLUMNS).fetchall():
            self.columns.setdefault(table, {})[column] = kind
        # View -> its select, the last one that a migration gives it; those it builds on come first.
        kept = {name for (name,) in self._connection.execute(_VIEWS).fetchall()}
        self.views = _in_order({n: made for n, made in _made_views().items() if n in kept})

    def answer(
        self, sql: str, parameters: dict[str, object], beside: Mapping[str, pl.DataFrame]
    ) -> pl.DataFrame:
        """What a statement answers where there is no row: its columns and their types. `beside`:
        tables that it reads and that are none of the book's, without a row."""
        with self._lock, self._connection.cursor() as cursor:
            for name, rows in beside.items():
                cursor.register(name, rows)
            return cursor.execute(f"select * from ({sql}) limit 0", parameters).pl()  # noqa: S608


def _made_views() -> dict[str, str]:
    made: dict[str, str] = {}
    for path in sorted(migrations.MIGRATION_FOLDER.glob("*.sql")):
        for name, select in _MADE_VIEW.findall(path.read_text("utf-8")):
            made[name] = select
    return made


def _in_order(views: dict[str, str]) -> dict[str, str]:
    ordered: dict[str, str] = {}

    def put(name: str) -> None:
        for other in views:
            if other != name and other not in ordered and re.search(rf"\b{other}\b", views[name]):
                put(other)
        ordered[name] = views[name]

    for name in views:
        put(name)
    return ordered


@functools.cache
def shape() -> Shape:
    """The shape of every book, made when it is first asked for."""
    return Shape()
