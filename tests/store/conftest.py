"""One Spark server for all tests that ask it, and the simulated book on both sides."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lending_core.store.engine import Store, open_store
from lending_core.store.spark import SparkReports
from tests.store import spark_server
from tests.store.odd_book import a_lake_of


@pytest.fixture(scope="package")
def spark_book(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A copy of the simulated book, open as long as Spark runs: others open the book itself."""
    own = shutil.copyfile(simulated_book, tmp_path_factory.mktemp("spark") / "book.duckdb")
    store = open_store(own)
    yield store
    store.close()


@pytest.fixture(scope="package")
def spark_lake(spark_book: Store, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The same book in a lake, and its name there."""
    return a_lake_of(spark_book, tmp_path_factory.mktemp("lake"))


@pytest.fixture(scope="package")
def spark_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the server listens."""
    with spark_server.running(tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture(scope="package")
def spark(spark_lake: tuple[Path, str], spark_address: str) -> Iterator[SparkReports]:
    """Spark over the lake."""
    reports = SparkReports(spark_address, *spark_lake)
    yield reports
    reports.close()
