"""Accounts on screen: opened with a password that is shown once, locked, closed."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lending_core.access.clients import Scope
from lending_core.access.permissions import Actor, Role
from lending_core.errors import InvalidState, NotAllowed
from lending_core.operations import accounts
from lending_core.operations.accounts import AccountOrder
from lending_core.operations.api_clients import recognised
from pages.ui import session
from pages.ui.text import sentence
from tests.pages.conftest import OpenConsole
from tests.pages.visits import opened, values

PAGE = "pages/governance/people.py"


def test_an_account_is_opened_with_a_password_that_works_once_and_is_shown_once(
    open_console: OpenConsole, empty_book: Path
) -> None:
    console = open_console(empty_book, user_name="gao", page=PAGE, by_account=True)

    console.button(key="people_new").click().run()
    console.text_input(key="people_user_name").set_value("Mei Li").run()
    console.button(key="people_open").click().run()
    refused = [error.value for error in console.error]
    console.text_input(key="people_user_name").set_value("mei.li").run()
    console.button(key="people_open").click().run()
    password = console.code[0].value
    console.button(key="people_noted").click().run()
    shown_after = len(console.code)
    counts = values(console)
    console.button(key="sign_out").click().run()
    enter(console, "mei.li", password)

    assert "small letters" in refused[0]
    assert shown_after == 0
    assert counts[sentence("people.count_open", "en")] == "2"
    assert console.title[0].value == sentence("sign_in.own_password_title", "en")
    assert not [bug.value for bug in console.exception]


def test_a_house_without_people_has_no_key_to_change_and_is_told_so(
    open_console: OpenConsole, empty_book: Path
) -> None:
    console = open_console(empty_book, user_name="gao", page=PAGE, by_account=True)

    console.button(key="people_key_confirm").click().run()

    assert [each.value for each in console.error] == [InvalidState("privacy_key_none").text("en")]
    assert sentence("people.key_never", "en") in [each.value for each in console.markdown]


def test_a_click_of_somebody_whose_account_was_closed_meanwhile_changes_nothing(
    open_console: OpenConsole, empty_book: Path
) -> None:
    console = open_console(empty_book, user_name="gao", page=PAGE, by_account=True)
    console.button(key="people_new").click().run()
    console.text_input(key="people_user_name").set_value("mei.li").run()
    store = session.home_store()
    other, at = Actor("wei", Role.ADMINISTRATOR), session.now()
    accounts.open_account(store, other, AccountOrder("wei", other.role), at=at)
    accounts.close_account(store, other, "gao", at=at)

    console.button(key="people_open").click().run()

    assert store.read("account", user_name="mei.li").is_empty()
    assert console.title[0].value == sentence("sign_in.title", "en")
    assert not [bug.value for bug in console.exception]


def test_an_administrator_sees_what_happened_and_nothing_else_of_the_book(
    open_console: OpenConsole, empty_book: Path
) -> None:
    console = open_console(
        empty_book, user_name="gao", page="pages/governance/events.py", by_account=True
    )
    events = len(console.dataframe)
    refused = [error.value for error in console.error]
    opened(console, "pages/governance/ledger.py")
    refused_ledger = [error.value for error in console.error]
    opened(console, "pages/book/loan.py", loan_id="1")

    assert (events, refused, refused_ledger) == (1, [], [])
    assert "see the book" in console.error[0].value


def test_who_may_not_see_today_begins_with_their_own_first_screen(
    open_console: OpenConsole, empty_book: Path
) -> None:
    console = open_console(empty_book, user_name="gao", page="pages/overview/today.py")

    assert console.title[0].value == sentence("events.title", "en")
    assert not console.error


def test_a_demonstration_role_looks_and_changes_nothing(
    open_console: OpenConsole, empty_book: Path
) -> None:
    console = open_console(empty_book, user_name="gao", page=PAGE)

    assert console.info[0].value == sentence("people.demonstration", "en")
    assert console.button(key="people_new").disabled


def test_without_a_role_to_show_the_first_password_is_on_the_terminal(
    open_console: OpenConsole, real_book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    console = open_console(real_book)

    said = capsys.readouterr().out
    password = said.split("with the password ")[1].split(" ")[0]
    enter(console, "administrator", "wrong")
    wrong = console.error[0].value
    enter(console, "administrator", password)

    assert wrong == NotAllowed("sign_in_failed").text("en")
    assert console.title[0].value == sentence("sign_in.own_password_title", "en")
    assert password not in "".join(shown.value for shown in console.markdown)


def enter(console: AppTest, user_name: str, password: str) -> None:
    """Signs in with an account."""
    console.text_input(key="sign_in_name").set_value(user_name)
    console.text_input(key="sign_in_password").set_value(password)
    console.button(key="FormSubmitter:sign_in-Sign in").click().run()


def test_a_mini_program_is_let_in_and_its_token_is_shown_once(
    open_console: OpenConsole, empty_book: Path
) -> None:
    console = open_console(empty_book, user_name="gao", page=PAGE, by_account=True)

    console.text_input(key="people_api_name").set_value("huatai").run()
    console.button(key="people_api_open").click().run()
    console.button(key="people_token_make").click().run()
    token = console.code[0].value
    console.button(key="people_token_noted").click().run()

    client = recognised(session.home_store(), token, at=session.now())
    assert client.scopes == frozenset(Scope)
    assert [code.value for code in console.code] == []
    assert not [bug.value for bug in console.exception]
