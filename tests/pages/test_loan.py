"""A loan's page: where it stands, what it shows to whom, and a borrower who stops paying."""

from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lending_core.operations.months import run_month
from pages.ui import session
from pages.ui.text import sentence
from tests.builders import ANALYST, AT
from tests.pages.conftest import OpenConsole
from tests.pages.visits import opened, values

PAGE = "pages/book/loan.py"
visit = partial(opened, page=PAGE)


def table(console: AppTest, card: str, place: int = 0) -> pd.DataFrame:
    """The rows of a table in the card of this key."""
    return console.container(key=card).dataframe[place].value


def said(console: AppTest) -> str:
    """Every table of names and values on the page, as text."""
    return "\n".join(table.value.to_string() for table in console.table)


def buttons(console: AppTest) -> set[str | None]:
    return {button.key for button in console.button}


def test_the_page_says_where_the_loan_stands(open_console: OpenConsole, late_book: Path) -> None:
    console = open_console(late_book, user_name="viewer", page=PAGE, loan_id="1")

    assert console.title[0].value == "Loan 1"
    assert values(console) == {
        "Stage": "M2",
        "Days past due": "31",
        "Outstanding": "¥8,000.00",
        "Due now": "¥1,804.67",
        "Next due": "¥881.34",
        "Payoff today": "¥8,204.67",
    }


def test_the_page_leads_to_the_borrower_and_the_application(
    open_console: OpenConsole, late_book: Path
) -> None:
    console = open_console(late_book, user_name="viewer", page=PAGE, loan_id="1")

    assert [link.label for link in console.page_link] == [
        "Overdue loans",
        "Customer 1",
        "Application 1",
    ]


def test_each_instalment_says_what_became_of_it(open_console: OpenConsole, late_book: Path) -> None:
    viewer = open_console(late_book, user_name="viewer", page=PAGE, loan_id="1")

    late = table(viewer, "loan_instalments")
    on_time = table(visit(viewer, loan_id="2"), "loan_instalments")

    assert late["instalment_state"].to_list()[:3] == ["Overdue", "Due today", "To come"]
    assert [str(amount) for amount in late["penalty_fen"][:2]] == ["14.76", "0.00"]
    assert on_time["instalment_state"].to_list()[:3] == ["Paid", "Due today", "To come"]


def test_what_a_payment_settled_adds_up_to_it(open_console: OpenConsole, late_book: Path) -> None:
    console = open_console(late_book, user_name="viewer", page=PAGE, loan_id="2")

    paid = table(console, "loan_history")["amount_fen"]
    trail = table(console, "loan_history", 1)

    assert trail["component"].to_list() == ["Interest", "Principal"]
    assert trail["amount_fen"].sum() == paid[0]


def test_an_untouched_loan_has_no_history(open_console: OpenConsole, late_book: Path) -> None:
    console = open_console(late_book, user_name="viewer", page=PAGE, loan_id="1")

    assert sentence("loan.history_empty", "en") in [line.value for line in console.markdown]


def test_daily_accruals_are_one_entry_a_month_unless_each_day_is_asked_for(
    open_console: OpenConsole, late_book: Path
) -> None:
    console = open_console(late_book, user_name="viewer", page=PAGE, loan_id="1")

    folded = table(console, "loan_bookings")
    daily = table(console.toggle(key="loan_journal_daily").set_value(True).run(), "loan_bookings")

    assert len(folded) < len(daily)
    assert folded["debit_fen"].sum() == folded["credit_fen"].sum() == daily["debit_fen"].sum()


def test_a_viewer_sees_the_borrower_masked(open_console: OpenConsole, late_book: Path) -> None:
    console = open_console(late_book, user_name="viewer", page=PAGE, loan_id="1")

    assert "王\\*明" in said(console)
    assert "999999199001010016" not in said(console)
    assert sentence("loan.masked", "en") in [note.value for note in console.caption]


def test_whoever_may_see_personal_data_sees_it_after_saying_why(
    open_console: OpenConsole, late_book: Path
) -> None:
    console = open_console(late_book, user_name="risk_maker", page=PAGE, loan_id="1")
    before = said(console)
    console.selectbox(key="unmask_reason").set_value("complaint")
    console.button(key="unmask_confirm").click().run()

    assert "王\\*明" in before
    assert "王小明" not in before
    assert "王小明" in said(console)
    assert "999999199001010016" in said(console)


@pytest.mark.parametrize("asked", ["", "abc", "-1", "1; drop table loan", "9" * 40])
def test_without_a_number_the_page_asks_for_one(
    open_console: OpenConsole, late_book: Path, asked: str
) -> None:
    console = open_console(late_book, user_name="viewer", page=PAGE, loan_id=asked)

    assert console.title[0].value == sentence("loan.title_ask", "en")
    assert console.info[0].value == sentence("loan.empty", "en")


def test_an_unknown_loan_is_refused_and_asked_for_again(
    open_console: OpenConsole, late_book: Path
) -> None:
    console = open_console(late_book, user_name="viewer", page=PAGE, loan_id="99")

    assert console.error[0].value == "There is no loan 99."
    assert console.info[0].value == sentence("loan.empty", "en")


def test_a_number_typed_opens_the_loan(open_console: OpenConsole, late_book: Path) -> None:
    console = open_console(late_book, user_name="viewer", page=PAGE)

    console.number_input(key="loan_number").set_value(2)
    console.button[-1].click().run()

    assert console.title[0].value == "Loan 2"
    assert console.query_params["loan_id"] == "2"


def test_only_who_runs_demonstrations_may_stop_a_borrower(
    open_console: OpenConsole, late_book: Path
) -> None:
    steps = {"loan_stop", "loan_next_month"}

    viewer = open_console(late_book, user_name="viewer", page=PAGE, loan_id="2")
    analyst = open_console(late_book, user_name="analyst", page=PAGE, loan_id="2")

    assert buttons(viewer) & steps == set()
    assert buttons(analyst) & steps == steps


def test_a_borrower_stops_only_after_a_second_click(
    open_console: OpenConsole, late_book: Path
) -> None:
    console = open_console(late_book, user_name="analyst", page=PAGE, loan_id="2")

    console.button(key="loan_stop").click().run()
    assert "loan_stop" in buttons(console)
    console.button(key="loan_stop_confirm").click().run()

    assert console.success[0].value == sentence("loan.stop_done", "en")
    assert "loan_stop" not in buttons(console)
    assert "told on 2027-01-01 to stop paying" in "".join(line.value for line in console.markdown)


def test_the_next_month_makes_the_stopped_borrower_later(
    open_console: OpenConsole, late_book: Path
) -> None:
    console = open_console(late_book, user_name="analyst", page=PAGE, loan_id="1")

    console.button(key="loan_next_month").click().run()

    assert "2027-01-31" in console.success[0].value
    assert values(console)["Stage"] == "M3"
    assert values(console)["Days past due"] == "62"


def test_a_month_that_somebody_else_ran_meanwhile_is_not_run_again(
    open_console: OpenConsole, late_book: Path
) -> None:
    console = open_console(late_book, user_name="analyst", page=PAGE, loan_id="1")
    run_month(session.store(), ANALYST, at=AT)

    console.button(key="loan_next_month").click().run()

    assert (
        console.error[0].value == "That month was run already: the book stands at 2027-01-31 now."
    )


def test_what_was_said_once_is_not_said_again(open_console: OpenConsole, late_book: Path) -> None:
    console = open_console(late_book, user_name="analyst", page=PAGE, loan_id="1")

    console.button(key="loan_next_month").click().run()
    console.run()

    assert not console.success
