"""The close of a day on screen: confirmed, closed once, stopped; what needs a person; who moved."""

from datetime import date
from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lending_core.operations.closing import close_day
from lending_core.operations.console import book
from lending_core.operations.loan_events import LoanEvent, record
from pages.ui import session
from pages.ui.text import sentence
from tests.builders import AT, MAKER
from tests.operations.days import a_position, stand
from tests.pages.conftest import OpenConsole
from tests.pages.visits import opened
from tests.postings import post

PAGE = "pages/book/operations.py"
visit = partial(opened, page=PAGE)
ANALYST, VIEWER = "analyst", "viewer"
NEWEST, OPEN = date(2026, 12, 31), date(2027, 1, 1)


def figures(console: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in console.metric}


def keys(console: AppTest) -> set[str]:
    return {button.key for button in console.button}


def ask(console: AppTest, to_on: date = OPEN) -> AppTest:
    """Asks to close days up to one; the dialog is open then."""
    chosen = next(each for each in console.date_input if each.key.startswith("operations_to_"))
    chosen.set_value(to_on).run()
    return console.button(key="operations_close_ask").click().run()


def confirm(console: AppTest) -> AppTest:
    return console.button(key="operations_close_confirm").click().run()


def table(console: AppTest, column: str) -> list[object]:
    """The column of the first table that has it."""
    return next(each.value[column].to_list() for each in console.dataframe if column in each.value)


def test_the_answer_is_the_open_day_and_what_the_newest_close_left(
    open_console: OpenConsole, late_book: Path
) -> None:
    console = open_console(late_book, user_name=ANALYST, page=PAGE)

    shown = figures(console)
    assert [bug.value for bug in console.exception] == []
    assert list(shown) == [
        "Open day", "Days behind", "Open loans", "Past due", "Accrued", "Trial balance",
    ]  # fmt: skip
    assert (shown["Open day"], shown["Days behind"]) == ("2027-01-01", "—")
    assert (shown["Open loans"], shown["Past due"]) == ("2", "1")
    assert shown["Trial balance"] == "In balance"
    assert any("As of 2026-12-31" in caption.value for caption in console.caption)


def test_a_day_is_closed_after_a_dialog_that_says_what_will_happen(
    open_console: OpenConsole, late_book: Path
) -> None:
    console = open_console(late_book, user_name=ANALYST, page=PAGE)

    ask(console)
    explained = sentence("operations.confirm_one", "en", to_on=OPEN, from_on=OPEN, days=1)
    asked = [markdown.value for markdown in console.markdown]
    confirm(console)

    assert explained in asked
    assert figures(console)["Open day"] == "2027-01-02"
    assert console.success[0].value.startswith("Closed up to 2027-01-01. Days: 1,")
    assert table(console, "closed_on")[0].date() == OPEN  # type: ignore[attr-defined]


def test_several_days_are_caught_up_one_by_one(open_console: OpenConsole, late_book: Path) -> None:
    console = open_console(late_book, user_name=ANALYST, page=PAGE)

    ask(console, date(2027, 1, 3))
    assert console.button(key="operations_close_confirm").label == "Close 3 days"
    confirm(console)

    days = [each.date() for each in table(console, "closed_on")]  # type: ignore[attr-defined]
    assert days == [date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3)]
    assert book(session.store()).business_on == date(2027, 1, 3)


def test_a_day_that_somebody_else_closed_meanwhile_is_refused_in_place(
    open_console: OpenConsole, late_book: Path
) -> None:
    first = ask(open_console(late_book, user_name=ANALYST, page=PAGE))
    second = ask(open_console(late_book, user_name=ANALYST, page=PAGE))

    confirm(first)
    confirm(second)

    assert second.error[0].value == (
        "2027-01-01 is closed already: the newest closed day is 2027-01-01. Close a later day."
    )
    assert book(session.store()).business_on == OPEN
    assert figures(second)["Open day"] == "2027-01-02"


def test_an_interrupted_close_says_how_far_it_came_and_offers_the_rest(
    open_console: OpenConsole, late_book: Path
) -> None:
    console = open_console(late_book, user_name=ANALYST)
    # As a run leaves it that was interrupted after its first day of three.
    plan = {"from_on": OPEN, "to_on": date(2027, 1, 3), "state": "closing"}
    console.session_state["operations_plan"] = plan
    close_day(session.store(), MAKER, OPEN, at=AT)

    visit(console)

    assert console.warning[0].value.startswith("Stopped after 1 of 3 days")
    assert console.button(key="operations_close_ask").label == "Close 2 days"


def test_what_a_close_came_to_can_be_put_away(open_console: OpenConsole, late_book: Path) -> None:
    console = confirm(ask(open_console(late_book, user_name=ANALYST, page=PAGE)))

    console.button(key="operations_put_away").click().run()

    assert len(console.success) == 0


def test_who_may_only_look_sees_the_answer_and_no_button(
    open_console: OpenConsole, late_book: Path
) -> None:
    console = open_console(late_book, user_name=VIEWER, page=PAGE)

    assert figures(console)["Past due"] == "1"
    assert "operations_close_ask" not in keys(console)


def test_a_book_in_order_says_so_in_one_calm_line(
    open_console: OpenConsole, late_book: Path
) -> None:
    console = open_console(late_book, user_name=ANALYST, page=PAGE)

    calm = next(each.value for each in console.caption if " · " in each.value)
    assert calm.split(" · ")[0] == sentence("operations.ledger_difference", "en")
    assert sentence("operations.frozen_line", "en") not in calm


def test_an_exception_is_listed_with_its_rows(open_console: OpenConsole, late_book: Path) -> None:
    console = open_console(late_book, user_name=ANALYST)
    stand(session.store(), a_position(1, excess_fen=420), a_position(2, excess_fen=5))
    post(session.store(), (10_000, 1, NEWEST, "binhai_bank", "interest_accrued", 7))

    visit(console, list="waiting_refund")

    assert [float(fen) for fen in table(console, "excess_fen")] == [4.2, 0.05]
    assert console.button(key="operations_list_waiting_refund").disabled
    assert not console.button(key="operations_list_ledger_difference").disabled


def test_a_list_is_chosen_on_the_screen_and_stands_in_the_url(
    open_console: OpenConsole, late_book: Path
) -> None:
    console = open_console(late_book, user_name=ANALYST)
    event = LoanEvent(1, "payment", NEWEST, amount_fen=5_000, strategy="next_dues")
    record(session.store(), MAKER, event, key="late", at=AT)
    visit(console)

    console.button(key="operations_list_back_dated_event").click().run()

    assert console.query_params["list"] == "back_dated_event"
    assert table(console, "event_kind") == ["Payment"]


def test_the_loans_that_moved_are_listed(open_console: OpenConsole, late_book: Path) -> None:
    console = open_console(late_book, user_name=ANALYST, page=PAGE)

    assert table(console, "loan_id") == [1]
    assert table(console, "to_bucket") == ["M1"]
    assert "**All moves from 2026-12-01 to 2026-12-31: 1**" in [
        markdown.value for markdown in console.markdown
    ]


def test_moves_are_shown_by_month_too(open_console: OpenConsole, late_book: Path) -> None:
    console = open_console(late_book, user_name=ANALYST, page=PAGE)

    console.segmented_control(key="operations_period_en").set_value("month").run()

    assert [bug.value for bug in console.exception] == []
    assert table(console, "moved_on")


@pytest.mark.parametrize("list_name", ["", "no_such_list"])
def test_a_link_to_a_list_that_is_none_shows_the_first(
    open_console: OpenConsole, late_book: Path, list_name: str
) -> None:
    console = open_console(late_book, user_name=ANALYST, page=PAGE, list=list_name)

    assert [bug.value for bug in console.exception] == []
    assert console.button(key="operations_list_frozen_line").disabled


def test_chinese_screens_are_chinese(open_console: OpenConsole, late_book: Path) -> None:
    console = open_console(late_book, user_name=ANALYST, page=PAGE, locale="zh-CN")

    assert console.title[0].value == sentence("operations.title", "zh")
    assert next(iter(figures(console))) == "当前营业日"
