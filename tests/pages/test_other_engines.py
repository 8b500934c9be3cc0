"""Handing the book to other engines, from its screen."""

from pathlib import Path

import pytest

from pages.ui import hand_over
from tests.pages.conftest import OpenConsole
from tests.pages.visits import values

PAGE = "pages/data/other_engines.py"


def test_the_book_is_exported_once_somebody_has_confirmed_it(
    open_console: OpenConsole, empty_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LENDING_LAKE", str(tmp_path / "lake"))
    console = open_console(empty_book, user_name="shen", page=PAGE)
    before = console.info[0].value

    console.button(key="hand_over_ask").click().run()
    console.button(key="hand_over_confirm").click().run()

    assert before.startswith("The lake holds nothing of this book yet.")
    assert console.success[0].value.startswith("The book is exported: ")
    assert values(console)["Data as of"] == "2026-11-30"
    assert values(console)["Events behind"] == "0"
    assert list((tmp_path / "lake" / "manifest").glob("book=*.json"))


def test_a_lake_that_cannot_be_written_or_read_is_said_and_the_page_stands(
    open_console: OpenConsole, empty_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = tmp_path / "lake" / "manifest"
    manifest.mkdir(parents=True)
    (manifest / "book=x.json").write_text("{")
    # Where a folder is expected, there is a file.
    (tmp_path / "lake" / "loan").touch()
    monkeypatch.setenv("LENDING_LAKE", str(tmp_path / "lake"))
    console = open_console(empty_book, user_name="shen", page=PAGE)
    unread = console.warning[0].value

    console.button(key="hand_over_ask").click().run()
    console.button(key="hand_over_confirm").click().run()

    assert "cannot be used" in unread
    assert "cannot be written" in console.error[0].value
    assert not console.info
    assert not [bug.value for bug in console.exception]


@pytest.mark.parametrize(
    ("count", "text"),
    [(999, "999 B"), (12_345, "12.3 kB"), (12_300_000, "12.3 MB"), (4_560_000_000, "4.6 GB")],
)
def test_a_size_is_told_in_the_unit_that_fits(count: int, text: str) -> None:
    assert hand_over.size(count) == text
