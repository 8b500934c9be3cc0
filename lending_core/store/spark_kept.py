"""What a Spark session holds in memory for several questions: how each table of it is made, and
made again where the session was lost."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from lending_core.store.dialect import spark_sql
from lending_core.store.kept import Source
from lending_core.store.reports import named_tables
from lending_core.store.shape import shape

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession


@dataclass(frozen=True)
class Asked:
    """A statement with its parameters: in DuckDB's words, and in Spark's."""

    sql: str
    statement: str
    given: dict[str, Any]
    answer: pl.Schema

    @classmethod
    def of(
        cls, sql: str, parameters: dict[str, Any], beside: Mapping[str, pl.DataFrame]
    ) -> "Asked":
        """The question of a statement. `beside`: tables without a row that are none of the
        book's."""
        given = {name: value for name, value in parameters.items() if value is not None}
        statement = spark_sql(sql, frozenset(parameters.keys() - given.keys()))
        return cls(sql, statement, given, shape().answer(sql, parameters, beside).schema)


class SparkTables:
    """The tables that are kept, by name: what each is made of. Nothing is asked of Spark before the
    first question that reads one. Whoever asks for a table holds those that it is made of, too."""

    def __init__(self) -> None:
        self._sources: dict[str, Asked | pl.DataFrame] = {}
        # Names whose room a session has not given back yet.
        self._dropped: list[str] = []

    def make(self, name: str, source: Source, parameters: dict[str, Any], /) -> None:
        """As `Tables.make`."""
        if isinstance(source, str):
            self._sources[name] = Asked.of(source, parameters, self.beside(source))
        else:
            self._sources[name] = source()

    def drop(self, name: str, /) -> None:
        """As `Tables.drop`."""
        del self._sources[name]
        self._dropped.append(name)

    def beside(self, sql: str) -> dict[str, pl.DataFrame]:
        """The kept tables that a statement reads, without a row."""
        return {name: self._empty(name) for name in named_tables(sql) & self._sources.keys()}

    def asked(self, name: str) -> str:
        """The statement that a kept table is made of; of one of rows, one that reads nothing."""
        source = self._sources[name]
        return source.sql if isinstance(source, Asked) else "select 1"

    def put(self, session: "SparkSession", name: str) -> None:
        """Makes a kept table in a session, which has whatever it is made of."""
        source = self._sources[name]
        if isinstance(source, Asked):
            rows = session.sql(source.statement, source.given)
        else:
            rows = session.createDataFrame(source.to_arrow())
        # Rows of this session, in memory or on disk, without the way that they came: a plan grows
        # with every table below it, and is read anew with every question.
        with _active(session):
            rows.localCheckpoint(eager=True).createOrReplaceTempView(name)

    def release(self, session: "SparkSession", held: set[str]) -> None:
        """Gives back the room of tables that were dropped, of those that a session holds."""
        while self._dropped:
            name = self._dropped.pop()
            if name in held:
                held.remove(name)
                session.catalog.dropTempView(name)

    def _empty(self, name: str) -> pl.DataFrame:
        source = self._sources[name]
        return source.answer.to_frame() if isinstance(source, Asked) else source.clear()


@contextmanager
def _active(session: "SparkSession") -> Iterator[None]:
    """The client takes rows that stay on the server for those of the session that is active in this
    thread, by default the first that was ever opened, be it closed or of another server."""
    threads = type(session)._active_session
    before = getattr(threads, "session", None)
    threads.session = session
    try:
        yield
    finally:
        threads.session = before
