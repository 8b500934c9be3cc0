"""Reports on Apache Spark, through Spark Connect, over the Parquet files of a lake."""

import importlib.util
import logging
import socket
import threading
import warnings
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import polars as pl
from sqlglot import exp

from lending_core.errors import InvalidState
from lending_core.store.dialect import DUCKDB, SPARK, spark_sql
from lending_core.store.kept import KeptTables, Source
from lending_core.store.lake import Manifest, exported, files_of, lake_columns
from lending_core.store.query_files import query_text
from lending_core.store.reports import needed_views, tables_of
from lending_core.store.shape import shape
from lending_core.store.spark_kept import Asked, SparkTables

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql.connect.dataframe import DataFrame
    from pyspark.sql.connect.session import SparkSession

# A server that does not answer is asked so often again, in about three seconds: people wait.
_RETRIES = 3
_RETRY_MS = 1_000
# Where a server listens whose address names no port, and how long it may take to say so.
_PORT, _LISTENS_SECONDS = 15002, 1
# The client would write each refusal of the server to standard error, with its trace.
_LOUD = "SQLQueryContextLogger"
# Of the newest pandas, which is not asked for anything here; that it gives up, before it raises.
_WARNINGS = ("PySpark does not yet fully support pandas", r"\[RETRIES_EXCEEDED\]")
# What the server says of a session that it closed (an hour after the last question), or that
# another server had.
_SESSION_GONE = "INVALID_HANDLE"
# What it says where a worker took rows along that it kept in memory.
_ROWS_GONE = "CHECKPOINT_RDD_BLOCK_ID_NOT_FOUND"
# The rows of a table that are counted by file.
_COUNTED = "rows_of_files"


class SparkReports:
    """Answers reports over one book of a lake: the same query files, the same columns and types.

    Keeps a session with a view per table that was ever asked for, and what is `kept`. Every
    question raises `InvalidState` where the server is not there, breaks off, or the lake has
    nothing of the book; to begin with where its client is not installed.
    """

    def __init__(self, address: str, lake: Path, book: str) -> None:
        if importlib.util.find_spec("pyspark") is None:
            raise InvalidState("spark_missing")
        self._address = address
        self._lake = lake
        self._book = book
        self._lock = threading.Lock()
        self._session: SparkSession | None = None
        # The state of the lake that the session looks at, and what it has views of.
        self._seen: str | None = None
        self._views: set[str] = set()
        self._tables = SparkTables()
        self._kept = KeptTables(self._tables)
        # Which of the kept tables the session has; they are made one at a time, and nobody waits
        # for it who asks for something else.
        self._held: set[str] = set()
        self._making = threading.RLock()

    def read(self, query: str, **parameters: Any) -> pl.DataFrame:
        """As `Store.read`, over the lake."""
        return self.read_sql(query_text(query), **parameters)

    def read_sql(self, sql: str, /, **parameters: Any) -> pl.DataFrame:
        """As `Store.read_sql`, over the lake."""
        asked = Asked.of(sql, parameters, self._tables.beside(sql))
        with _refusing(self._address):
            return _as(self._answer(asked), asked.answer)

    def stream(self, sql: str, rows_max: int, /, **parameters: Any) -> Iterator[pl.DataFrame]:
        """As `Store.stream`, over the lake."""
        rows = self.read_sql(sql, **parameters)
        yield rows.clear()
        yield from rows.iter_slices(rows_max)

    @contextmanager
    def kept(self, key: str, source: Source, /, **parameters: Any) -> Iterator[str]:
        """As `Store.kept`, over the lake as it is, in the memory of Spark."""
        # What it is made of is a name of another lake's state where that one has changed meanwhile.
        version = f"{self.state()} {key} {source if isinstance(source, str) else ''}"
        with self._kept.hold(version, source, parameters) as name:
            yield name

    def state(self) -> str:
        """As `Engine.state`: the newest event that the lake knows of this book."""
        try:
            return exported(self._lake, self._book).state
        except InvalidState:
            return ""

    def totals(self, table: str, columns: Sequence[str]) -> pl.DataFrame:
        """Rows and sums of columns, as text, by file of a table: lake_file, row_count, and each
        column; files without rows are not there. Raises as a question."""
        named = [exp.column(name, quoted=True) for name in columns]
        sums = [exp.func("sum", exp.cast(name, "decimal(38, 6)")) for name in named]
        texts = [exp.cast(each, "text").as_(name) for each, name in zip(sums, columns, strict=True)]
        counted = exp.select("lake_file", exp.func("count", exp.Star()).as_("row_count"), *texts)
        with _refusing(self._address):
            session, now = self._with_views("select 1", set()), exported(self._lake, self._book)
            # A table may have a column `file_name` of its own.
            told = ("_metadata.file_name as lake_file", *(f"`{name}`" for name in columns))
            rows = self._rows(session, now, table).selectExpr(*told)
            rows.createOrReplaceTempView(_COUNTED)
            asked = counted.from_(_COUNTED).group_by("lake_file").sql(SPARK)
            return pl.DataFrame(session.sql(asked).toArrow())

    def copied(self) -> Manifest:
        """As `Engine.copied`: what the lake holds of this book."""
        return exported(self._lake, self._book)

    def is_there(self) -> bool:
        """As `Engine.is_there`: whether anybody listens at the address."""
        place = urlsplit(self._address)
        try:
            at = (place.hostname or "", place.port or _PORT)
            socket.create_connection(at, _LISTENS_SECONDS).close()
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Lets the server forget the session, and what it keeps."""
        with self._lock:
            if self._session is not None:
                self._session.stop()
            self._session = None

    def _answer(self, asked: Asked) -> pl.DataFrame:
        from pyspark.errors import PySparkException

        try:
            found = _answered(self._ready(asked.sql), asked)
        except PySparkException as refusal:
            if not self._is_mended(refusal):
                raise
            found = _answered(self._ready(asked.sql), asked)
        return pl.DataFrame(found)

    def _is_mended(self, refusal: Exception) -> bool:
        """Whether the same question may be asked again: what was lost is made anew by it."""
        if _ROWS_GONE in str(refusal):
            with self._making:
                self._held.clear()
            return True
        if _SESSION_GONE in str(refusal) or _is_lost(refusal):
            self._forget()
        return _SESSION_GONE in str(refusal)

    def _forget(self) -> None:
        """The next question opens a session anew; nobody waits for the old one to be released."""
        with self._lock:
            if self._session is not None:
                self._session.client.close()
            self._session = None

    def _ready(self, sql: str) -> "SparkSession":
        """The session, with all that a statement reads: of the lake as it is, and what is kept."""
        kept = self._tables.beside(sql).keys()
        session = self._with_views(sql, kept)
        if kept:
            with self._making:
                self._tables.release(session, self._held)
                for name in kept - self._held:
                    session = self._ready(self._tables.asked(name))
                    self._tables.put(session, name)
                    self._held.add(name)
        return session

    def _with_views(self, sql: str, kept: AbstractSet[str]) -> "SparkSession":
        """The session, with the tables and views of the book that a statement reads."""
        now = exported(self._lake, self._book)
        with self._lock:
            if self._session is None:
                self._session = _session(self._address)
                self._held.clear()
                self._views.clear()
            if now.state != self._seen:
                # What is kept rests on the lake as it was until its users are done.
                self._seen = now.state
                self._views.clear()
            for table in sorted(tables_of(sql) - self._views - kept):
                self._rows(self._session, now, table).createOrReplaceTempView(table)
                self._views.add(table)
            for view in needed_views(sql):
                if view not in self._views:
                    self._session.sql(spark_sql(shape().views[view])).createOrReplaceTempView(view)
                    self._views.add(view)
            return self._session

    def _rows(self, session: "SparkSession", now: Manifest, table: str) -> "DataFrame":
        columns = lake_columns(table)
        kinds = ", ".join(f"`{name}` {_kind(kind)}" for name, kind in columns.items())
        files = [str(path.resolve()) for path in files_of(self._lake, now, table)]
        # Told which columns there are, it neither looks into every file nor takes `month` for one.
        read = session.read.schema(kinds).option("recursiveFileLookup", "true")
        rows = read.parquet(*files) if files else session.createDataFrame([], kinds)
        return cast("DataFrame", rows)


def _answered(session: "SparkSession", asked: Asked) -> "pa.Table":
    """What the server answers, in one turn: `session.sql().toArrow()` has a statement understood
    three times, to say that it is a question, for the names of its columns and for its rows."""
    from pyspark.sql.connect.functions import lit
    from pyspark.sql.connect.plan import SQL

    given = {name: lit(value) for name, value in asked.given.items()}
    plan = SQL(asked.statement, [], given, []).to_proto(session.client)
    found, *_ = session.client.to_table(plan, {})
    return found


def _session(address: str) -> "SparkSession":
    for message in _WARNINGS:
        warnings.filterwarnings("ignore", message=message)
    from pyspark.sql.connect.client.retries import DefaultPolicy
    from pyspark.sql.connect.session import SparkSession

    logging.getLogger(_LOUD).setLevel(logging.CRITICAL)
    session = SparkSession.builder.remote(address).create()
    patience = DefaultPolicy(_RETRIES, initial_backoff=_RETRY_MS, max_backoff=_RETRY_MS)
    session.client.set_retry_policies([patience])
    return session


@contextmanager
def _refusing(address: str) -> Iterator[None]:
    """Turns what the client says of a server that is gone, and of a report that it broke off, into
    `InvalidState`. A statement that Spark does not understand is a bug, and stays one."""
    from pyspark.errors import AnalysisException, PySparkException

    try:
        yield
    except AnalysisException:
        raise
    except PySparkException as refusal:
        reason = "spark_lost" if _is_lost(refusal) else "spark_failed"
        raise InvalidState(reason, address=address) from refusal


def _is_lost(refusal: Exception) -> bool:
    return "StatusCode.UNAVAILABLE" in str(refusal)


def _as(found: pl.DataFrame, expected: pl.Schema) -> pl.DataFrame:
    """The answer in the columns and types that the store would give it."""
    found = found.rename(dict(zip(found.columns, expected.names(), strict=True)))
    return found.with_columns(
        # A time comes with the zone of the session, which is that of all naive times: UTC.
        pl.col(name).dt.replace_time_zone(None)
        for name, kind in found.schema.items()
        if isinstance(kind, pl.Datetime) and kind.time_zone
    ).cast(expected)


def _kind(kind: str) -> str:
    """A type of DuckDB as Spark spells it; its times have no zone."""
    told = exp.DataType.build(kind, dialect=DUCKDB)
    return told.sql(SPARK).replace("TIMESTAMP", "TIMESTAMP_NTZ").replace("_NTZ_NTZ", "_NTZ")
