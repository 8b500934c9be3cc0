"""Provisions on screen: the answer, prepared and signed off, overlays, facts, and empty books."""

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lending_core.operations.provision_runs import provision_runs
from pages.ui import session
from tests.builders import VIEWER
from tests.operations.tape_rows import a_tape
from tests.pages.conftest import OpenConsole
from tests.pages.visits import values

PAGE = "pages/book/provisions.py"


@pytest.fixture
def book(simulated_book: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(simulated_book, tmp_path / "book.duckdb"))


def said(console: AppTest) -> str:
    return " ".join(each.value for each in (*console.markdown, *console.caption, *console.success))


def columns(console: AppTest) -> set[str]:
    return {column for table in console.dataframe for column in table.value}


def keys(console: AppTest) -> set[str]:
    return {button.key for button in console.button}


def test_a_month_is_prepared_by_one_person_and_signed_off_by_another(
    open_console: OpenConsole, book: Path
) -> None:
    console = open_console(book, user_name="risk_maker", page=PAGE)

    figures = list(values(console))
    console.button(key="provisions_prepare").click().run()
    console.text_area(key="provisions_reason_prepare").input("October")
    console.button(key="provisions_confirm_prepare").click().run()
    prepared, own = said(console), keys(console)
    console.session_state["user_name"] = "risk_approver"
    look(console, "movement")
    console.button(key="provisions_sign_off").click().run()
    console.button(key="provisions_confirm_sign_off").click().run()

    assert figures == [
        *("Expected loss", "Provision ratio", "Coverage"),
        *("Bad loans", "Asked by rules", "Booked"),
    ]
    assert "Provisions of 2026-10 are prepared and wait for a second person." in prepared
    assert "provisions_sign_off" not in own
    assert "is signed off by" in said(console)
    assert {"movement_part", "all_fen", "run_state"} <= columns(console)
    assert provision_runs(session.store(), VIEWER)["run_state"].to_list() == ["signed_off"]
    assert [bug.value for bug in console.exception] == []


def test_a_run_without_a_reason_is_refused_where_it_is_asked(
    open_console: OpenConsole, book: Path
) -> None:
    console = open_console(book, user_name="risk_maker", page=PAGE)

    console.button(key="provisions_prepare").click().run()
    console.button(key="provisions_confirm_prepare").click().run()

    assert any("Say why" in error.value for error in console.error)
    assert provision_runs(session.store(), VIEWER).is_empty()


def test_an_overlay_is_proposed_in_a_form_and_a_fact_recorded(
    open_console: OpenConsole, book: Path
) -> None:
    console = open_console(book, user_name="risk_maker", page=PAGE, view="overlays")

    console.text_area(key="provisions_overlay_reason").input("floods in the south")
    submit(console, "provisions_overlay_form")
    overlays, proposed = columns(console), said(console)
    look(console, "facts")
    console.text_area(key="provisions_fact_reason").input("police report 12")
    submit(console, "provisions_fact_form")

    assert {"overlay_state", "overlay_size_figure"} <= overlays
    assert "waits for a second person" in proposed
    assert "trigger_kind" in columns(console)
    assert "It is recorded of loan 1." in said(console)


def look(console: AppTest, view: str) -> None:
    console.segmented_control(key="view_en").set_value(view).run()


def submit(console: AppTest, form: str) -> None:
    button = next(each for each in console.button if each.form_id == form)
    button.click().run()


@pytest.mark.parametrize(
    ("view", "column"),
    [
        ("loans", "ecl_fen"),
        ("agreement", "provision_check"),
        ("model", "provision_scenario"),
    ],
)
def test_a_viewer_reads_every_part_and_steps_are_for_others(
    open_console: OpenConsole, book: Path, view: str, column: str
) -> None:
    console = open_console(book, user_name="viewer", page=PAGE, locale="zh-CN", view=view)

    assert column in columns(console)
    assert not {"provisions_prepare", "provisions_sign_off"} & keys(console)
    assert [bug.value for bug in console.exception] == []


def test_a_book_without_a_closed_month_says_what_to_do(
    open_console: OpenConsole, empty_book: Path
) -> None:
    console = open_console(empty_book, user_name="lin", page=PAGE)

    assert [info.value for info in console.info] == [
        "There is no closed month with an open loan yet."
    ]


def test_a_book_without_balances_shows_classes_and_says_so(
    open_console: OpenConsole, tmp_path: Path
) -> None:
    a_tape(tmp_path / "tape.duckdb", principal_fen=None).close()

    console = open_console(tmp_path / "tape.duckdb", user_name="viewer", page=PAGE)

    assert any("This book tells no balances" in info.value for info in console.info)
    assert "asset_class" in columns(console)
