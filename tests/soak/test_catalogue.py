"""Registering a lake in a catalogue, killed at any moment, by several at once, and with the server
breaking off: what stands is whole, and the next run mends what is missing."""

import random
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from lending_core.access.permissions import SYSTEM
from lending_core.errors import InvalidState
from lending_core.operations.lake_catalogue import register_book
from lending_core.store import catalogue_check, lake, lake_files
from lending_core.store.catalogue import register
from lending_core.store.catalogue_address import CatalogueAddress
from lending_core.store.catalogue_door import asked, opened
from tests.store import postgres_server
from tests.store.catalogued import BOOK, a_small_lake
from tests.store.loans import a_book_of_july, close, lend

MISSING = postgres_server.missing()
pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)

KILLS = 10
WRITERS = 4
# What a registration may take until it writes to the server, and how long that lasts.
PATIENCE_SECONDS = 120
WRITING_SECONDS = 0.3
# Transactions of others that have written something, and are not committed.
WRITING = "from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid()"
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


def while_writing(address: CatalogueAddress, what: str) -> None:
    """Asks the server for something of a registration that writes, as soon as one does."""
    until = time.monotonic() + PATIENCE_SECONDS
    with opened(address) as connection:
        while not asked(connection, f"select {what} {WRITING}"):
            assert time.monotonic() < until, "nothing is written"


def a_copy(lake: Path, book: str) -> None:
    """The whole book under another name, in the same lake."""
    for folder in lake.glob(f"*/book={BOOK}"):
        shutil.copytree(folder, folder.with_name(f"book={book}"))
    lake_files.stand(lake, replace(lake_files.exported(lake, BOOK), book=book))


def test_a_registration_killed_while_it_writes_leaves_nothing_or_all_of_it(
    address: CatalogueAddress, whole: Path
) -> None:
    chosen = random.Random(39)
    a_small_lake(whole, whole, book="begun", months=1)
    register(address, whole, "begun")
    stood: Counter[str] = Counter()
    for number in range(KILLS):
        book, before = f"killed-{number}", snapshots(address)
        a_copy(whole, book)
        manifest = lake_files.exported(whole, book)
        filled = [part for each in manifest.tables.values() for part in each.parts if part.rows]
        process = registering(address, whole, book)
        while_writing(address, "pid")
        time.sleep(chosen.uniform(0, WRITING_SECONDS))
        process.kill()
        process.communicate()
        assert snapshots(address) - before in {0, 1}

        done = register(address, whole, book)

        stood["all" if done.added == 0 else "nothing"] += 1
        assert done.added in {0, len(filled)}
        assert snapshots(address) == before + 1
        assert catalogue_check.check(address, whole, book) == []
        assert all((whole / part).is_file() for part in manifest.all_paths())

    print(f"\n{KILLS} registrations were killed while they wrote; what stood: {dict(stood)}")
    assert stood["nothing"] > 0
    assert catalogue_check.check(address, whole, "begun") == []


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


def test_a_registration_whose_connection_breaks_is_refused_and_the_next_one_does_it(
    address: CatalogueAddress, whole: Path
) -> None:
    a_small_lake(whole, whole, book="begun", months=1)
    register(address, whole, "begun")
    breaking = threading.Thread(target=while_writing, args=(address, "pg_terminate_backend(pid)"))
    breaking.start()

    with pytest.raises(InvalidState) as refusal:
        register_book(SYSTEM, address, whole, BOOK)

    breaking.join()
    assert refusal.value.reason == "catalogue_lost"
    assert snapshots(address) == 2
    assert register_book(SYSTEM, address, whole, BOOK).added > 0
    assert catalogue_check.check(address, whole, BOOK) == []


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

    print(f"\nstopped after {seconds} s: {refusals or 'done'}")
    assert set(refusals) <= {"catalogue_lost"}
    assert done.snapshot_id == 1
    assert catalogue_check.check(address, whole, BOOK) == []
