"""A report on Spark goes on when a worker dies in the middle of it, and its answer is right."""

import json
import os
import re
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

# The months of the lake lie there so often that a worker takes seconds to read its part of them.
COPIES = 1_000
PATIENCE_SECONDS = 300
# What a worker says that begins with a task which another had begun with.
TASK_AGAIN = r"Running task \d+\.1 in stage"
# What the server says when a worker took rows along that it kept.
ROWS_LOST = "No more replicas available for rdd"


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
    manifest = json.loads(path.read_text("utf-8"))
    for part in manifest["tables"]["loan_month"]["parts"]:
        file = folder / part["path"]
        pl.concat([pl.read_parquet(file, hive_partitioning=False)] * COPIES).write_parquet(file)
        part |= {"rows": part["rows"] * COPIES, "bytes": file.stat().st_size}
    path.write_text(json.dumps(manifest), "utf-8")
    return folder, done.book


def told(log: Path, pattern: str) -> list[str]:
    """What a log says that is like this, as often as it says it."""
    return re.findall(pattern, log.read_text("utf-8")) if log.exists() else []


def awaited(log: Path, pattern: str, times: int = 1) -> str:
    """What a log says at last, once it has said so often what is like it."""
    until = time.monotonic() + PATIENCE_SECONDS
    while len(found := told(log, pattern)) < times:
        assert time.monotonic() < until, f"{log} does not say {pattern}"
        time.sleep(0.005)
    return found[-1]


def executor_log(folder: Path, number: int) -> Path:
    """What the process writes that does the tasks of a worker."""
    place = awaited(folder / f"worker-{number}.log", r"Asked to launch executor (\S+)")
    return folder / "work" / place / "stderr"


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
        log = executor_log(tmp_path, 1)
        awaited(log, "Successfully registered with driver")
        asking = threading.Thread(
            target=lambda: answers.append(spark.read("bucket_by_month", **everything))
        )
        asking.start()
        # It is at its second month.
        awaited(log, "/loan_month/", times=2)
        kill_worker(tmp_path, 1)
        asking.join()
        again = told(executor_log(tmp_path, 2), TASK_AGAIN)
        spark.close()

    expected = store.read("bucket_by_month", **everything).with_columns(
        pl.col("loans", "principal_fen", "overdue_fen") * COPIES
    )
    assert len(again) == 1
    assert_frame_equal(answers[0], expected)


def test_what_a_dead_worker_kept_is_made_again(
    store: Store, large_lake: tuple[Path, str], tmp_path: Path
) -> None:
    with spark_server.running(tmp_path, workers=2, is_cheap=False) as address:
        spark = SparkReports(address, *large_lake)
        with spark.kept("months", "select loan_id, principal_fen from loan_month") as months:
            asked = f"select count(*) as n, sum(principal_fen)::bigint as fen from {months}"
            before = spark.read_sql(asked)
            kill_worker(tmp_path, 1)
            after = spark.read_sql(asked)
        lost = told(tmp_path / "server.log", ROWS_LOST)
        spark.close()

    once = store.read_sql("select count(*) as n, sum(principal_fen)::bigint as fen from loan_month")
    assert len(lost) > 0
    assert before.equals(once * COPIES)
    assert after.equals(before)
