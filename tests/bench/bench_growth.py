"""How the cost of the overdue screen's reports grows with the book, on both engines.

`make bench` takes books of one and ten million month ends, on DuckDB. What may be set:
BENCH_LOAN_MONTHS (sizes with commas between), BENCH_ENGINES (`duckdb`, or `duckdb,spark`),
BENCH_FOLDER (where books and lakes stay for the next run), BENCH_FIGURES (a file of figures, in
which those measured take the place of older ones, one by one as they come).
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import polars as pl

from lending_core.store.spark import SparkReports
from tests.bench.figures import Figures
from tests.bench.growth import book_name, cost_of, duckdb_cost, export, spark_cost
from tests.bench.loan_months import copied_book, simulated_book
from tests.bench.screen_questions import Question, questions
from tests.store import spark_server
from tests.store.questions import assert_same_rows

SIZES = "1000000,10000000"
GROWTH_MAX = 1.2
# A report that takes less is not looked at by itself: what it costs is not the book's.
SECONDS_MIN = 0.05
BOOK, LAKE = "lending.duckdb", "lake"
# Work beside the reports, among the figures.
FILLED, EXPORTED = "(the book is filled)", "(the lake is exported)"
EXPORTED_AGAIN = "(the lake is exported again, nothing new)"

Answers = dict[str, pl.DataFrame | None]


def run() -> list[dict[str, Any]]:
    """Ratios of the processor seconds of the same reports over books of different sizes."""
    sizes = sorted(int(size) for size in os.environ.get("BENCH_LOAN_MONTHS", SIZES).split(","))
    engines = os.environ.get("BENCH_ENGINES", "duckdb").split(",")
    path = os.environ.get("BENCH_FIGURES")
    figures = Figures(Path(path) if path else None)
    with _folder() as folder:
        for size in sizes:
            _make_book(folder, size, figures)
        asked = questions(folder / str(sizes[0]) / BOOK)
        for size in sizes:
            answers = _on_duckdb(folder / str(size), asked, size, figures)
            if "spark" in engines:
                _on_spark(folder / str(size), asked, size, figures, answers)
    print(figures.table(), file=sys.stderr)
    return [row for few, many in pairwise(sizes) for row in _growth(figures, few, many)]


@contextmanager
def _folder() -> Iterator[Path]:
    kept = os.environ.get("BENCH_FOLDER")
    if kept:
        yield Path(kept)
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def _make_book(folder: Path, size: int, figures: Figures) -> None:
    """A book of its size in a folder of its own, unless it is there; all are copies of one."""
    place, unfinished = folder / str(size), folder / f"{size}.unfinished"
    if place.exists():
        return
    simulated = folder / "simulated"
    if not simulated.exists():
        simulated.mkdir(parents=True)
        simulated_book(simulated / BOOK)
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(simulated, unfinished)
    with _apart() as pool:
        cost = pool.submit(cost_of, FILLED, copied_book, unfinished / BOOK, size).result()
    figures.add(size, "duckdb", cost)
    unfinished.rename(place)


def _on_duckdb(place: Path, asked: list[Question], size: int, figures: Figures) -> Answers:
    answers: Answers = {}
    with _apart() as pool:
        for question in asked:
            cost = pool.submit(duckdb_cost, place / BOOK, question).result()
            figures.add(size, "duckdb", cost)
            answers[question.name] = cost.answer
    return answers


def _on_spark(
    place: Path, asked: list[Question], size: int, figures: Figures, answers: Answers
) -> None:
    """Each report over a lake that the console exports, which must answer as the book does."""
    lake, server = place / LAKE, place / "spark"
    what = EXPORTED_AGAIN if lake.exists() else EXPORTED
    with _apart() as pool:
        cost = pool.submit(cost_of, what, export, place / BOOK, lake).result()
    figures.add(size, "spark", cost)
    with spark_server.running(server, workers=2, is_cheap=False) as address:
        spark = SparkReports(address, lake, book_name(place / BOOK))
        for question in asked:
            cost = spark_cost(spark, lake, server, question)
            figures.add(size, "spark", cost)
            if cost.answer is not None:
                assert_same_rows(cost.answer, answers[question.name])
        spark.close()


def _apart() -> ProcessPoolExecutor:
    """A process of its own, whose memory is nobody else's."""
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def _growth(figures: Figures, few: int, many: int) -> Iterator[dict[str, Any]]:
    """How much more the reports of the larger book cost: all together, and the one that grew
    most."""
    before, after = (figures.of(size, "duckdb", "processor_s") for size in (few, many))
    both = before.keys() & after.keys()
    grown = {name: after[name] / before[name] for name in both if after[name] >= SECONDS_MIN}
    most = max(grown, key=lambda name: grown[name])
    together = sum(after[name] for name in both) / sum(before[name] for name in both)
    what = f"from {few:,} to {many:,} loan-months"
    aim = f"at most {GROWTH_MAX * many / few:g}"
    for name, figure in (("all reports of the overdue screen", together), (most, grown[most])):
        yield {"name": f"{name}, {what}", "figure": figure, "aim": aim, "unit": "times the work"}
