"""Several books side by side: which one is shown, who may look, and what is said of it."""

import shutil
from pathlib import Path

import pytest

from pages.ui import links
from pages.ui.text import sentence
from tests.pages import tapes
from tests.pages.conftest import OpenConsole
from tests.pages.visits import values

OPERATIONS = "pages/book/operations.py"
CHOICE = "bar_choose_book_en"
# What a badge says stands between its colour and its closing bracket.
TAPE_BAR = ["USD, as of 2011-12-31", ":blue-badge[Imported tape]"]


@pytest.fixture(scope="module")
def tape_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book in dollars, brought in month by month."""
    return tapes.write_tape(tmp_path_factory.mktemp("tape") / "tape.duckdb", "months")


@pytest.fixture
def two_books(empty_book: Path, tape_once: Path) -> Path:
    """The house's simulated book, with an imported one named `Old tape` beside it."""
    folder = empty_book.parent / "books"
    folder.mkdir()
    shutil.copy(tape_once, folder / "Old tape.duckdb")
    return empty_book


def test_a_book_is_chosen_in_the_bar_and_stays_from_page_to_page(
    open_console: OpenConsole, two_books: Path
) -> None:
    console = open_console(two_books, user_name="lin", by_account=True)

    console.selectbox(key=CHOICE).set_value("Old tape").run()
    leading = console.title[0].value
    console.query_params.clear()
    console.switch_page(links.OVERDUE_PAGE).run()

    assert leading == sentence("overdue_loans.title", "en")
    assert [shown.value for shown in console.markdown[:2]] == TAPE_BAR
    assert console.query_params["book"] in ("Old tape", ["Old tape"])
    assert not [bug.value for bug in console.exception]


def test_a_link_shows_the_book_that_it_names(open_console: OpenConsole, two_books: Path) -> None:
    console = open_console(
        two_books, user_name="lin", by_account=True, page=links.OVERDUE_PAGE, book="Old tape"
    )

    assert [shown.value for shown in console.markdown[:2]] == TAPE_BAR
    assert console.selectbox(key=CHOICE).value == "Old tape"
    # The tape tells balances, but not what is overdue: a dash, and why.
    assert values(console)["Overdue money"] == "—"
    assert sentence("overdue_loans.unknown_overdue", "en") in [
        caption.value for caption in console.caption
    ]


def test_a_book_that_is_gone_leaves_the_lent_one_and_a_sentence(
    open_console: OpenConsole, two_books: Path
) -> None:
    console = open_console(
        two_books, user_name="lin", by_account=True, page=links.OVERDUE_PAGE, book="No such"
    )

    assert "No such" in console.warning[0].value
    assert console.markdown[0].value == "Open day 2026-12-01"
    assert "book" not in console.query_params


def test_a_page_about_the_house_says_so_over_a_tape_and_leads_back(
    open_console: OpenConsole, two_books: Path
) -> None:
    console = open_console(
        two_books, user_name="lin", by_account=True, page=OPERATIONS, book="Old tape"
    )
    over_tape = console.title[0].value

    console.button(key="back_to_lent").click().run()

    assert over_tape == sentence("books.page_of_other_imported", "en")
    assert console.title[0].value == sentence("operations.title", "en")


def test_what_one_book_answered_is_never_said_of_another(
    open_console: OpenConsole, two_books: Path
) -> None:
    console = open_console(two_books, user_name="lin", by_account=True, page=links.OVERDUE_PAGE)
    lent = console.markdown[0].value
    console.query_params["book"] = "Old tape"

    console.run()

    assert [lent, console.markdown[0].value] == ["Open day 2026-12-01", TAPE_BAR[0]]


def test_before_the_sign_in_nothing_is_said_of_imported_books(
    open_console: OpenConsole, two_books: Path
) -> None:
    console = open_console(two_books)
    console.query_params["book"] = "Old tape"

    console.run()

    assert console.markdown[0].value == "**Demonstration book**"
    assert not console.selectbox
