"""The letter to a borrower who asks why: reasons in words, what may help, a person to ask for."""

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lending_core.operations.origination import submit_application
from lending_core.operations.outlooks import outlook
from pages.ui import session
from tests.builders import ANALYST, AT, GOOD_RECORD, PERSON_CONSENTS, a_book, a_submission
from tests.pages.conftest import OpenConsole

PAGE = "pages/origination/explanation.py"
APPLICATION = "pages/origination/application.py"


@pytest.fixture(scope="module")
def declined_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Declined for inquiries (1), and for want of the bureau (2)."""
    database = tmp_path_factory.mktemp("explained") / "book.duckdb"
    store = a_book(database)
    busy = a_submission(observed={**GOOD_RECORD, "inquiries_3m": 9})
    submit_application(store, ANALYST, busy, key="busy", at=AT)
    shy = a_submission(id_number="999999199001010032", consents=PERSON_CONSENTS - {"bureau"})
    submit_application(store, ANALYST, shy, key="shy", at=AT)
    store.close()
    return database


@pytest.fixture
def book(declined_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(declined_once, tmp_path / "book.duckdb"))


def lines(console: AppTest) -> list[str]:
    return [each.value for each in console.markdown]


def test_a_declined_borrower_reads_why_and_what_may_help(
    open_console: OpenConsole, book: Path
) -> None:
    console = open_console(book, user_name="viewer", page=PAGE, application_id="1")

    said = "\n".join(lines(console))
    assert [bug.value for bug in console.exception] == []
    assert "- Too many lenders asked the credit bureau about you within three months." in said
    assert "at most 7 inquiries in three months; the credit bureau shows 9." in said
    assert "You may ask that a person looks at this decision again." in said
    assert "many\\_inquiries" not in said
    assert "王\\*明" in str(console.table[0].value)
    assert "neither this person nor this application exists" in console.caption[-1].value
    assert [each.key for each in console.button if each.key == "application_ask_person"] == []


def test_the_letter_speaks_the_borrowers_language_and_a_person_can_be_asked_for(
    open_console: OpenConsole, book: Path
) -> None:
    console = open_console(book, user_name="analyst", page=PAGE, application_id="2")

    console.segmented_control(key="explanation_language").set_value("zh").run()
    console.button(key="application_ask_person").click().run()

    said = "\n".join(lines(console))
    assert "- 您未授权我们查询：征信机构。其中可能对您有利的信息，我们无从得知。" in said
    assert "因您未授权而未读取：征信机构。" in said
    assert "授权我们查询：征信机构。" in said
    assert "您已于 2026-11-01 要求人工重新审核，我们将在 2026-11-16 前答复。" in said
    assert "**Allow: Credit bureau**" in said
    assert "A person will look at the decision again" in console.success[0].value


def test_the_house_sees_the_answer_of_each_way(open_console: OpenConsole, book: Path) -> None:
    console = open_console(book, user_name="viewer", page=PAGE, application_id="1")

    (way,) = outlook(session.store(), ANALYST, 1).ways
    assert any(f"Approve at {way.answer['score']} points" in line for line in lines(console))


def test_an_application_shows_points_lost_and_leads_to_its_letter(
    open_console: OpenConsole, book: Path
) -> None:
    console = open_console(book, user_name="viewer", page=APPLICATION, application_id="1")

    (lost,) = [each.value for each in console.table if "Below the best" in each.value]
    assert set(lost["Below the average approved"]) == {"—"}
    assert "Explain to the borrower" in [link.label for link in console.get("page_link")]


def test_a_page_without_a_number_asks_for_one(open_console: OpenConsole, book: Path) -> None:
    console = open_console(book, user_name="viewer", page=PAGE)

    assert console.title[0].value == "Which application?"
