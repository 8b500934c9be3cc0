"""One application's page: why it was decided so, and the ways to its loan and its decision."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lending_core.errors import LendingError
from lending_core.operations.months import run_month
from lending_core.operations.origination import accept_offer, submit_application
from lending_core.operations.reviewing import Review, review_application
from lending_core.store.engine import Store, open_store
from pages.ui.text import sentence
from tests.builders import ANALYST, AT, GOOD_RECORD, MAKER, a_book, a_read_offer, a_submission
from tests.pages.conftest import OpenConsole

PAGE = "pages/origination/application.py"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book with a funded application, and one that was declined."""
    database = tmp_path / "book.duckdb"
    a_book(database, one_funded_one_declined).close()
    return database


def one_funded_one_declined(store: Store) -> None:
    submit_application(store, ANALYST, a_submission(), key="good", at=AT)
    accept_offer(store, ANALYST, a_read_offer(store, 1), key="accepted", at=AT)
    student = a_submission(id_number="999999200501010018", is_student=True)
    submit_application(store, ANALYST, student, key="student", at=AT)


def page_of(open_console: OpenConsole, book: Path, application_id: str, user_name: str) -> AppTest:
    return open_console(book, user_name=user_name, page=PAGE, application_id=application_id)


def lines(console: AppTest) -> list[str]:
    return [line.value for line in console.markdown]


def test_a_funded_application_leads_to_its_loan_and_its_events(
    open_console: OpenConsole, book: Path
) -> None:
    console = page_of(open_console, book, "1", "risk_maker")

    assert console.title[0].value == "Why was application 1 decided so?"
    steps = next(each.value for each in console.table if "Step" in each.value.columns)
    assert steps["Amount"].iloc[0] == "¥30,000.00"
    assert steps["Step"].iloc[-1] == "Offered, rounded down, for at most 20 months"
    assert any("Loan funded and paid out" in line for line in lines(console))
    assert "Loan 1" in [link.label for link in console.get("page_link")]
    assert "Issued 2024-05-06, valid until 2044-05-06." in [each.value for each in console.caption]


def test_a_declined_application_names_the_rule(open_console: OpenConsole, book: Path) -> None:
    console = page_of(open_console, book, "2", "risk_maker")

    assert any("Students at school or university get no loan" in line for line in lines(console))


def test_who_shares_a_device_is_drawn_named_and_one_click_away(
    open_console: OpenConsole, book: Path
) -> None:
    store = open_store(book)
    for key, number in (("one", "999999199001010032"), ("other", "999999199001010059")):
        person = a_submission(id_number=number, device="sim0000000000001")
        submit_application(store, ANALYST, person, key=key, at=AT)
    store.close()

    console = page_of(open_console, book, "4", "viewer")

    assert any("Others who applied with this device: **1**" in line for line in lines(console))
    labels = [link.label for link in console.get("page_link")]
    assert "王\\*明 · Approve · Device" in labels


def test_who_shares_nothing_is_said_to(open_console: OpenConsole, book: Path) -> None:
    console = page_of(open_console, book, "1", "viewer")

    assert sentence("fraud.nobody", "en") in lines(console)


def test_a_viewer_sees_the_name_masked(open_console: OpenConsole, book: Path) -> None:
    console = page_of(open_console, book, "1", "viewer")

    assert "**王\\*明**" in lines(console)


def test_an_unknown_number_is_refused(open_console: OpenConsole, book: Path) -> None:
    console = page_of(open_console, book, "99", "viewer")

    expected = LendingError("application_unknown", application_id=99).text("en")
    assert [error.value for error in console.error] == [expected]


def test_a_page_without_a_number_asks_for_one(open_console: OpenConsole, book: Path) -> None:
    console = open_console(book, user_name="viewer", page=PAGE)

    assert console.title[0].value == "Which application?"


def test_what_is_no_number_is_no_application(open_console: OpenConsole, book: Path) -> None:
    console = page_of(open_console, book, "1; drop table loan", "viewer")

    assert console.title[0].value == "Which application?"


def test_an_application_that_lapsed_says_so_in_words(open_console: OpenConsole, book: Path) -> None:
    store = open_store(book)
    unknown = {**GOOD_RECORD, "has_current_overdue": None}
    person = a_submission(observed=unknown, id_number="999999199001010032")
    lapsed = submit_application(store, ANALYST, person, key="lapsed", at=AT)
    run_month(store, ANALYST, at=AT)
    store.close()

    console = page_of(open_console, book, str(lapsed), "viewer")

    assert console.info[0].value == (
        "Simulated reviewer decided: Decline. Nobody decided by the end of its month, so it lapsed."
    )


def test_what_a_reviewer_typed_is_shown_as_typed(open_console: OpenConsole, book: Path) -> None:
    store = open_store(book)
    unknown = {**GOOD_RECORD, "has_current_overdue": None}
    person = a_submission(observed=unknown, id_number="999999199001010032")
    referred = submit_application(store, ANALYST, person, key="referred", at=AT)
    review_application(
        store, MAKER, Review(referred, "decline", "other", "![](//a.example/b)"), at=AT
    )
    store.close()

    console = page_of(open_console, book, str(referred), "risk_maker")

    assert console.info[0].value.endswith(r"“!\[\](//a.example/b)”")
