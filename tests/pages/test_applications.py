"""The list of applications: its filters, its funnel, and the queue that waits for a person."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lending_core.errors import LendingError
from lending_core.operations.origination import submit_application
from lending_core.store.engine import Store, open_store
from pages.ui.text import sentence
from tests.builders import ANALYST, AT, GOOD_RECORD, a_book, a_submission
from tests.pages.conftest import OpenConsole
from tests.pages.visits import values

PAGE = "pages/origination/applications.py"
APPLICATION = "pages/origination/application.py"
# A person's amount that the opening policy refers to a person.
LARGE_FEN = 12_000_000


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book with one approved application and one that waits."""
    database = tmp_path / "book.duckdb"
    a_book(database, one_approved_one_waits).close()
    return database


def one_approved_one_waits(store: Store) -> None:
    submit_application(store, ANALYST, a_submission(), key="small", at=AT)
    large = a_submission(id_number="999999199001010032", amount_asked_fen=LARGE_FEN)
    submit_application(store, ANALYST, large, key="large", at=AT)


def decide(console: AppTest, choice: str, words: str) -> AppTest:
    """The decision of application 2, as set in its form."""
    console.selectbox(key="applications_reason_2_en").set_value(choice)
    console.text_area(key="applications_words_2").set_value(words)
    return console.button(key="applications_submit_2").click().run()


def test_the_figures_count_every_application(open_console: OpenConsole, book: Path) -> None:
    console = open_console(book, user_name="viewer", page=PAGE)

    assert values(console) == {
        "Applied": "2",
        "Approved": "50.0%",
        "Accepted": "0.0%",
        "Funded": "0",
        "Waiting": "1",
    }


def test_the_queue_says_why_a_person_is_needed(open_console: OpenConsole, book: Path) -> None:
    console = open_console(book, user_name="risk_maker", page=PAGE)

    lines = [line.value for line in console.markdown]
    assert any("The amount is large enough" in line for line in lines)


def test_an_approval_empties_the_queue_and_says_so(open_console: OpenConsole, book: Path) -> None:
    console = open_console(book, user_name="risk_maker", page=PAGE)

    decide(console, "approve.income_proven", "Steady income, no debts")

    assert "Application 2 is approved" in console.success[0].value
    assert values(console)["Waiting"] == "0"
    assert values(console)["Approved"] == "100.0%"


def test_a_decline_ends_the_application(open_console: OpenConsole, book: Path) -> None:
    console = open_console(book, user_name="risk_approver", page=PAGE)

    decide(console, "decline.purpose_not_plausible", "A hall for 12,000 guests")

    assert "Application 2 is declined" in console.success[0].value
    assert values(console)["Approved"] == "50.0%"


def test_a_decision_without_words_is_refused(open_console: OpenConsole, book: Path) -> None:
    console = open_console(book, user_name="risk_maker", page=PAGE)

    decide(console, "approve.income_proven", " ")

    assert console.error[0].value == LendingError("review_grounds_missing").text("en")
    assert values(console)["Waiting"] == "1"


def test_a_borrowers_request_is_decided_by_two_with_a_limit_of_their_own(
    open_console: OpenConsole, book: Path
) -> None:
    store = open_store(book)
    poor = a_submission(id_number="999999198506150028", observed={**GOOD_RECORD, "inquiries_3m": 9})
    submit_application(store, ANALYST, poor, key="poor", at=AT)
    store.close()
    desk = open_console(book, user_name="risk_maker", page=APPLICATION, application_id="3")
    desk.button(key="application_ask_person").click().run()
    desk.number_input(key="applications_limit_3").set_value(12_000.0)
    desk.selectbox(key="applications_reason_3_en").set_value("approve.source_corrected")
    desk.text_area(key="applications_words_3").set_value("Six of nine inquiries were errors")
    desk.button(key="applications_submit_3").click().run()

    assert "waits for a second person" in desk.success[0].value
    assert "answer is due by 2026-11-16" in desk.info[0].value
    assert "A limit of **¥12,000.00** was chosen" in desk.info[1].value
    assert sentence("applications.second_is_another", "en") in [c.value for c in desk.caption]


def test_who_may_not_decide_is_told_who_does(open_console: OpenConsole, book: Path) -> None:
    console = open_console(book, user_name="analyst", page=PAGE)

    assert "A risk maker or risk approver decides." in [line.value for line in console.caption]
    assert [box.key for box in console.text_area] == []


def test_a_link_narrows_the_list(open_console: OpenConsole, book: Path) -> None:
    console = open_console(book, user_name="viewer", page=PAGE, outcome="review")

    assert "**Applications: 1**" in [line.value for line in console.markdown]


def test_a_book_without_applications_says_what_to_do(
    open_console: OpenConsole, tmp_path: Path
) -> None:
    database = tmp_path / "new.duckdb"
    a_book(database).close()

    console = open_console(database, user_name="viewer", page=PAGE)

    assert "let people apply on the simulation page" in console.info[0].value
