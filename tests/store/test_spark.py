"""Reports on Spark, over the files of a lake, answer as the store does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from lending_core.operations.reports import BookFilter
from lending_core.store import lake
from lending_core.store.engine import Store, open_store
from lending_core.store.spark import SparkReports
from tests.store import spark_server

pytestmark = pytest.mark.skipif(bool(spark_server.missing()), reason=spark_server.missing())


@pytest.fixture(scope="module")
def store(simulated_book: Path) -> Iterator[Store]:
    """The simulated book, which nobody writes to here."""
    store = open_store(simulated_book)
    yield store
    store.close()


@pytest.fixture(scope="module")
def spark(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkReports]:
    """The same book in a lake, and a server that reads it."""
    folder = tmp_path_factory.mktemp("spark")
    done = lake.export(store, folder / "lake", lambda *_: None)
    with spark_server.running(folder / "server") as address:
        reports = SparkReports(address, folder / "lake", done.book)
        yield reports
        reports.close()


def test_stages_by_month_are_the_same_on_both_engines(store: Store, spark: SparkReports) -> None:
    part = BookFilter(product_codes=("instalment",)).parameters()

    found = spark.read("bucket_by_month", **part)

    assert_frame_equal(found, store.read("bucket_by_month", **part))
