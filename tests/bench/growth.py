"""What reports over a book cost an engine: each cold, with its files out of the system's cache,
then warm; and the most memory that the engine's processes had meanwhile."""

import os
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from lending_core.__main__ import main
from lending_core.errors import InvalidState
from lending_core.store.engine import open_store
from lending_core.store.reader import Questions
from lending_core.store.spark import SparkReports
from tests.bench.screen_questions import Question

# A warm report is asked so often, or for so long: once at least.
ROUNDS, SECONDS_MAX = 7, 3.0
# What the console lets its database use unless told otherwise.
MEMORY_LIMIT = "4GB"


@dataclass(frozen=True)
class Cost:
    """Of one report: seconds cold and warm (the median), processor seconds of a warm one (of the
    asking process: None for a server's), and the peak of memory in MiB. `answer`: None, as the
    seconds, where the engine gave up."""

    report: str
    memory_mib: float
    cold_s: float | None = None
    warm_s: float | None = None
    processor_s: float | None = None
    answer: pl.DataFrame | None = None


def duckdb_cost(database: Path, question: Question) -> Cost:
    """A report asked of the book's own file, which is opened anew for it."""
    _forget([database])
    store = open_store(database, memory_limit=MEMORY_LIMIT)
    cost = _cost(store, question, [os.getpid()])
    store.close()
    return cost


def spark_cost(spark: SparkReports, lake: Path, folder: Path, question: Question) -> Cost:
    """A report asked of Spark, over a lake; `folder` is that of the script that started Spark."""
    _forget(path for path in lake.rglob("*") if path.is_file())
    return replace(_cost(spark, question, _started_from(folder)), processor_s=None)


def cost_of(name: str, work: Callable[..., object], *arguments: Any) -> Cost:
    """Of other work than a report, done once in this process."""
    start, worked = time.perf_counter(), time.process_time()
    work(*arguments)
    seconds, processor_s = time.perf_counter() - start, time.process_time() - worked
    return Cost(name, _peak_mib([os.getpid()]), seconds, None, processor_s)


def export(database: Path, lake: Path) -> None:
    """The console's own export of the book to a lake."""
    os.environ["LENDING_DATABASE"] = str(database)
    if main(["export", "--lake", str(lake)]):
        raise RuntimeError("the book was not exported")


def book_name(database: Path) -> str:
    """What the book in a file is called."""
    store = open_store(database)
    name = str(store.read("book")["name"].item())
    store.close()
    return name


def _cost(engine: Questions, question: Question, processes: list[int]) -> Cost:
    for process in processes:
        # The peak begins anew.
        Path(f"/proc/{process}/clear_refs").write_text("5", "ascii")
    try:
        cold_s, _, answer = _asked(engine, question)
        warm = list(_again(engine, question))
    except InvalidState:
        return Cost(question.name, _peak_mib(processes))
    warm_s, processor_s = (statistics.median(times) for times in zip(*warm, strict=True))
    return Cost(question.name, _peak_mib(processes), cold_s, warm_s, processor_s, answer)


def _again(engine: Questions, question: Question) -> Iterator[tuple[float, float]]:
    until = time.perf_counter() + SECONDS_MAX
    for done in range(ROUNDS):
        if done and time.perf_counter() > until:
            return
        seconds, processor, _ = _asked(engine, question)
        yield seconds, processor


def _asked(engine: Questions, question: Question) -> tuple[float, float, pl.DataFrame]:
    start, worked = time.perf_counter(), time.process_time()
    answer = engine.read_sql(question.sql, **question.parameters)
    return time.perf_counter() - start, time.process_time() - worked, answer


def _forget(files: Iterable[Path]) -> None:
    """Lets the system forget what it keeps of files in memory."""
    for path in files:
        opened = os.open(path, os.O_RDONLY)
        os.fsync(opened)
        os.posix_fadvise(opened, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(opened)


def _started_from(folder: Path) -> list[int]:
    """Every process in the sessions that Spark's script started from a folder."""
    sessions = {int(path.read_text("ascii")) for path in folder.glob("*.pid")}
    running = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())
    return [process for process in running if _session(process) in sessions]


def _session(process: int) -> int | None:
    try:
        return os.getsid(process)
    except OSError:
        return None


def _peak_mib(processes: Iterable[int]) -> float:
    return sum(_peak_kib(process) for process in processes) / 1024


def _peak_kib(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/status").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)
