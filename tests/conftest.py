"""What every test may ask for: one simulated book per run, and properties that repeat."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from lending_core.settings import PROJECT_ROOT

# The same examples on every machine, and no time limit: two cores are shared by many processes.
hypothesis_settings.register_profile("repeatable", derandomize=True, deadline=None, max_examples=8)
hypothesis_settings.register_profile("soak", max_examples=2_000, deadline=None)
hypothesis_settings.load_profile("repeatable")


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
