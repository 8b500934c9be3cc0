"""Fast-forward: a run grows while the page is drawn, says what it came to, is stopped."""

import shutil
import time
from hashlib import sha256
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.text import sentence
from tests.pages.conftest import OpenConsole
from tests.pages.visits import values

PAGE = "pages/risk/fast_forward.py"
RUN_SECONDS_MAX = 60


@pytest.fixture(scope="module")
def database(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fast_forward")
    return Path(shutil.copy(simulated_book, folder / "book.duckdb"))


def is_running(console: AppTest) -> bool:
    return any(button.key == "fast_forward_stop" for button in console.button)


def drawn_until_over(console: AppTest) -> AppTest:
    """The page drawn anew, as its timer does, until nothing more comes."""
    started = time.monotonic()
    while is_running(console) and time.monotonic() - started < RUN_SECONDS_MAX:
        time.sleep(1)
        console.run()
    return console


def test_the_policy_in_force_beside_itself_comes_to_the_same(
    open_console: OpenConsole, database: Path
) -> None:
    before = sha256(database.read_bytes()).digest()
    console = open_console(database, user_name="analyst", page=PAGE)
    console.number_input(key="fast_forward_months").set_value(1)
    console.number_input(key="fast_forward_futures").set_value(1)

    console.button(key="fast_forward_run_own").click().run()
    was_running = is_running(console)
    drawn_until_over(console)

    assert not console.exception
    assert was_running
    assert sentence("fast_forward.verdict_same", "en") in [each.value for each in console.markdown]
    assert [metric.delta for metric in console.metric] == ["0", "¥0", "+0.0pp", "¥0", "¥0"]
    assert set(values(console)) == {"Approvals", "Balance", "30+ share", "Losses", "Profit"}
    one, other = console.dataframe[0].value.to_dict("records")
    assert one == other
    assert (one["compared_policy"], str(one["month_end_on"])[:10]) == (
        "Version 1, in force",
        "2026-11-30",
    )
    assert sha256(database.read_bytes()).digest() == before
    assert list(database.parent.iterdir()) == [database]


def test_a_preset_starts_with_one_click_and_stops_with_another(
    open_console: OpenConsole, database: Path
) -> None:
    console = open_console(database, user_name="risk_maker", page=PAGE, locale="zh-CN")

    console.button(key="fast_forward_start_tighter_cut_off").click().run()
    shown = [each.value for each in console.markdown]
    console.button(key="fast_forward_stop").click().run()

    assert not console.exception
    assert any("版本 1（现行） 与 收紧准入" in each for each in shown)
    assert not is_running(console)
    assert len(console.warning) == 1
