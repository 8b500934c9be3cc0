"""Bringing in a loan tape on screen, from the file to the book, and taking the book away again."""

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lending_core.operations import tape_uploads
from pages.ui.text import sentence
from tests.pages.conftest import OpenConsole
from tests.pages.visits import values

PAGE = "pages/data/loan_tapes.py"
READ = "FormSubmitter:tape_upload-Read the file"
COMMA = """loan id,issue date,status,loan amount,int rate,last payment date
A-1,2010-01-15,Fully Paid,1000,12%,2011-01-15
A-2,2010-02-15,Charged Off,2000,14%,2010-06-15
A-3,2010-02-15,Charged Off,-5,14%,2010-06-15
"""


@pytest.fixture(autouse=True)
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files sent in are kept in a folder of the test."""
    folder = tmp_path / "uploads"
    monkeypatch.setattr(tape_uploads, "uploads_folder", lambda: folder)
    return folder


@pytest.fixture
def lent_book(simulated_book: Path, tmp_path: Path) -> Path:
    """Loans of a year, to take an example from."""
    return Path(shutil.copy(simulated_book, tmp_path / "lent.duckdb"))


def said(console: AppTest) -> str:
    """Everything that a page says in its boxes."""
    boxes = (*console.success, *console.warning, *console.error, *console.info)
    return " | ".join(box.value for box in boxes)


def test_a_tape_goes_from_file_to_book_and_away_again(
    open_console: OpenConsole, lent_book: Path, uploads: Path
) -> None:
    console = open_console(lent_book, user_name="analyst", by_account=True, page=PAGE)
    console.button(key="tape_example").click().run()
    console.button(key="tape_check").click().run()
    checked = values(console)
    console.button(key="tape_import").click().run()

    assert not [bug.value for bug in console.exception]
    assert checked["Rejected"] == "6"
    assert f"= {checked['To load']} loaded + 6 rejected" in said(console)
    assert console.selectbox(key="bar_choose_book_en").value == "example_tape"
    assert not list(uploads.glob("*"))

    console.button(key="tape_remove_0").click().run()
    console.button(key="tape_remove_confirm").click().run()

    assert sentence("loan_tapes.none_yet", "en") in said(console)
    assert not list((lent_book.parent / "books").glob("*"))


def test_what_is_wrong_with_a_mapping_is_said_before_anything_is_read(
    open_console: OpenConsole, lent_book: Path
) -> None:
    console = open_console(lent_book, user_name="analyst", by_account=True, page=PAGE)
    console.button(key="tape_example").click().run()
    console.text_input(key="tape_exclude_1_en").set_value("select 1").run()

    assert "select 1" in said(console) or "tape.exclude" in said(console)
    assert "tape_check" not in [button.key for button in console.button]


def test_a_tape_of_outcomes_is_read_from_a_file_of_ones_own(
    open_console: OpenConsole, empty_book: Path
) -> None:
    console = open_console(empty_book, user_name="wei", by_account=True, page=PAGE)
    console.file_uploader(key="tape_file").upload("old loans.csv", COMMA.encode(), "text/csv")
    console.button(key=READ).click().run()
    console.button(key="tape_check").click().run()
    suggested = console.text_input(key="tape_book_name_1").value
    console.button(key="tape_import").click().run()

    assert not [bug.value for bug in console.exception]
    assert suggested == "old_loans"
    assert "3 rows in = 2 loaded + 1 rejected; 2 loans" in said(console)
    assert "CNY, as of 2011-01-15" in [each.value for each in console.markdown]


def test_a_file_that_is_no_tape_is_refused_and_another_may_follow(
    open_console: OpenConsole, empty_book: Path
) -> None:
    console = open_console(empty_book, user_name="wei", by_account=True, page=PAGE)
    console.file_uploader(key="tape_file").upload(
        "photo.csv", b"\x89PNG\r\n\x1a\n\x00\x01", "text/csv"
    )
    console.button(key=READ).click().run()
    refused = said(console)
    console.button(key="tape_start_over").click().run()

    assert "photo.csv" in refused
    assert not [bug.value for bug in console.exception]
    assert [uploader.key for uploader in console.file_uploader][:1] == ["tape_file"]


def test_who_may_only_look_sees_the_books_and_no_way_to_import(
    open_console: OpenConsole, empty_book: Path
) -> None:
    console = open_console(empty_book, user_name="lin", by_account=True, page=PAGE)

    assert sentence("loan_tapes.who_imports", "en") in [each.value for each in console.caption]
    assert not console.file_uploader
