"""What every test may ask for: one simulated book per run, properties that repeat, and an order in
which workers end together."""

import atexit
import fcntl
import gc
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from xdist.scheduler import LoadFileScheduling

from lending_core.settings import PROJECT_ROOT

# One folder of keys for all books of a run and the processes of it: tests copy books about.
if "LENDING_PRIVACY_KEYS" not in os.environ:
    os.environ["LENDING_PRIVACY_KEYS"] = tempfile.mkdtemp(prefix="lending-keys-")
    atexit.register(shutil.rmtree, os.environ["LENDING_PRIVACY_KEYS"], ignore_errors=True)

# Workers share the cores: a book of a test is asked by one thread, unless a test is of several.
os.environ.setdefault("LENDING_THREADS", "1")

# The same examples on every machine, and no time limit: two cores are shared by many processes.
hypothesis_settings.register_profile("repeatable", derandomize=True, deadline=None, max_examples=25)
hypothesis_settings.register_profile("soak", max_examples=2_000, deadline=None)
hypothesis_settings.load_profile("repeatable")

# Looking for garbage after every 700 new objects took a sixth of the time of collecting tests.
gc.set_threshold(20_000, 20, 20)

# Files of one scope share what takes long to start: a console and its browser, a Spark server.
BROWSER = "tests/browser"
SPARK = "tests/store/test_spark"
# What begins first, so that no worker ends with a long file alone; the rest is quick.
LONG_FIRST = (
    # Before another test runs the months of their console.
    f"{BROWSER}/test_loan_desk",
    f"{BROWSER}/",
    SPARK,
    # Work for the cores while those two wait for a browser and a server.
    "tests/identity/test_card_reader",
    "tests/operations/test_closing_killed",
    "tests/operations/test_killed",
    "tests/operations/",
    "tests/pages/test_",
)


class ByFile(LoadFileScheduling):
    """A worker runs a whole file, in the order of `LONG_FIRST`; or all tests of a browser, or of
    Spark, which start once."""

    def _split_scope(self, nodeid: str) -> str:
        together = [scope for scope in (BROWSER, SPARK) if nodeid.startswith(scope)]
        return together[0] if together else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ranks = {place: rank for rank, place in enumerate(LONG_FIRST)}
    items.sort(
        key=lambda item: min(
            (ranks[place] for place in LONG_FIRST if item.nodeid.startswith(place)),
            default=len(ranks),
        )
    )


def pytest_collection_finish() -> None:
    """What is loaded now stays: it is not looked through for garbage again."""
    gc.freeze()


@pytest.fixture(scope="session")
def simulated_book(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A database of 1,500 customers over 12 months, built once per run. Copy it before writing."""
    folder = tmp_path_factory.getbasetemp()
    shared = folder if worker_id == "master" else folder.parent
    database = shared / "book.duckdb"
    with (shared / "book.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not database.exists():
            _simulate(database.with_suffix(".new")).rename(database)
    return database


def _simulate(database: Path) -> Path:
    size = ["--customers", "1500", "--months", "12", "--seed", "7", "--until", "2026-10-31"]
    done = subprocess.run(
        [sys.executable, "-m", "lending_core", "simulate", *size],
        cwd=PROJECT_ROOT,
        env=os.environ | {"LENDING_DATABASE": str(database)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.fail(f"simulate failed:\n{done.stdout}{done.stderr}", pytrace=False)
    return database
