"""The vintage screen: two loans of November in a quarter that was over, its map and its loans."""

import shutil
from pathlib import Path

import pytest

from pages.ui.text import sentence
from tests.pages.conftest import OpenConsole
from tests.pages.visits import values

PAGE = "pages/book/vintage.py"


def test_the_figures_say_how_cohorts_hold_up(open_console: OpenConsole, late_book: Path) -> None:
    console = open_console(
        late_book, user_name="viewer", page=PAGE, measure="ever30", period="month"
    )

    # On 31 December loan 1 is 30 days late, no more: nothing is bad after a month on book.
    assert [fault.value for fault in console.exception] == []
    assert values(console) == {
        "After 3 months": "—",
        "After 6 months": "—",
        "After 12 months": "—",
        "All loans": "—",
        "Lent": "¥16,000",
    }
    assert any("recorded later: 0" in line.value for line in console.caption)


def test_a_link_sets_what_is_asked(open_console: OpenConsole, new_year_book: Path) -> None:
    asked = {"compare": "region_code", "period": "month", "weight": "amount", "known": "now"}
    console = open_console(new_year_book, user_name="viewer", page=PAGE, **asked)

    assert [fault.value for fault in console.exception] == []
    assert {key: console.selectbox(key=f"{key}_en").value for key in asked} == asked


def test_an_empty_book_says_what_to_do_first(open_console: OpenConsole, empty_book: Path) -> None:
    console = open_console(empty_book, user_name="lin", page=PAGE, locale="zh-CN")

    assert console.info[0].value == sentence("vintage.empty", "zh")


@pytest.mark.parametrize("compare", ["cohort", "product_code", "policy_version"])
def test_a_whole_book_is_compared_in_every_way(
    open_console: OpenConsole, simulated_book: Path, tmp_path: Path, compare: str
) -> None:
    book = Path(shutil.copy(simulated_book, tmp_path / "book.duckdb"))
    console = open_console(book, user_name="viewer", page=PAGE, compare=compare, measure="ever90")

    assert [fault.value for fault in console.exception] == []
    assert len(console.metric) == 5
    assert values(console)["After 3 months"].endswith("%")


def test_values_of_a_choice_do_not_name_raw_codes(
    open_console: OpenConsole, late_book: Path
) -> None:
    console = open_console(late_book, user_name="viewer", page=PAGE)

    shown = console.selectbox(key="measure_en").options
    assert shown == [
        "Ever 30+ days late",
        "Ever 90+ days late",
        "In default",
    ]
    assert console.selectbox(key="known_en").options == [
        "As known then",
        "Restated, as known now",
    ]
