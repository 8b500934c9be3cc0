"""Registering a lake in a catalogue, killed at any moment, by several at once, and with the server
breaking off: what stands is whole, and the next run mends what is missing."""

import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from lending_core.access.permissions import SYSTEM
from lending_core.errors import InvalidState
from lending_core.operations.lake_catalogue import register_book
from lending_core.store import catalogue_check, lake, lake_files
from lending_core.store.catalogue import register
from lending_core.store.catalogue_address import CatalogueAddress
from lending_core.store.catalogue_door import opened
from tests.store import postgres_server
from tests.store.catalogued import BOOK, a_small_lake
from tests.store.loans import a_book_of_july, close, lend

MISSING = postgres_server.missing()
pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)

KILLS = 10
WRITERS = 4
AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
WRITER = """
import sys
from pathlib import Path
from lending_core.store.catalogue import register
from lending_core.store.catalogue_address import catalogue_address
print("ready", flush=True)
register(catalogue_address(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
"""


@pytest.fixture
def address() -> Iterator[CatalogueAddress]:
    with postgres_server.running() as address:
        yield address


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of one loan in a lake, with all its tables."""
    folder = tmp_path_factory.mktemp("whole")
    store = a_book_of_july(folder / "book" / "lending.duckdb")
    lend(store, 1)
    close(store, date(2026, 9, 30))
    lake.export(store, folder / "lake", lambda *_: None, at=AT)
    store.close()
    return folder / "lake"


def registering(address: CatalogueAddress, folder: Path, book: str) -> subprocess.Popen[str]:
    """A process that has begun to register a book."""
    words = [sys.executable, "-c", WRITER, str(address), str(folder), book]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def snapshots(address: CatalogueAddress) -> int:
    with opened(address) as connection:
        row = connection.execute("select count(*) from ducklake_snapshots('lake')").fetchone()
    assert row is not None
    return int(row[0])


def test_a_registration_killed_at_any_moment_leaves_nothing_or_all_of_it(
    address: CatalogueAddress, whole: Path
) -> None:
    chosen = random.Random(39)
    parts = lake_files.exported(whole, BOOK).all_paths()
    a_small_lake(whole, whole, book="begun", months=1)
    register(address, whole, "begun")
    killed = 0
    for _ in range(KILLS):
        before = snapshots(address)
        process = registering(address, whole, BOOK)
        time.sleep(chosen.uniform(0.2, 1.4))
        killed += process.poll() is None
        process.kill()
        process.communicate()
        assert snapshots(address) - before in {0, 1}
        assert all((whole / part).is_file() for part in parts)
        assert catalogue_check.check(address, whole, "begun") == []

    register(address, whole, BOOK)
    again = register(address, whole, BOOK)

    assert killed > KILLS / 2
    assert (again.added, again.removed) == (0, 0)
    assert catalogue_check.check(address, whole, BOOK) == []
    assert snapshots(address) == 3


def test_writers_of_different_books_make_a_catalogue_and_fill_it_at_once(
    address: CatalogueAddress, whole: Path, tmp_path: Path
) -> None:
    books = [f"book-{number}" for number in range(WRITERS)]
    for book in books:
        a_small_lake(whole, tmp_path / book, book=book, months=2)
    writers = [registering(address, tmp_path / book, book) for book in books]
    outcomes = [writer.communicate()[1] for writer in writers]
    for book in books:
        a_small_lake(whole, tmp_path / book, book=book, months=3)
    # The same book by two as well: whoever comes second finds it done.
    twice = [registering(address, tmp_path / book, book) for book in books + books]
    outcomes += [writer.communicate()[1] for writer in twice]

    checked = [catalogue_check.check(address, tmp_path / book, book) for book in books]

    assert [error for error in outcomes if error] == []
    assert checked == [[]] * WRITERS
    assert snapshots(address) == 1 + 2 * WRITERS


@pytest.mark.parametrize("seconds", [1.2, 1.8, 2.4, 3.0])
def test_a_server_that_stops_in_a_registration_is_refused_and_the_next_one_does_it(
    seconds: float, address: CatalogueAddress, whole: Path
) -> None:
    stopping = threading.Timer(seconds, postgres_server.told, (address, "stop"))
    stopping.start()
    refusals = []
    try:
        register_book(SYSTEM, address, whole, BOOK)
    except InvalidState as refusal:
        refusals.append(refusal.reason)
    stopping.join()
    postgres_server.told(address, "start")

    done = register_book(SYSTEM, address, whole, BOOK)

    assert set(refusals) <= {"catalogue_lost"}
    assert done.snapshot_id == 1
    assert catalogue_check.check(address, whole, BOOK) == []
