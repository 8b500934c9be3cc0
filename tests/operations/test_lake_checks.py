"""A lake is held against its manifest, and its manifest against the book's ledger."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lending_core.access.permissions import SYSTEM
from lending_core.errors import InvalidInput, InvalidState
from lending_core.operations.lake_checks import LakeCheck, check_lake, only_book
from lending_core.operations.lake_export import export_book
from lending_core.settings import Settings
from lending_core.store import lake_files
from lending_core.store.lake import exported, files_of
from lending_core.store.lake_check import Difference, differences_counted
from lending_core.store.lake_files import manifest_path
from tests.store.loans import a_book_of_july, lend

AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
NAME = "simulated"
HEAD = {
    "block_number": 1,
    "text": json.dumps({"root": "ab", "key": "cd", "size": 1}),
    "signature": "ef",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of two loans with a signed head, and its lake beside it."""
    folder = tmp_path_factory.mktemp("house")
    store = a_book_of_july(folder / "lending.duckdb")
    lend(store, 1, 2)
    with store.transaction() as transaction:
        transaction.append("ledger_head", pl.DataFrame([HEAD]))
    export_book(store, SYSTEM, folder / "lake", lambda *_: None, at=AT)
    store.close()
    return folder


@pytest.fixture
def lake(house: Path, tmp_path: Path) -> Path:
    """A copy of the lake, without the book."""
    return Path(shutil.copytree(house / "lake", tmp_path / "lake"))


def checked(lake: Path, database: Path = Path("none.duckdb")) -> LakeCheck:
    settings = Settings(database, None, "1GB", "en")
    return check_lake(settings, SYSTEM, lake, NAME, lambda *_: None)


def retell(lake: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Changes what the manifest says."""
    path = manifest_path(lake, NAME)
    says = json.loads(path.read_text("utf-8"))
    change(says)
    path.write_text(json.dumps(says), "utf-8")


def test_a_lake_as_it_was_written_is_what_its_manifest_says(house: Path) -> None:
    done = checked(house / "lake", house / "lending.duckdb")

    assert done.differences == ()
    assert done.ledger == "asked"
    assert done.manifest.ledger is not None
    assert (done.manifest.ledger.root, done.manifest.ledger.block_number) == ("ab", 1)
    assert only_book(house / "lake") == NAME


def test_a_book_on_another_machine_is_not_asked(lake: Path) -> None:
    assert checked(lake).ledger == "elsewhere"


def test_a_changed_row_is_named_by_its_part_and_column(lake: Path) -> None:
    part = files_of(lake, exported(lake, NAME), "loan")[0]
    rows = pl.read_parquet(part, hive_partitioning=False)
    rows.with_columns(principal_fen=pl.col("principal_fen") + pl.col("loan_id")).write_parquet(part)
    retell(lake, lambda says: _part(says, "loan").update(bytes=part.stat().st_size))

    found = checked(lake).differences

    place = part.relative_to(lake).as_posix()
    assert found == (Difference(place, "principal_fen", "200000", "200003"),)


def test_a_changed_word_is_told_by_the_fingerprint(lake: Path) -> None:
    part = files_of(lake, exported(lake, NAME), "loan")[0]
    rows = pl.read_parquet(part, hive_partitioning=False)
    rows.with_columns(band=pl.lit("A")).write_parquet(part)
    retell(lake, lambda says: _part(says, "loan").update(bytes=part.stat().st_size))

    assert [each.what for each in checked(lake).differences] == ["fingerprint"]


def test_a_part_that_is_missing_cut_short_or_no_parquet_is_named(lake: Path) -> None:
    now = exported(lake, NAME)
    gone, cut, other = (files_of(lake, now, table)[0] for table in ("loan", "funding", "customer"))
    gone.unlink()
    cut.write_bytes(cut.read_bytes()[:-1])
    other.write_bytes(b"x" * other.stat().st_size)

    found = {each.place.split("/")[0]: each.what for each in checked(lake).differences}

    assert found == {"loan": "file", "funding": "bytes", "customer": "content"}


def test_who_reads_a_table_with_a_lost_part_is_refused(lake: Path) -> None:
    now = exported(lake, NAME)
    files_of(lake, now, "loan")[0].unlink()

    with pytest.raises(InvalidState, match="lacks loan/book=simulated/part-"):
        files_of(lake, now, "loan")


def test_a_part_that_is_a_link_out_of_the_lake_is_not_read(lake: Path) -> None:
    part = files_of(lake, exported(lake, NAME), "loan")[0]
    part.rename(lake.parent / "elsewhere.parquet")
    part.symlink_to(lake.parent / "elsewhere.parquet")

    with pytest.raises(InvalidState, match="lacks loan/book=simulated/part-"):
        files_of(lake, exported(lake, NAME), "loan")
    assert [each.what for each in checked(lake).differences] == ["content"]


def test_who_reads_a_table_of_another_version_is_refused(lake: Path) -> None:
    retell(lake, lambda says: says["tables"]["loan"]["columns"].update(colour="VARCHAR"))

    with pytest.raises(InvalidState, match="other columns of “loan”"):
        files_of(lake, exported(lake, NAME), "loan")


def test_a_head_that_the_ledger_does_not_know_is_named(house: Path, lake: Path) -> None:
    other = HEAD | {"block_number": 2, "root": "ab", "key": "cd"}
    retell(lake, lambda says: says.update(ledger=other))

    found = checked(lake, house / "lending.duckdb").differences

    assert found == (Difference("ledger_head", "block 2", "ab", None),)


def test_a_head_with_another_root_is_named(house: Path, lake: Path) -> None:
    text = json.dumps({"root": "00", "key": "cd", "size": 1})
    other = HEAD | {"text": text, "root": "00", "key": "cd"}
    retell(lake, lambda says: says.update(ledger=other))

    found = checked(lake, house / "lending.duckdb").differences

    assert found == (Difference("ledger_head", "text of block 1", text, str(HEAD["text"])),)


def test_what_another_engine_counts_is_held_against_each_part(lake: Path) -> None:
    now = exported(lake, NAME)
    nothing = pl.DataFrame({"lake_file": [], "row_count": []})

    found = differences_counted(now, lambda *_: nothing, lambda *_: None)

    told = {(each.place.split("/")[0], each.what): each.expected for each in found}
    assert told["loan", "rows"] == "2"
    assert told["loan", "principal_fen"] == "200000"
    assert ("agency_placement", "rows") not in told


def test_a_lake_of_several_books_asks_which(lake: Path) -> None:
    other = json.loads(manifest_path(lake, NAME).read_text("utf-8")) | {"book": "b", "tables": {}}
    manifest_path(lake, "b").write_text(json.dumps(other), "utf-8")

    with pytest.raises(InvalidInput, match="several books"):
        only_book(lake)
    assert lake_files.books_in(lake) == ("b", NAME)


def test_a_folder_without_a_book_is_said_to_hold_none(tmp_path: Path) -> None:
    with pytest.raises(InvalidState, match="holds no book"):
        only_book(tmp_path)


def _part(says: dict[str, Any], table: str) -> dict[str, Any]:
    part: dict[str, Any] = says["tables"][table]["parts"][0]
    return part
