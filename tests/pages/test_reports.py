"""The reports screen: the files of a month, and making them when there are none."""

import shutil
from pathlib import Path

from tests.pages.conftest import OpenConsole

PAGE = "pages/book/reports.py"


def test_a_month_that_is_over_has_four_files_and_can_be_made_again(
    open_console: OpenConsole, simulated_book: Path, tmp_path: Path
) -> None:
    database = Path(shutil.copy(simulated_book, tmp_path / "book.duckdb"))
    console = open_console(database, user_name="analyst", page=PAGE)

    console.button(key="make_pack").click().run()

    assert [bug.value for bug in console.exception] == []
    assert [notice.value for notice in console.success] == ["The risk pack of 2026-10 was made."]
    # Four files, and the list of them as two.
    assert len(console.get("download_button")) == 4 + 2
    assert console.dataframe[0].value["pack_kind"].to_list()[:2] == ["PDF", "Excel"]


def test_a_book_without_loans_says_what_to_do(open_console: OpenConsole, empty_book: Path) -> None:
    console = open_console(empty_book, user_name="wei", page=PAGE)

    console.button(key="make_pack").click().run()

    assert "Nothing was lent by" in console.error[0].value
