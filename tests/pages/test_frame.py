"""The way in, the bar and the menu, through app.py."""

from pathlib import Path

from pages.ui.journey.state import PREFIX
from pages.ui.text import sentence
from tests.pages.conftest import OpenConsole
from tests.pages.journeys import a_journey, put


def test_without_a_database_the_console_says_what_to_run(
    open_console: OpenConsole, tmp_path: Path
) -> None:
    console = open_console(tmp_path / "none.duckdb")

    assert "python -m lending_core simulate" in console.error[0].value
    assert not (tmp_path / "none.duckdb").exists()


def test_each_account_of_a_simulated_book_may_enter(
    open_console: OpenConsole, empty_book: Path
) -> None:
    console = open_console(empty_book)

    assert [button.key for button in console.button] == [
        "switch_language",
        "sign_in_lin",
        "sign_in_wei",
        "sign_in_zhou",
        "sign_in_shen",
        "sign_in_bin",
        "sign_in_gao",
        "FormSubmitter:sign_in-Sign in",
    ]


def test_nobody_enters_a_real_book_as_a_demonstration_role(
    open_console: OpenConsole, real_book: Path
) -> None:
    console = open_console(real_book)

    assert [button.key for button in console.button] == [
        "switch_language",
        "FormSubmitter:sign_in-Sign in",
    ]
    assert console.info[0].value == sentence("sign_in.real_book", "en")


def test_whoever_signs_in_sees_today(open_console: OpenConsole, empty_book: Path) -> None:
    console = open_console(empty_book, user_name="lin")

    assert console.title[0].value == sentence("today.title", "en")


def test_the_bar_names_book_date_and_simulated_data(
    open_console: OpenConsole, empty_book: Path
) -> None:
    console = open_console(empty_book, user_name="lin")

    assert [shown.value for shown in console.markdown[:3]] == [
        "**Demonstration book**",
        "Open day 2026-12-01",
        ":gray-badge[Simulated data]",
    ]


def test_signing_out_asks_again_who_is_there(open_console: OpenConsole, empty_book: Path) -> None:
    console = open_console(empty_book, user_name="lin")

    console.button(key="sign_out").click().run()

    assert console.title[0].value == sentence("sign_in.title", "en")


def test_signing_out_leaves_nothing_of_a_person_but_the_language(
    open_console: OpenConsole, empty_book: Path
) -> None:
    console = open_console(empty_book, user_name="lin")
    console.button(key="switch_language").click().run()
    put(console, a_journey())

    console.button(key="sign_out").click().run()

    assert PREFIX not in console.session_state
    assert console.title[0].value == sentence("sign_in.title", "zh")


def test_an_account_that_is_gone_is_signed_out(open_console: OpenConsole, empty_book: Path) -> None:
    console = open_console(empty_book)
    console.session_state["user_name"] = "nobody"

    console.run()

    assert console.title[0].value == sentence("sign_in.title", "en")
    assert "user_name" not in console.session_state


def test_a_chinese_browser_is_greeted_in_chinese(
    open_console: OpenConsole, empty_book: Path
) -> None:
    console = open_console(empty_book, locale="zh-CN")

    assert console.title[0].value == sentence("sign_in.title", "zh")


def test_the_language_switch_changes_every_word_and_survives_the_sign_in(
    open_console: OpenConsole, empty_book: Path
) -> None:
    console = open_console(empty_book)

    console.button(key="switch_language").click().run()
    console.button(key="sign_in_lin").click().run()

    assert console.title[0].value == sentence("today.title", "zh")
