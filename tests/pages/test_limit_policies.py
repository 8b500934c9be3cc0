"""A draft of the limit policy: cells move figures, a note saves it, a second person approves it."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lending_core.operations.deciding import policy_in_force
from pages.ui import session
from tests.pages.conftest import OpenConsole

PAGE = "pages/risk/limit_policies.py"
BAND_C = 2
FIRST_GATE = 0
LIMITS_GRANTED = 1


@pytest.fixture
def book(simulated_book: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(simulated_book, tmp_path / "book.duckdb"))


def type_into(console: AppTest, table: str, row: int, **cells: Any) -> AppTest:
    """Types into cells of one row of a grid, as a person does who leaves the cell."""
    (grid,) = [each for each in console.data_editor if f"_{table}_" in str(each.key)]
    edits = {"edited_rows": {row: cells}, "added_rows": [], "deleted_rows": []}
    console.session_state[str(grid.key)] = edits
    return console.run()


def raise_band_c(console: AppTest) -> AppTest:
    return type_into(console, "band", BAND_C, limit_person_fen=70_000.0)


def save(console: AppTest, note: str) -> AppTest:
    console.text_input[0].set_value(note)
    return console.button(key="limit_policies_save").click().run()


def texts(console: AppTest) -> str:
    return "\n".join(each.value for each in console.markdown)


def keys(console: AppTest) -> list[str | None]:
    return [button.key for button in console.button]


def test_a_viewer_sees_the_policy_in_force_replayed_without_a_change_and_may_only_try_one(
    open_console: OpenConsole, book: Path
) -> None:
    console = open_console(book, user_name="viewer", page=PAGE)

    assert [bug.value for bug in console.exception] == []
    assert [metric.delta for metric in console.metric] == [""] * 6
    assert "**Version 1** since" in texts(console)
    assert "Same as version 1, nothing changed" in texts(console)

    raise_band_c(console)

    assert "limit_policies_save" not in keys(console)
    assert "only a risk maker can submit" in texts(console)


def test_a_changed_cell_moves_the_figures_at_once_is_taken_back_or_found_faulty(
    open_console: OpenConsole, book: Path
) -> None:
    console = open_console(book, user_name="risk_maker", page=PAGE)
    before = console.metric[LIMITS_GRANTED].value

    raise_band_c(console)
    moved, said = console.metric[LIMITS_GRANTED], texts(console)
    console.button(key="limit_policies_reset").click().run()

    assert moved.value != before
    assert moved.delta.startswith("+¥")
    assert "**cells changed: 1**" in said
    assert "fare better**" in said
    assert "Same as version 1, nothing changed" in texts(console)
    assert console.metric[LIMITS_GRANTED].delta == ""

    type_into(console, "band", BAND_C, limit_person_fen=90_000.0)

    assert [warning.value for warning in console.warning] == [
        "**Score bands:** Band C gives more than the safer band B."
    ]


def test_the_draft_survives_another_page_and_another_language(
    open_console: OpenConsole, book: Path
) -> None:
    console = raise_band_c(open_console(book, user_name="risk_maker", page=PAGE))
    changed = console.metric[LIMITS_GRANTED].value

    console.switch_page("pages/origination/applications.py").run()
    console.switch_page(PAGE).run()
    kept = console.metric[LIMITS_GRANTED].value
    console.button(key="switch_language").click().run()

    assert kept == changed
    assert "**已改 1 处**" in texts(console)


def test_a_wrong_cell_is_named_in_its_own_unit_and_nothing_else_is_lost(
    open_console: OpenConsole, book: Path
) -> None:
    console = raise_band_c(open_console(book, user_name="risk_maker", page=PAGE))

    type_into(console, "gate", FIRST_GATE, value="grown up")
    refused = [error.value for error in console.error]
    type_into(console, "gate", FIRST_GATE, value="19")
    left, said = [error.value for error in console.error], texts(console)
    type_into(console, "band", BAND_C, limit_person_fen=20_000_000.0)

    assert refused == ["Policy, Rules, Age, Value: enter a number with at most 12 decimals."]
    assert left == []
    assert "**cells changed: 2**" in said
    assert [error.value for error in console.error] == [
        "Policy, Score bands, C, Limit, person: enter a number from 0 to 10,000,000."
    ]


def test_saving_needs_a_note_and_a_second_person_to_put_it_in_force(
    open_console: OpenConsole, book: Path
) -> None:
    console = raise_band_c(open_console(book, user_name="risk_maker", page=PAGE))

    save(console, " ")

    assert "Write a note" in console.error[0].value
    assert "**cells changed: 1**" in texts(console)

    save(console, "More for band C")

    assert console.success[0].value.startswith("Submitted as version 2.")
    assert "**Version 2**" in texts(console)
    assert "policy_approve_2" not in keys(console)
    assert policy_in_force(session.store())[0] == 1

    other = open_console(book, user_name="risk_approver", page=PAGE)
    other.button(key="policy_approve_2").click().run()
    other.text_area(key="policy_reason_approve_2").set_value("Looked at the replay")
    other.button(key="policy_confirm_approve_2").click().run()

    assert other.success[0].value == "Version 2 is approved."
    version, policy = policy_in_force(session.store())
    assert (version, policy.band[BAND_C].limit_person_fen) == (2, 7_000_000)


def test_a_book_without_a_policy_says_what_to_do(
    open_console: OpenConsole, empty_book: Path
) -> None:
    console = open_console(empty_book, user_name="lin", page=PAGE)

    assert [info.value for info in console.info] == [
        "This book has no policy yet. Simulate a book first."
    ]


def test_a_window_narrows_the_past_and_a_bar_leads_to_its_applicants(
    open_console: OpenConsole, book: Path
) -> None:
    console = open_console(book, user_name="viewer", page=PAGE)
    whole = console.metric[LIMITS_GRANTED].value

    console.session_state["policy_replay_cell"] = {
        "side": "today",
        "dimension": "band",
        "value": "D",
    }
    console.date_input(key="applied_from").set_value(date(2026, 10, 1)).run()

    assert [bug.value for bug in console.exception] == []
    assert console.metric[LIMITS_GRANTED].value != whole
    assert "Who is it? Today's policy, Band D" in texts(console)
    assert "gives 0 different decisions" in "\n".join(each.value for each in console.caption)
