"""Every report over the whole book answers the same on Spark and on DuckDB over the same files, and
on the store that the files were written from."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lending_core.store.engine import Store
from lending_core.store.lake import book_wide_queries
from lending_core.store.lake_store import LakeStore, open_lake_store
from lending_core.store.spark import SparkReports
from tests.store import spark_server
from tests.store.odd_book import a_lake_of, an_odd_book
from tests.store.questions import EMPTY, asked, assert_same_rows

MISSING = spark_server.missing()
pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)
# Which they are takes a second to find out.
QUERIES = () if MISSING else book_wide_queries()


@pytest.fixture(scope="module")
def store(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A book with rows for every report."""
    store = an_odd_book(simulated_book, tmp_path_factory.mktemp("odd"))
    yield store
    store.close()


@pytest.fixture(scope="module")
def odd_lake(store: Store, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The same book in a lake, and its name there."""
    return a_lake_of(store, tmp_path_factory.mktemp("lake"))


@pytest.fixture(scope="module")
def duckdb(
    odd_lake: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LakeStore]:
    store = open_lake_store(tmp_path_factory.mktemp("console") / "console.duckdb", odd_lake[0])
    yield store
    store.close()


@pytest.fixture(scope="module")
def spark(spark_address: str, odd_lake: tuple[Path, str]) -> Iterator[SparkReports]:
    reports = spark_server.InMemory(spark_address, *odd_lake)
    yield reports
    reports.close()


@pytest.mark.parametrize("query", QUERIES)
def test_a_report_is_the_same_on_both_engines(
    query: str, store: Store, duckdb: LakeStore, spark: SparkReports
) -> None:
    expected = store.read(query, **asked(query))

    on_duckdb = duckdb.read(query, **asked(query))
    on_spark = spark.read(query, **asked(query))

    assert_same_rows(on_duckdb, expected)
    assert_same_rows(on_spark, expected)
    assert expected.is_empty() == (query in EMPTY)
