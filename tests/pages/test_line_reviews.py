"""Line reviews on screen: looked at, put up for decision, accepted in part, looked back on."""

import shutil
from pathlib import Path

from streamlit.testing.v1 import AppTest

from lending_core.operations.line_reviews import line_proposals
from pages.ui import session
from tests.builders import VIEWER
from tests.pages.conftest import OpenConsole
from tests.pages.visits import values

PAGE = "pages/risk/line_reviews.py"


def press(console: AppTest, name: str) -> AppTest:
    return console.button(key=f"line_reviews_{name}").click().run()


def keys(console: AppTest) -> set[str]:
    return {button.key for button in console.button}


def table(console: AppTest, column: str) -> list[object]:
    """The column of the first table that has it."""
    return next(each.value[column].to_list() for each in console.dataframe if column in each.value)


def test_a_review_goes_from_a_look_to_an_answer_and_into_the_history(
    open_console: OpenConsole, simulated_book: Path, tmp_path: Path
) -> None:
    book = Path(shutil.copy(simulated_book, tmp_path / "book.duckdb"))
    console = open_console(book, user_name="risk_maker", page=PAGE)

    looked = values(console)
    why = table(console, "line_why")
    press(press(console, "run"), "run_confirm")
    waiting = [caption.value for caption in console.caption]
    lines = len(table(console, "line_id"))
    held = [str(text) for text in table(console, "line_why") if "Less than" in str(text)]
    press(press(console, "accept_all"), "confirm")

    assert [bug.value for bug in console.exception] == []
    assert list(looked) == [
        "Lines looked at", "Freezes", "Decreases", "Increases", "Limits up", "Limits down",
    ]  # fmt: skip
    assert any(str(text).endswith("used") for text in why)
    assert {text.partition(". ")[2] for text in held} == {
        "Less than the rule asks for: a cap allows no more"
    }
    assert any("Review 1 as of 2026-10-31" in text for text in waiting)
    assert console.success[0].value == f"Carried out: {lines}."
    assert table(console, "batch_state") == ["Answered"]
    assert table(console, "carried_out") == [lines]
    answered = line_proposals(session.store(), VIEWER, 1)
    assert answered["is_accepted"].to_list() == [True] * lines
    assert set(table(console, "line_answer")) == {"Carried out"}


def test_declining_asks_for_a_reason_and_who_only_looks_has_no_buttons(
    open_console: OpenConsole, simulated_book: Path, tmp_path: Path
) -> None:
    book = Path(shutil.copy(simulated_book, tmp_path / "book.duckdb"))
    console = open_console(book, user_name="risk_maker", page=PAGE, locale="zh-CN")
    press(press(console, "run"), "run_confirm")

    press(console, "accept_none")
    is_shut = console.button(key="line_reviews_confirm").disabled
    # Here a choice in a dialog closes it; in a browser it stays.
    console.session_state["line_reviews_reason_zh"] = "outlook"
    press(press(console, "accept_none"), "confirm")

    assert is_shut
    assert console.success[0].value == "已执行 0 项。"
    assert set(line_proposals(session.store(), VIEWER, 1)["reason"]) == {"outlook"}
    viewer = open_console(book, user_name="viewer", page=PAGE)
    assert not {key for key in keys(viewer) if key.startswith("line_reviews_")}


def test_what_is_not_there_and_what_was_stopped_are_said(
    open_console: OpenConsole, late_book: Path
) -> None:
    console = open_console(late_book, user_name="viewer", page=PAGE, batch_id="404")

    said = console.error[0].value
    # As a run leaves it that was interrupted at work.
    console.session_state["line_reviews_answer"] = {"answer": None, "state": "running"}
    console.run()

    assert said.startswith("There is no line review 404.")
    assert [bug.value for bug in console.exception] == []
    assert console.warning[0].value.startswith("Stopped. Nothing was changed")
