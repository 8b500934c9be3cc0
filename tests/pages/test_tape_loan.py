"""The page of a tape's loan: what the tape tells, and what it does not."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import links
from pages.ui.text import sentence
from tests.pages import tapes
from tests.pages.conftest import OpenConsole
from tests.pages.visits import values

OPEN = "FormSubmitter:tape_loan_ask-Open the loan"


@pytest.fixture(scope="module")
def tapes_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an imported book of each shape, named after it."""
    folder = tmp_path_factory.mktemp("tapes") / "books"
    folder.mkdir()
    for shape in ("outcomes", "months", "payments"):
        tapes.write_tape(folder / f"{shape}.duckdb", shape)
    return folder


@pytest.fixture
def house(empty_book: Path, tapes_once: Path) -> Path:
    """The house's simulated book with the three beside it; only looked at."""
    (empty_book.parent / "books").symlink_to(tapes_once)
    return empty_book


def tables(console: AppTest) -> str:
    """Every fact that stands in a table, as text."""
    return " ".join(str(table.value.to_dict()) for table in console.table)


def test_a_loan_told_by_months_shows_where_it_stood_in_dollars(
    open_console: OpenConsole, house: Path
) -> None:
    console = open_console(
        house,
        user_name="lin",
        by_account=True,
        page=links.TAPE_LOAN_PAGE,
        book="months",
        loan_id="1",
    )

    assert not [bug.value for bug in console.exception]
    assert console.title[0].value == "Loan A-1"
    assert list(values(console).values()) == ["M3", "61", "$980.00", "$1,000.00", "—", "61"]
    assert len(console.dataframe[0].value) == 3
    assert "'long'" in tables(console)
    assert "Risk maker" in console.caption[-1].value


def test_of_a_loan_told_by_its_outcome_the_months_are_not_known(
    open_console: OpenConsole, house: Path
) -> None:
    console = open_console(
        house,
        user_name="lin",
        by_account=True,
        page=links.TAPE_LOAN_PAGE,
        book="outcomes",
        loan_id="1",
    )

    shown = values(console)
    assert not [bug.value for bug in console.exception]
    assert list(shown.values()) == ["Written off", "—", "—", "$1,000.00", "$123.45", "—"]
    assert "2011-11" in " ".join(each.value for each in console.markdown)
    assert not console.dataframe


def test_payments_are_listed_where_the_tape_tells_them(
    open_console: OpenConsole, house: Path
) -> None:
    console = open_console(
        house,
        user_name="lin",
        by_account=True,
        page=links.TAPE_LOAN_PAGE,
        book="payments",
        loan_id="1",
    )

    assert str(console.dataframe[1].value["amount_fen"][0]) == "89.90"


def test_a_loan_of_which_little_is_told_has_dashes(open_console: OpenConsole, house: Path) -> None:
    console = open_console(
        house,
        user_name="lin",
        by_account=True,
        page=links.TAPE_LOAN_PAGE,
        book="months",
        loan_id="2",
    )

    assert not [bug.value for bug in console.exception]
    assert set(values(console).values()) == {"—"}
    assert "2011-10-15" in tables(console)


def test_a_loan_is_looked_up_by_the_reference_of_the_tape(
    open_console: OpenConsole, house: Path
) -> None:
    console = open_console(
        house, user_name="lin", by_account=True, page=links.TAPE_LOAN_PAGE, book="months"
    )

    console.text_input[0].set_value("nobody")
    console.button(key=OPEN).click().run()
    refused = [error.value for error in console.error]
    console.text_input[0].set_value(" A-1 ")
    console.button(key=OPEN).click().run()

    assert "nobody" in refused[0]
    assert console.title[0].value == "Loan A-1"


def test_a_link_to_a_loan_leads_to_the_page_of_its_kind_of_book(
    open_console: OpenConsole, house: Path
) -> None:
    over_tape = open_console(
        house, user_name="lin", by_account=True, page=links.LOAN_PAGE, book="months", loan_id="1"
    )
    over_lent = open_console(
        house, user_name="lin", by_account=True, page=links.TAPE_LOAN_PAGE, loan_id="1"
    )

    assert over_tape.title[0].value == "Loan A-1"
    assert over_lent.title[0].value == sentence("books.page_of_other_lent", "en")
