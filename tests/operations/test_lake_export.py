"""The book as files for other engines: every row that reports read, and nothing personal."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from lending_core.access.permissions import SYSTEM
from lending_core.errors import InvalidInput, InvalidState
from lending_core.operations.lake_checks import check_lake
from lending_core.operations.lake_copies import CopyOrder, copy_lake
from lending_core.operations.lake_export import export_book
from lending_core.settings import Settings
from lending_core.store.engine import Store, open_store
from lending_core.store.lake import Exported, exported, files_of, lake_columns, lake_tables
from tests.store.loans import a_book_of_july, a_book_of_one_unpaid_loan, lend
from tests.store.questions import asked, assert_same_rows

AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
NAME = "simulated"
# Of a machine that has the lake and no book.
READING = Settings(Path("none.duckdb"), None, "1GB", "en")
# Over loans, months, positions, postings, events and funders.
REPORTS = (
    "account_by_month",
    "balance_by_part",
    "bucket_by_month",
    "closed_day_list",
    "compliance/looked_at",
    "funder_room",
    "late_entry",
    "loan_month",
    "moved_loan",
    "settlement_flow",
    "stage_flow",
    "trial_balance",
    "vintage_lent",
    "warning_loan_reading",
)


class Stopped(Exception):
    """What an export meets in the middle."""


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
    written(store, folder)
    return folder


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same book exported before there was a loan in it."""
    folder = tmp_path_factory.mktemp("before")
    store = a_book_of_july(folder / "book" / "lending.duckdb")
    written(store, folder / "lake")
    store.close()
    return folder / "lake"


def written(store: Store, lake: Path) -> Exported:
    return export_book(store, SYSTEM, lake, lambda *_: None, at=AT)


def stop_at(place: int) -> Callable[[int, int, str], None]:
    """Breaks an export off when so many tables are done; 0: all, before the manifest stands."""

    def shown(done: int, of: int, _at_work: str) -> None:
        if done == (place or of):
            raise Stopped

    return shown


def parts(lake: Path) -> dict[str, tuple[int, int]]:
    """Each part that lies in a lake, whoever names it: its inode, and when it was written."""
    found = {path: path.stat() for path in lake.rglob("*part*")}
    return {
        path.relative_to(lake).as_posix(): (told.st_ino, told.st_mtime_ns)
        for path, told in found.items()
    }


def is_whole(lake: Path) -> bool:
    return not check_lake(READING, SYSTEM, lake, NAME, lambda *_: None).differences


def test_month_ends_lie_by_month_and_are_those_of_the_book(store: Store, lake: Path) -> None:
    files = files_of(lake, exported(lake, NAME), "loan_month")

    months = [path.parent.name for path in files]
    rows = pl.concat([pl.read_parquet(path, hive_partitioning=False) for path in files])

    assert months == ["month=2026-07", "month=2026-08", "month=2026-09"]
    assert rows.equals(store.read_sql("select * from loan_month order by month_end_on"))


def test_a_manifest_says_which_state_of_the_book_it_is(store: Store, lake: Path) -> None:
    found = exported(lake, NAME)

    assert (found.book, found.is_simulated, found.business_on) == (NAME, True, date(2026, 9, 30))
    assert found.event_id == store.read("newest_event_id").item()
    assert found.exported_at == datetime(2026, 11, 1, 8)  # noqa: DTZ001
    assert found.ledger is None


def test_a_manifest_tells_rows_and_sums_of_each_part(lake: Path) -> None:
    months = exported(lake, NAME).tables["loan_month"].parts
    loans = exported(lake, NAME).tables["loan"].parts

    assert [(part.month, part.rows, part.sums["overdue_fen"]) for part in months] == [
        ("2026-07", 1, "0"),
        ("2026-08", 1, "34002"),
        ("2026-09", 1, "68004"),
    ]
    assert [(part.rows, part.sums["principal_fen"]) for part in loans] == [(1, "100000")]
    assert loans[0].sums["annual_rate"] == "0.120000"


def test_what_did_not_change_is_not_written_again(store: Store, lake: Path) -> None:
    before = parts(lake)

    again = written(store, lake)

    assert (again.written, again.kept, again.swept) == (0, len(before), 0)
    assert parts(lake) == before
    assert is_whole(lake)


def test_another_loan_writes_what_it_changes_and_keeps_what_readers_began_on(
    tmp_path: Path,
) -> None:
    store = a_book_of_july(tmp_path / "book" / "lending.duckdb")
    written(store, tmp_path)
    empty, began = parts(tmp_path), exported(tmp_path, NAME)
    lend(store, 1)

    one = written(store, tmp_path)

    assert one.written == 3
    assert {path.split("/")[0] for path in parts(tmp_path).keys() - empty.keys()} == {
        "loan",
        "instalment",
        "funding",
    }
    assert files_of(tmp_path, began, "loan") != files_of(tmp_path, one.manifest, "loan")
    lend(store, 2)
    two = written(store, tmp_path)
    assert two.swept == 3
    assert parts(tmp_path).keys() == one.manifest.all_paths() | two.manifest.all_paths()
    store.close()


def test_who_writes_goes_on_while_an_export_runs_and_the_lake_is_of_one_moment(
    tmp_path: Path,
) -> None:
    store = a_book_of_july(tmp_path / "book" / "lending.duckdb")
    lend(store, 1)
    numbers = iter(range(2, 10_000))

    during = export_book(
        store, SYSTEM, tmp_path, lambda *_: lend(store, next(numbers)), at=AT
    ).manifest

    assert during.tables["funding"].parts[0].rows == 1
    assert during.tables["instalment"].parts[0].rows == 3
    assert during.tables["loan"].parts[0].rows == 1
    assert store.read_sql("select count(*) from loan").item() == next(numbers) - 1
    store.close()


@pytest.mark.parametrize("place", [17, 0])
def test_an_export_that_is_broken_off_is_continued_and_readers_see_the_old_state(
    place: int, store: Store, lake: Path, before: Path, tmp_path: Path
) -> None:
    shutil.copytree(before, tmp_path, dirs_exist_ok=True)
    old = exported(tmp_path, NAME)
    half = tmp_path / "loan" / f"book={NAME}" / ".part-0.parquet.writing"
    half.write_bytes(b"PAR1")

    with pytest.raises(Stopped):
        export_book(store, SYSTEM, tmp_path, stop_at(place), at=AT)
    left = parts(tmp_path)
    seen = exported(tmp_path, NAME)
    done = written(store, tmp_path)

    assert seen == old
    assert len(left) + done.written - len(old.all_paths()) - 1 == len(
        done.manifest.all_paths() - old.all_paths()
    )
    assert done.manifest == exported(lake, NAME)
    assert parts(tmp_path).keys() == old.all_paths() | done.manifest.all_paths()
    assert is_whole(tmp_path)


def test_a_part_that_is_not_whole_is_written_anew(store: Store, lake: Path, tmp_path: Path) -> None:
    shutil.copytree(lake, tmp_path, dirs_exist_ok=True)
    part = files_of(tmp_path, exported(tmp_path, NAME), "loan")[0]
    os.truncate(part, 100)

    again = written(store, tmp_path)

    assert again.written == 1
    assert files_of(tmp_path, again.manifest, "loan") == [part]


def test_two_exports_of_one_book_at_once_are_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InvalidState) as refusal:
        export_book(store, SYSTEM, tmp_path, lambda *_: written(store, tmp_path), at=AT)

    assert refusal.value.reason == "lake_busy"


def test_a_book_that_a_lake_does_not_hold_is_refused(lake: Path) -> None:
    with pytest.raises(InvalidState, match="holds nothing of the book “other”"):
        exported(lake, "other")


def test_no_personal_column_leaves_the_file() -> None:
    columns = set(lake_columns("customer")) | set(lake_columns("contact_attempt"))

    assert "region_code" in columns
    assert not columns & {"name", "id_number", "phone", "birth_on", "note", "reason"}


def test_no_table_of_keys_or_passwords_is_exported() -> None:
    assert not set(lake_tables()) & {"customer_key", "privacy_key", "account_password", "sign_in"}


@pytest.fixture(scope="module")
def copy(lake: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A database that was made of the lake."""
    path = tmp_path_factory.mktemp("copy") / "analysis.duckdb"
    copy_lake(READING, SYSTEM, CopyOrder(lake, NAME, path), lambda *_: None)
    store = open_store(path)
    yield store
    store.close()


@pytest.mark.parametrize("query", REPORTS)
def test_a_report_over_a_copy_says_what_it_says_over_the_book(
    query: str, store: Store, copy: Store
) -> None:
    found = copy.read(query, **asked(query))

    assert_same_rows(found, store.read(query, **asked(query)))


def test_a_copy_has_the_book_and_no_person_and_is_read_only(store: Store, copy: Store) -> None:
    reasons = "select distinct reason from funder_version"

    with pytest.raises(InvalidState, match="a copy of the book “simulated” as of 2026-11-01 08:00"):
        lend(copy, 2)

    assert copy.read_sql("select * from loan_month").equals(
        store.read_sql("select * from loan_month order by month_end_on")
    )
    assert (store.read_sql(reasons).height, copy.read_sql(reasons)["reason"].to_list()) == (
        1,
        [None],
    )


def test_a_lake_that_is_not_what_it_says_leaves_no_copy(lake: Path, tmp_path: Path) -> None:
    broken = shutil.copytree(lake, tmp_path / "lake")
    part = files_of(broken, exported(broken, NAME), "loan")[0]
    part.write_bytes(part.read_bytes().replace(b"jietiao_360", b"jietiao_361"))
    order = CopyOrder(broken, NAME, tmp_path / "a.duckdb")

    with pytest.raises(InvalidState, match=r"loan/book=simulated/part-\w+.parquet is not what"):
        copy_lake(READING, SYSTEM, order, lambda *_: None)

    assert {path.name for path in tmp_path.iterdir()} == {"lake"}


def test_a_part_that_cannot_be_read_leaves_no_copy(lake: Path, tmp_path: Path) -> None:
    broken = shutil.copytree(lake, tmp_path / "lake")
    part = files_of(broken, exported(broken, NAME), "loan")[0]
    content = part.read_bytes()
    part.write_bytes(b"PAR1" + b"x" * 400 + content[404:])
    order = CopyOrder(broken, NAME, tmp_path / "a.duckdb")

    with pytest.raises(InvalidState, match=r"“loan” in the lake .* cannot be read"):
        copy_lake(READING, SYSTEM, order, lambda *_: None)

    assert {path.name for path in tmp_path.iterdir()} == {"lake"}


def test_a_copy_takes_no_other_file_s_place(lake: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.duckdb"
    path.write_bytes(b"mine")

    with pytest.raises(InvalidInput, match="There is a file"):
        copy_lake(READING, SYSTEM, CopyOrder(lake, NAME, path), lambda *_: None)

    assert path.read_bytes() == b"mine"
