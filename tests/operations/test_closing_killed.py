"""Closing days is killed with -9 again and again: started again, it ends where it would have."""

import contextlib
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from lending_core.ledger.chain import Event, first_break
from lending_core.settings import PROJECT_ROOT
from lending_core.store.engine import Store, open_store
from tests.operations.journeys import run_to

# Each costs two seconds; `make soak` asks for more.
KILLS = int(os.environ.get("TEST_KILLS", "1"))
# Over a month end, which books provisions and keeps the month.
UNTIL = date(2026, 12, 3)
# Each kill leaves some days to the next; a day costs a tenth of a second three times.
BEGUN = max(date(2026, 10, 31), UNTIL - timedelta(days=4 * KILLS))
# Longer than a day takes, so that kills fall into every part of one; and than a start takes.
WORKING_SECONDS_MAX = 0.25
STARTING_SECONDS_MAX = 1.0
# In which order rows of a table are compared; when a day was closed differs between two runs.
KEYS = {
    "closed_day": ["closed_on"],
    "loan_position": ["loan_id"],
    "loan_plan": ["loan_id"],
    "loan_month": ["loan_id", "month_end_on"],
    "bucket_move": ["loan_id", "moved_on"],
    "line_change": ["line_change_id"],
    "book": ["business_on"],
}


def command(*words: str, database: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "lending_core", *words],
        cwd=PROJECT_ROOT,
        env=os.environ | {"LENDING_DATABASE": str(database)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def closing(database: Path) -> subprocess.Popen[bytes]:
    return command("close", "--date", str(UNTIL), database=database)


def killed(database: Path, round_number: int, moments: random.Random) -> int:
    """Kills one close: in even rounds after it closed a day, else while it starts."""
    run = closing(database)
    if round_number % 2 == 0:
        await_a_day(run)
        time.sleep(moments.uniform(0, WORKING_SECONDS_MAX))
    else:
        time.sleep(moments.uniform(0, STARTING_SECONDS_MAX))
    run.kill()
    run.communicate()
    return run.returncode


def await_a_day(run: subprocess.Popen[bytes]) -> None:
    """Returns as soon as the progress bar names a day that was closed, or the run is over."""
    said = b"-"
    while b"2026-" not in said and said[-1:]:
        said += run.stderr.read(1)


def ended(run: subprocess.Popen[bytes]) -> tuple[int, str]:
    _, said = run.communicate()
    return run.returncode, said.decode()


@contextlib.contextmanager
def opened(database: Path) -> Iterator[Store]:
    store = open_store(database)
    try:
        yield store
    finally:
        store.close()


def rows(store: Store, table: str) -> pl.DataFrame:
    """The rows of a table in a fixed order, without the time of recording."""
    everything = store.read_sql(f'select * from "{table}"')
    return everything.select(pl.exclude("recorded_at")).sort(KEYS[table])


def posted(store: Store) -> pl.DataFrame:
    """What each loan has in each flow, day by day."""
    return store.read_sql(
        "select loan_id, flow, booked_on, cast(sum(amount_fen) as bigint) as amount_fen "
        "from posting group by all order by all"
    )


def chain(store: Store) -> list[Event]:
    events = store.read("event_list", subject_kind=None, subject_id=None, after_event_id=None)
    return [Event(**row) for row in events.sort("event_id").rows(named=True)]


@pytest.fixture(scope="module")
def small_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """300 customers over three months, up to the day before what is closed under fire."""
    database = tmp_path_factory.mktemp("small") / "book.duckdb"
    size = ["--customers", "300", "--months", "3", "--seed", "7", "--until", "2026-10-31"]
    returned, said = ended(command("simulate", *size, database=database))
    assert returned == 0, said
    with opened(database) as store:
        run_to(store, BEGUN)
    return database


@pytest.fixture(scope="module")
def undisturbed(small_book: Path) -> Path:
    """The same book, closed without an interruption."""
    database = Path(shutil.copy(small_book, small_book.with_name("undisturbed.duckdb")))
    returned, said = ended(closing(database))
    assert returned == 0, said
    return database


@pytest.fixture(scope="module")
def disturbed(small_book: Path) -> Path:
    """The same book, whose close was killed `KILLS` times before it came to the end."""
    database = Path(shutil.copy(small_book, small_book.with_name("disturbed.duckdb")))
    moments = random.Random(7)
    assert {killed(database, number, moments) for number in range(KILLS)} == {-9}
    with opened(database) as store:
        assert BEGUN < store.read("book")["business_on"][0] < UNTIL
    returned, said = ended(closing(database))
    assert returned == 0, said
    return database


@pytest.mark.parametrize("table", list(KEYS))
def test_a_table_is_the_same_after_kills(undisturbed: Path, disturbed: Path, table: str) -> None:
    with opened(undisturbed) as straight, opened(disturbed) as resumed:
        expected, found = rows(straight, table), rows(resumed, table)

    assert_frame_equal(found, expected)


def test_the_accounts_are_the_same_after_kills(undisturbed: Path, disturbed: Path) -> None:
    with opened(undisturbed) as straight, opened(disturbed) as resumed:
        expected, found = posted(straight), posted(resumed)

    assert_frame_equal(found, expected)


def test_the_ledger_is_whole_and_has_each_day_once_after_kills(
    undisturbed: Path, disturbed: Path
) -> None:
    with opened(undisturbed) as straight, opened(disturbed) as resumed:
        expected, found = chain(straight), chain(resumed)

    assert first_break(found) is None
    assert [(event.action, event.business_on) for event in found] == [
        (event.action, event.business_on) for event in expected
    ]


def test_a_close_that_is_done_refuses_to_be_done_again(disturbed: Path) -> None:
    returned, said = ended(closing(disturbed))

    assert returned == 2
    assert (
        said == "2026-12-03 is closed already: the newest closed day is 2026-12-03. "
        "Close a later day.\n"
    )
