"""A lake in a DuckLake catalogue on a real PostgreSQL: registered once, read by others, and refused
rather than wrong."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from lending_core.__main__ import main
from lending_core.errors import InvalidState, LendingError
from lending_core.operations.reports import BookFilter
from lending_core.store import catalogue_check, lake, lake_files
from lending_core.store.catalogue import Registered, register
from lending_core.store.catalogue_address import CatalogueAddress
from lending_core.store.catalogue_door import opened, reach
from lending_core.store.engine import Store
from lending_core.store.query_files import query_text
from tests.store import postgres_server
from tests.store.catalogued import BOOK, a_small_lake
from tests.store.loans import a_book_of_one_unpaid_loan, close
from tests.store.spark_server import free_port

MISSING = postgres_server.missing()
pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)

AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
# Folders and books may be called anything that a file system takes.
ODD = "Filiale 一's [x] \"*"
# What somebody writes who has DuckDB and the two extensions, and nothing of the console.
READER = """
import duckdb, duckdb_extensions
reader = duckdb.connect()
for name in ("ducklake", "postgres_scanner"):
    duckdb_extensions.import_extension(name, con=reader)
    reader.execute(f"load {name}")
server = "host=127.0.0.1 port=%d user=reader dbname=lake"
reader.execute(f"attach 'ducklake:postgres:{server}' as lake (read_only)")
months = "select count(*) from lake.branch.loan_month"
print(reader.execute(months).fetchone()[0])
print(reader.execute(f"{months} at (version => %d)").fetchone()[0])
print(reader.execute("select event_id from lake.branch.exported").fetchone()[0])
"""


@pytest.fixture(scope="module")
def address() -> Iterator[CatalogueAddress]:
    with postgres_server.running() as address:
        yield address


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A book of one loan that never pays, up to September."""
    store = a_book_of_one_unpaid_loan(tmp_path_factory.mktemp("book"), date(2026, 9, 30))
    yield store
    store.close()


@pytest.fixture(scope="module")
def whole(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book in a lake."""
    folder = tmp_path_factory.mktemp("lake")
    lake.export(store, folder, lambda *_: None, at=AT)
    return folder


@pytest.fixture(scope="module")
def branch(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small lake of a book that is called branch, with two of its month ends."""
    folder = tmp_path_factory.mktemp("branch")
    a_small_lake(whole, folder, book="branch", months=2)
    return folder


@pytest.fixture(scope="module")
def first(address: CatalogueAddress, branch: Path) -> Registered:
    """That lake, registered: the first that this catalogue has."""
    return register(address, branch, "branch")


def refused(address: CatalogueAddress, folder: Path, book: str) -> LendingError:
    """The refusal to register a book."""
    with pytest.raises(LendingError) as refusal:
        register(address, folder, book)
    return refusal.value


def rows(address: CatalogueAddress, statement: str) -> list[tuple[object, ...]]:
    """What a statement answers over a catalogue attached as `lake`."""
    with opened(address) as connection:
        return connection.execute(statement).fetchall()


def test_parts_are_registered_where_they_lie(
    first: Registered, address: CatalogueAddress, branch: Path
) -> None:
    files = "select data_file from ducklake_list_files('lake', 'loan_month', schema => 'branch')"

    months = [Path(str(path)) for (path,) in rows(address, files)]

    # The loan and two months; a table without rows has no file.
    assert first == Registered(snapshot_id=1, added=3, removed=0)
    assert months == lake.files_of(branch, lake.exported(branch, "branch"), "loan_month")
    assert not list((branch / "catalogue").rglob("*.parquet"))


@pytest.mark.usefixtures("first")
def test_a_lake_is_registered_while_its_book_is_elsewhere(
    address: CatalogueAddress, branch: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(
        ["catalogue", "--register", "--lake", str(branch), "--catalogue", f"{address}"],
    )

    assert code == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{address}: snapshot 1, 0 parts added, 0 taken out",
        f"{address}: as the manifests of {branch} say: branch",
    ]


def test_the_same_export_is_registered_once(
    first: Registered, address: CatalogueAddress, branch: Path
) -> None:
    assert register(address, branch, "branch") == Registered(first.snapshot_id, 0, 0)


def test_a_snapshot_says_of_which_state_of_the_book_it_is(
    first: Registered, address: CatalogueAddress, branch: Path
) -> None:
    told = rows(
        address,
        "select author, commit_message, commit_extra_info from ducklake_snapshots('lake') "
        f"where snapshot_id = {first.snapshot_id}",
    )

    author, message, info = map(str, told[0])
    assert (author, message) == ("lending console", "branch: 2026-09-30, event 102")
    assert json.loads(info)["lake"] == str(branch)


@pytest.mark.usefixtures("first")
def test_another_process_reads_a_book_as_it_is_and_as_it_was(
    address: CatalogueAddress, whole: Path, branch: Path
) -> None:
    a_small_lake(whole, branch, book="branch", months=3)

    done = register(address, branch, "branch")
    read = subprocess.run(
        [sys.executable, "-c", READER % (address.port, 1)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done == Registered(snapshot_id=2, added=1, removed=0)
    assert read.stdout.split() == ["3", "2", "103"]


@pytest.mark.usefixtures("first")
def test_a_report_over_a_catalogue_has_the_figures_of_the_store(
    address: CatalogueAddress, store: Store, whole: Path, tmp_path: Path
) -> None:
    a_small_lake(whole, tmp_path, book=ODD)
    register(address, tmp_path, ODD)
    everything = BookFilter().parameters()

    with opened(address) as connection:
        connection.execute('use lake."Filiale 一\'s [x] ""*"')
        found = connection.execute(query_text("bucket_by_month"), everything).pl()

    assert found.equals(store.read("bucket_by_month", **everything))
    assert found["principal_fen"].to_list() == [100_000] * 3


def test_a_sum_that_is_not_the_manifests_is_refused_and_what_stood_stands(
    address: CatalogueAddress, whole: Path, tmp_path: Path
) -> None:
    parts = a_small_lake(whole, tmp_path, book="wrong").all_paths()
    path = lake_files.manifest_path(tmp_path, "wrong")
    path.write_text(path.read_text("utf-8").replace('"100000"', '"100001"', 1), "utf-8")

    refusal = refused(address, tmp_path, "wrong")

    assert refusal.reason == "catalogue_differs"
    assert "principal_fen 100000; the manifest says 100001" in refusal.text("en")
    assert all((tmp_path / part).is_file() for part in parts)
    assert rows(address, "select 1 from duckdb_schemas() where schema_name = 'wrong'") == []


@pytest.mark.usefixtures("first")
def test_a_book_of_another_lake_is_not_overwritten(
    address: CatalogueAddress, whole: Path, tmp_path: Path
) -> None:
    a_small_lake(whole, tmp_path, book="branch")
    a_small_lake(whole, tmp_path, book="BRANCH")

    other, alike = refused(address, tmp_path, "branch"), refused(address, tmp_path, "BRANCH")

    assert (other.reason, alike.reason) == ("catalogue_other_lake", "catalogue_name")


def test_a_part_that_is_gone_from_the_disk_is_taken_out_all_the_same(
    address: CatalogueAddress, whole: Path, tmp_path: Path
) -> None:
    before = a_small_lake(whole, tmp_path, book="gaps")
    register(address, tmp_path, "gaps")
    (tmp_path / before.paths("loan_month")[-1]).unlink()
    a_small_lake(whole, tmp_path, book="gaps", months=2)

    done = register(address, tmp_path, "gaps")

    assert (done.added, done.removed) == (2, 3)
    assert catalogue_check.check(address, tmp_path, "gaps") == []


def test_rows_that_somebody_deleted_through_the_catalogue_are_back_after_the_next_export(
    address: CatalogueAddress, whole: Path, tmp_path: Path
) -> None:
    a_small_lake(whole, tmp_path, book="hurt")
    register(address, tmp_path, "hurt")
    with opened(address, is_writing=True) as connection:
        connection.execute("delete from lake.hurt.loan_month where true")

    hurt = [str(place) for place in catalogue_check.check(address, tmp_path, "hurt")]
    register(address, tmp_path, "hurt")

    assert hurt[0] == "hurt.loan_month: rows 0, where the manifest says 3"
    assert catalogue_check.check(address, tmp_path, "hurt") == []


def test_a_catalogue_that_is_behind_its_lake_says_so(
    address: CatalogueAddress, whole: Path, tmp_path: Path
) -> None:
    a_small_lake(whole, tmp_path, book="behind", months=1)
    register(address, tmp_path, "behind")
    a_small_lake(whole, tmp_path, book="behind", months=2)

    with pytest.raises(InvalidState, match="as of event 101"):
        catalogue_check.check(address, tmp_path, "behind")


def test_snapshots_that_are_given_up_free_their_parts_and_no_others(
    address: CatalogueAddress, whole: Path, tmp_path: Path
) -> None:
    old = a_small_lake(whole, tmp_path, book="old")
    register(address, tmp_path, "old")
    new = a_small_lake(whole, tmp_path, book="old", months=2)
    register(address, tmp_path, "old")
    kept = lake_files.catalogued(tmp_path, "old")

    catalogue_check.forget(address, tmp_path, datetime(2100, 1, 1, tzinfo=UTC))

    assert kept >= old.all_paths()
    assert kept - lake_files.catalogued(tmp_path, "old") >= {old.paths("loan_month")[2]}
    with opened(address) as connection:
        doomed = "call ducklake_cleanup_old_files('lake', cleanup_all => true, dry_run => true)"
        assert connection.execute(doomed).fetchall() == []
        assert catalogue_check.differences(connection, new) == []


def test_an_export_sweeps_no_part_that_a_catalogue_names(store: Store, whole: Path) -> None:
    before = lake.exported(whole, BOOK)
    lake_files.keep(whole, before)
    lake_files.manifest_path(whole, BOOK).unlink()
    close(store, date(2026, 10, 31))

    lake.export(store, whole, lambda *_: None, at=AT)

    assert all((whole / path).is_file() for path in before.all_paths())
    assert before.all_paths() - lake.exported(whole, BOOK).all_paths()


def test_a_lost_server_is_refused_in_a_sentence_and_the_lake_stays(branch: Path) -> None:
    lost = CatalogueAddress("127.0.0.1", free_port(), "lending", "lake", "geheim")
    before = lake.exported(branch, "branch")

    refusal = refused(lost, branch, "branch")

    assert refusal.reason == "catalogue_lost"
    assert "does not answer" in refusal.text("en")
    assert "没有响应" in refusal.text("zh")
    assert "geheim" not in refusal.text("en") + str(refusal.facts)
    assert lake.exported(branch, "branch") == before


def test_a_password_that_the_server_does_not_take_is_refused_and_not_repeated(
    address: CatalogueAddress,
) -> None:
    with pytest.raises(InvalidState) as refusal:
        reach(replace(address, password="geheim"))

    assert refusal.value.reason == "catalogue_password"
    assert "geheim" not in refusal.value.text("en") + str(refusal.value.facts)


@pytest.mark.usefixtures("first")
def test_who_may_only_read_registers_nothing(
    address: CatalogueAddress, whole: Path, tmp_path: Path
) -> None:
    a_small_lake(whole, tmp_path, book="theirs")

    refusal = refused(replace(address, user="reader"), tmp_path, "theirs")

    assert refusal.reason == "catalogue_denied"
