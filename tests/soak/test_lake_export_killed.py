"""An export is killed with -9 again and again: readers see the lake of before until the new
manifest stands, and the next run ends it."""

import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lending_core.access.permissions import SYSTEM
from lending_core.operations.lake_checks import check_lake
from lending_core.operations.lake_export import export_book
from lending_core.settings import PROJECT_ROOT, Settings
from lending_core.store.engine import open_store
from lending_core.store.lake import exported, files_of
from lending_core.store.lake_files import manifest_path, previous
from lending_core.store.lake_manifest import Manifest
from tests.store.loans import a_book_of_july, lend

KILLS = int(os.environ.get("TEST_KILLS", "20"))
AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
NAME = "simulated"
PATIENCE_SECONDS = 120
# In this time an export has not ended, and may have begun to write.
BEGINNING_SECONDS = 2.0
NO_BOOK = Settings(Path("none.duckdb"), None, "1GB", "en")
SAYS = re.compile(r"(\d+) parts written, (\d+) kept")

# What the killer waits for in the lake, before it waits its random time.
Sign = Callable[[Path], bool]


@dataclass(frozen=True)
class Round:
    """What a killed export left, and what the next one said."""

    left: dict[str, tuple[int, int]]
    written: int
    kept: int


@pytest.fixture(scope="module")
def house(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book, and a lake of the same name in which nothing is as in the book."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(simulated_book, folder / "lending.duckdb")
    other = a_book_of_july(folder / "other.duckdb")
    lend(other, 1)
    export_book(other, SYSTEM, folder / "lake", lambda *_: None, at=AT)
    other.close()
    return folder


def begun(_lake: Path) -> bool:
    """From the start of the program on."""
    return True


def holds(count: int) -> Sign:
    """So many parts have their names, of whatever state of the book."""
    return lambda lake: len(parts(lake)) >= count


def is_kept_aside(lake: Path) -> bool:
    """The manifest of before is kept as the previous one; the new one is not there yet."""
    return manifest_path(lake, NAME, is_previous=True).exists()


def is_manifest_begun(lake: Path) -> bool:
    """All parts have their names; the new manifest is being written."""
    return any((lake / "manifest").glob(".book=*.json.writing"))


def start(house: Path, lake: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "lending_core", "export", "--lake", str(lake)],
        cwd=PROJECT_ROOT,
        env=os.environ | {"LENDING_DATABASE": str(house / "lending.duckdb")},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def killed(house: Path, lake: Path, sign: Sign, after_seconds: float) -> None:
    run = start(house, lake)
    until = time.monotonic() + PATIENCE_SECONDS
    while not sign(lake) and run.poll() is None and time.monotonic() < until:
        time.sleep(0.0005)
    time.sleep(after_seconds)
    assert run.poll() is None, "the export ended before it was killed"
    run.kill()
    run.communicate()


def parts(lake: Path) -> dict[str, tuple[int, int]]:
    found = {path.relative_to(lake).as_posix(): path.stat() for path in lake.rglob("part-*")}
    return {name: (told.st_ino, told.st_mtime_ns) for name, told in found.items()}


def broken_off_and_continued(house: Path, lake: Path, sign: Sign, after_seconds: float) -> Round:
    """One kill, what readers see then, the next run, and what holds after it."""
    shutil.copytree(house / "lake", lake)
    old = exported(lake, NAME)
    killed(house, lake, sign, after_seconds)
    seen = exported(lake, NAME)
    # Whichever manifest stands, what it names is there; and whoever began on the old one reads on.
    assert is_whole(lake)
    assert read_all(lake, old)
    left = parts(lake)
    run = start(house, lake)
    said = SAYS.search(run.communicate(timeout=PATIENCE_SECONDS)[0])
    assert said is not None
    assert run.returncode == 0
    assert_ended(lake, old, seen, left)
    return Round(left, int(said[1]), int(said[2]))


def assert_ended(
    lake: Path, old: Manifest, seen: Manifest, left: dict[str, tuple[int, int]]
) -> None:
    new = exported(lake, NAME)
    assert is_whole(lake)
    assert seen.state in (old.state, new.state)
    # What was finished is kept as it was, and nothing lies there that nobody names.
    now = parts(lake)
    assert {name: now[name] for name in left.keys() & new.all_paths()} == {
        name: left[name] for name in left.keys() & new.all_paths()
    }
    before = previous(lake, NAME)
    assert before is not None
    assert now.keys() == new.all_paths() | before.all_paths()
    assert not list(lake.rglob("*.writing"))
    assert len(new.all_paths()) == sum(len(table.parts) for table in new.tables.values())


def is_whole(lake: Path) -> bool:
    return not check_lake(NO_BOOK, SYSTEM, lake, NAME, lambda *_: None).differences


def read_all(lake: Path, manifest: Manifest) -> int:
    return sum(len(files_of(lake, manifest, table)) for table in manifest.tables)


@pytest.fixture(scope="module")
def counts(house: Path, tmp_path_factory: pytest.TempPathFactory) -> range:
    """How many parts lie in the lake while an export writes: from before its first to its last."""
    lake = Path(shutil.copytree(house / "lake", tmp_path_factory.mktemp("whole") / "lake"))
    old = exported(lake, NAME).all_paths()
    start(house, lake).communicate(timeout=PATIENCE_SECONDS)
    return range(len(old), len(old | exported(lake, NAME).all_paths()))


@pytest.mark.parametrize("number", range(KILLS))
def test_an_export_killed_at_any_moment_is_ended_by_the_next(
    number: int, house: Path, counts: range, tmp_path: Path
) -> None:
    moments = random.Random(number)
    sign, seconds = (holds(moments.choice(counts)), 0.02)
    if number % 4 == 3:
        sign, seconds = (begun, BEGINNING_SECONDS)

    done = broken_off_and_continued(house, tmp_path / "lake", sign, moments.uniform(0, seconds))

    assert done.written + done.kept == len(exported(tmp_path / "lake", NAME).all_paths())
    print(f"kill {number}: {done.kept} parts were kept, {done.written} written by the next run")


@pytest.mark.parametrize("sign", [is_manifest_begun, is_kept_aside])
def test_a_kill_between_the_last_part_and_the_manifest_loses_nothing(
    sign: Sign, house: Path, tmp_path: Path
) -> None:
    done = broken_off_and_continued(house, tmp_path / "lake", sign, 0)

    assert done.written == 0


def test_the_lake_is_the_book_after_all(house: Path, tmp_path: Path) -> None:
    killed(house, tmp_path, holds(20), 0)
    book = open_store(house / "lending.duckdb")

    done = export_book(book, SYSTEM, tmp_path, lambda *_: None, at=AT)

    fresh = export_book(book, SYSTEM, tmp_path / "fresh", lambda *_: None, at=AT)
    assert done.manifest == fresh.manifest
    assert done.kept > 0
    book.close()
