"""Matching on screen: what was matched and why, what it would be under other terms."""

from pathlib import Path
from shutil import copy

from pages.ui.text import sentence
from tests.pages.conftest import OpenConsole
from tests.pages.visits import values

PAGE = "pages/funding/matching.py"


def test_a_matching_opens_with_its_limits(open_console: OpenConsole, late_book: Path) -> None:
    console = open_console(late_book, user_name="risk_maker", page=PAGE, view="runs", run="1")
    limits, shares = (console.dataframe[place].value for place in (0, 1))

    assert values(console)[sentence("matching.waits", "en")] == "0"
    assert "Binhai Internet Bank: Quota" in limits["limit_name"].to_list()
    assert shares["share_role"].to_list()[0] == sentence("share_role.whole", "en")
    assert not [bug.value for bug in console.exception]


def test_another_quota_is_tried_on_the_last_days_where_nothing_waits(
    open_console: OpenConsole, simulated_book: Path, tmp_path: Path
) -> None:
    book = Path(copy(simulated_book, tmp_path / "book.duckdb"))
    console = open_console(book, user_name="risk_maker", page=PAGE, view="what_if")
    said = [each.value for each in console.markdown]
    console.number_input(key="change_quota_percent").set_value(0)
    compare = sentence("matching.what_if_ask", "en")
    next(button for button in console.button if button.label == compare).click().run()
    compared = console.dataframe[0].value

    assert any("tried on the last 30 days" in each for each in said)
    assert compared["measure"].to_list()[0] == sentence("matching_measure.funded_fen", "en")
    assert compared["change_figure"].to_list()[0].startswith("-¥")
    assert not [bug.value for bug in console.exception]


def test_a_loan_says_whose_money_it_is_and_why(open_console: OpenConsole, late_book: Path) -> None:
    console = open_console(late_book, user_name="viewer", page="pages/book/loan.py", loan_id="2")
    console.toggle(key="loan_why_2").set_value(True).run()

    ways = next(each.value for each in console.dataframe if "way_standing" in each.value.columns)
    assert ways["way_standing"].to_list()[0] == sentence("matching.chosen", "en")
    assert ways["extra_fen"].to_list()[0] == 0
    assert not [bug.value for bug in console.exception]
