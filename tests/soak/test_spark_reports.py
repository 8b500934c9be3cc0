"""Every report over the whole book, those too that no screen asks another engine for, answers the
same on Spark as on the store: on Spark as it is, with code made for each question."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lending_core.store import lake
from lending_core.store.engine import Store
from lending_core.store.spark import SparkReports
from tests.store import spark_server
from tests.store.odd_book import a_lake_of, an_odd_book
from tests.store.questions import asked, assert_same_rows

MISSING = spark_server.missing()
pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)


@pytest.fixture(scope="module")
def store(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = an_odd_book(simulated_book, tmp_path_factory.mktemp("odd"))
    yield store
    store.close()


@pytest.fixture(scope="module")
def spark(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkReports]:
    folder = tmp_path_factory.mktemp("spark")
    with spark_server.running(folder / "server", is_cheap=False) as address:
        reports = SparkReports(address, *a_lake_of(store, folder / "lake"))
        yield reports
        reports.close()


@pytest.mark.parametrize("query", () if MISSING else lake.book_wide_queries())
def test_a_report_is_the_same_on_both_engines(
    query: str, store: Store, spark: SparkReports
) -> None:
    found = spark.read(query, **asked(query))

    assert_same_rows(found, store.read(query, **asked(query)))
