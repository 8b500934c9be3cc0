"""The key of personal data is changed: data opens as before, and by the new key only."""

import shutil
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from lending_core.access.permissions import Actor, Role
from lending_core.errors import InvalidState, NotAllowed
from lending_core.operations.console import open_console
from lending_core.operations.key_change import change_privacy_key, key_changes
from lending_core.operations.unmasking import Wish, unmask
from lending_core.settings import Settings
from lending_core.store.engine import Store, open_store
from tests.builders import AT, ID_NUMBER, MAKER, a_book
from tests.operations.journeys import rows, submit
from tests.operations.late import late

ADMINISTRATOR = Actor("gao", Role.ADMINISTRATOR)
WISH = Wish(1, "complaint")


class Killed(BaseException):
    """Ends the work from outside, wherever it is."""


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A book with one borrower, whose keys lie in a folder of the test."""
    path = tmp_path / "book.duckdb"
    a_book(path, late).close()
    # The book was copied, and names the key that it was made with.
    shutil.copytree(open_store(path).key_folder or "", tmp_path / "keys")
    monkeypatch.setenv("LENDING_PRIVACY_KEYS", str(tmp_path / "keys"))
    return path


def key_files(database: Path) -> set[str]:
    return {path.name for path in (database.parent / "keys").glob("*.key")}


def kept(store: Store, table: str) -> pl.DataFrame:
    """The rows of a table as they lie in the file."""
    return store.read_sql(f"select * from {table} order by all")


def opens(store: Store) -> bool:
    return unmask(store, MAKER, WISH, at=AT).id_number == ID_NUMBER


def test_people_are_read_by_another_key_and_nothing_of_theirs_is_written_anew(
    database: Path,
) -> None:
    store = open_store(database)
    before, tokens = kept(store, "customer_key"), kept(store, "customer")
    files = key_files(database)

    people = change_privacy_key(store, ADMINISTRATOR, at=AT)

    assert people == before.height == 2
    assert kept(store, "customer").equals(tokens)
    assert not set(kept(store, "customer_key")["wrapped_key"]) & set(before["wrapped_key"])
    assert opens(store)
    [key_id] = rows(store, "privacy_key")["key_id"]
    assert f"{key_id}.key" in key_files(database) - files
    told = key_changes(store, ADMINISTRATOR).row(0, named=True)
    assert (told["people"], told["changed_by"]) == (2, "gao")
    assert "privacy_key_changed" in rows(store, "event")["action"].to_list()


def test_the_key_of_before_is_out_of_the_way_and_new_people_get_keys_of_their_own(
    database: Path,
) -> None:
    store = open_store(database)
    [old_id] = rows(store, "privacy_key")["key_id"]

    change_privacy_key(store, ADMINISTRATOR, at=AT)
    submit(store, "new", name="李晓华", id_number="999999199001010032")

    assert f"{old_id}.key" not in key_files(database)
    assert (database.parent / "keys" / "retired" / f"{old_id}.key").exists()
    assert store.opened(rows(store, "customer"))["name"].to_list() == ["王小明", "李晓华"]


def test_a_change_that_is_broken_off_leaves_the_key_of_before_in_force(database: Path) -> None:
    store = open_store(database)
    before = kept(store, "customer_key")

    def killed(*_: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        change_privacy_key(store, ADMINISTRATOR, at=AT, progress=killed)

    assert kept(store, "customer_key").equals(before)
    assert rows(store, "privacy_key_change").is_empty()
    assert opens(store)


def test_a_file_that_a_crash_left_in_its_place_is_put_aside_at_the_next_start(
    database: Path,
) -> None:
    store = open_store(database)
    [old_id] = rows(store, "privacy_key")["key_id"]
    change_privacy_key(store, ADMINISTRATOR, at=AT)
    store.close()
    folder = database.parent / "keys"
    (folder / "retired" / f"{old_id}.key").rename(folder / f"{old_id}.key")

    again = open_console(Settings(database, None, "4GB", "en"))

    assert f"{old_id}.key" not in key_files(database)
    assert opens(again)


def test_a_demonstration_role_changes_no_key(database: Path) -> None:
    demonstration = replace(ADMINISTRATOR, is_demonstration=True)

    with pytest.raises(NotAllowed):
        change_privacy_key(open_store(database), demonstration, at=AT)


def test_a_book_without_a_person_has_no_key_to_change(tmp_path: Path) -> None:
    with pytest.raises(InvalidState) as refusal:
        change_privacy_key(a_book(tmp_path / "empty.duckdb"), ADMINISTRATOR, at=AT)

    assert refusal.value.reason == "privacy_key_none"
