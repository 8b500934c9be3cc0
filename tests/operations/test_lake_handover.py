"""How the one who writes the book hands it over, by hand and as a server does by itself."""

import errno
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from lending_core.access.permissions import SYSTEM
from lending_core.errors import InvalidState
from lending_core.operations.lake_checks import check_lake
from lending_core.operations.lake_export import Exporter, export_book, handed_over
from lending_core.settings import Settings
from lending_core.store.engine import Store
from tests.store.loans import a_book_of_one_unpaid_loan

AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
# Of a machine that has the lake and no book.
READING = Settings(Path("none.duckdb"), None, "1GB", "en")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A book of one loan that never pays, up to September."""
    store = a_book_of_one_unpaid_loan(tmp_path_factory.mktemp("book"), date(2026, 9, 30))
    yield store
    store.close()


@pytest.fixture(scope="module")
def lake(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book exported."""
    folder = tmp_path_factory.mktemp("lake")
    export_book(store, SYSTEM, folder, lambda *_: None, at=AT)
    return folder


def test_what_a_lake_holds_is_told_with_how_far_it_is_behind(store: Store, lake: Path) -> None:
    found = handed_over(store, SYSTEM, lake)

    assert found is not None
    assert (found.business_on, found.events_behind) == (date(2026, 9, 30), 0)
    assert found.exported_at == AT.replace(tzinfo=None)
    by_month = found.tables.row(by_predicate=pl.col("table_name") == "loan_month", named=True)
    assert (by_month["rows"], by_month["parts"]) == (3, 3)
    assert (by_month["first_month"], by_month["last_month"]) == ("2026-07", "2026-09")


def test_a_folder_without_the_book_holds_nothing_of_it(store: Store, tmp_path: Path) -> None:
    assert handed_over(store, SYSTEM, tmp_path) is None


def test_a_server_exports_again_where_something_has_changed_or_after_half_a_day(
    store: Store, lake: Path
) -> None:
    times = [AT, AT + timedelta(hours=11), AT + timedelta(hours=12)]
    exporter = Exporter(lambda: store, lambda: times.pop(0), lake, 30)

    rounds = [exporter.round(), exporter.round(), exporter.round()]

    assert rounds[:2] == [None, None]
    assert rounds[2] is not None
    assert rounds[2].manifest.exported_at == (AT + timedelta(hours=12)).replace(tzinfo=None)
    assert rounds[2].written == 0


def test_a_server_that_ends_leaves_the_lake_as_it_was(store: Store, tmp_path: Path) -> None:
    exporter = Exporter(lambda: store, lambda: AT, tmp_path, 30)

    exporter.start()
    exporter.stop()

    assert handed_over(store, SYSTEM, tmp_path) is None


def test_manifests_that_cannot_be_read_give_way_to_the_next_export(
    store: Store, lake: Path
) -> None:
    for name in ("book=simulated.json", "book=simulated.previous.json"):
        (lake / "manifest" / name).write_text("no manifest")

    done = Exporter(lambda: store, lambda: AT + timedelta(days=1), lake, 30).round()

    assert done is not None
    assert (done.written, done.swept) == (0, 0)
    assert check_lake(READING, SYSTEM, lake, "simulated", lambda *_: None).differences == ()


def test_a_folder_that_takes_no_files_is_a_refusal_and_not_a_bug(
    store: Store, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(InvalidState, match="cannot be written"):
        export_book(store, SYSTEM, tmp_path / "file" / "lake", lambda *_: None, at=AT)


def test_a_full_disk_leaves_the_lake_as_it_was_and_is_said(store: Store, lake: Path) -> None:
    before = handed_over(store, SYSTEM, lake)

    with pytest.raises(InvalidState, match="no room left"):
        export_book(store, SYSTEM, lake, no_room, at=AT + timedelta(days=1))

    after = handed_over(store, SYSTEM, lake)
    assert before is not None
    assert after is not None
    assert after.exported_at == before.exported_at


def no_room(_done: int, _of: int, _table: str) -> None:
    """A disk that fills up in the middle of an export."""
    raise OSError(errno.ENOSPC, "No space left on device")
