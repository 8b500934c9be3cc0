"""A report on Spark goes on when a worker dies in the middle of it, and its answer is right."""

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from lending_core.operations.reports import BookFilter
from lending_core.store import lake
from lending_core.store.engine import Store, open_store
from lending_core.store.lake_files import manifest_path
from lending_core.store.spark import SparkReports
from tests.store import spark_server

pytestmark = pytest.mark.skipif(bool(spark_server.missing()), reason=spark_server.missing())

# The months of the lake lie there so often that a report takes many seconds.
COPIES = 60


@pytest.fixture(scope="module")
def store(simulated_book: Path) -> Iterator[Store]:
    store = open_store(simulated_book)
    yield store
    store.close()


@pytest.fixture(scope="module")
def large_lake(store: Store, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("large")
    done = lake.export(store, folder, lambda *_: None, at=datetime(2026, 11, 1, 8, tzinfo=UTC))
    path = manifest_path(folder, done.book)
    told = json.loads(path.read_text("utf-8"))
    for part in told["tables"]["loan_month"]["parts"]:
        file = folder / part["path"]
        pl.concat([pl.read_parquet(file, hive_partitioning=False)] * COPIES).write_parquet(file)
        part |= {"rows": part["rows"] * COPIES, "bytes": file.stat().st_size}
    path.write_text(json.dumps(told), "utf-8")
    return folder, done.book


def kill_worker(folder: Path, number: int) -> None:
    """Kills a worker and the processes that it started, as if its machine had gone."""
    leader = int((folder / f"worker-{number}.pid").read_text())
    os.killpg(leader, signal.SIGKILL)


def test_a_worker_that_dies_in_a_report_changes_no_figure(
    store: Store, large_lake: tuple[Path, str], tmp_path: Path
) -> None:
    everything = BookFilter().parameters()
    answers: list[pl.DataFrame] = []
    with spark_server.running(tmp_path, workers=2, is_cheap=False) as address:
        spark = SparkReports(address, *large_lake)
        spark.read("funder_joint")
        asking = threading.Thread(
            target=lambda: answers.append(spark.read("bucket_by_month", **everything))
        )
        asking.start()
        time.sleep(3)
        was_under_way = asking.is_alive()
        kill_worker(tmp_path, 1)
        asking.join()
        spark.close()

    expected = store.read("bucket_by_month", **everything).with_columns(
        pl.col("loans", "principal_fen", "overdue_fen") * COPIES
    )
    assert was_under_way
    assert_frame_equal(answers[0], expected)


def test_what_a_dead_worker_kept_is_made_again(
    large_lake: tuple[Path, str], tmp_path: Path
) -> None:
    with spark_server.running(tmp_path, workers=2, is_cheap=False) as address:
        spark = SparkReports(address, *large_lake)
        with spark.kept("months", "select loan_id, principal_fen from loan_month") as months:
            asked = f"select count(*) as n, sum(principal_fen)::bigint as fen from {months}"
            before = spark.read_sql(asked)
            kill_worker(tmp_path, 1)
            after = spark.read_sql(asked)
        spark.close()

    assert before["n"].item() > COPIES
    assert after.equals(before)
