"""The trial balance on screen: its answer, its period in the URL, its rows, and its checks."""

from functools import partial
from pathlib import Path

import pytest

from lending_core.access.permissions import SYSTEM
from lending_core.funding.funders import funders
from lending_core.operations.console import book
from lending_core.operations.funder_register import FunderOrder, put_in_force
from lending_core.store.engine import open_store
from lending_core.store.events import Moment
from pages.ui import session
from pages.ui.text import sentence
from tests.builders import AT
from tests.pages.conftest import OpenConsole
from tests.pages.visits import opened, values
from tests.postings import LOAN_1, LOAN_2, STORY, position, post, write_chart

PAGE = "pages/book/trial_balance.py"
visit = partial(opened, page=PAGE)
ANALYST = "wei"


@pytest.fixture
def booked(empty_book: Path) -> Path:
    """The small ledger of `tests/postings.py` in a book that stands at 30 November 2026."""
    store = open_store(empty_book)
    write_chart(store)
    opened_on = book(store).first_business_on
    with store.transaction() as transaction:
        moment = Moment(SYSTEM, opened_on, AT)
        for code in ("binhai_bank", "lanting_bank"):
            put_in_force(transaction, moment, FunderOrder(funders()[code], opened_on, "why"))
    post(store, *STORY)
    position(store, 1, LOAN_1, principal_fen=69_000, interest_receivable_fen=1_400)
    position(store, 2, LOAN_2, principal_fen=50_000)
    store.close()
    return empty_book


def test_the_answer_is_whether_the_month_balances(open_console: OpenConsole, booked: Path) -> None:
    console = open_console(booked, user_name=ANALYST, page=PAGE)

    assert [bug.value for bug in console.exception] == []
    assert values(console) == {
        "Check": "In balance",
        "Debits": "¥1,364",
        "Credits": "¥1,364",
        "Cash": "¥330",
        "Principal": "¥1,190",
        "Result": "¥14",
    }


def test_the_rows_are_accounts_with_each_balance_on_its_side(
    open_console: OpenConsole, booked: Path
) -> None:
    rows = open_console(booked, user_name=ANALYST, page=PAGE).dataframe[0].value

    assert rows["account"].to_list() == [
        "Cash",
        "Loan principal",
        "Interest receivable",
        "Payable to funders",
        "Interest income",
    ]
    assert rows["closing_debit_fen"].sum() == rows["closing_credit_fen"].sum() == 1_534
    assert float(rows["closing_credit_fen"].iloc[3]) == 1_500


def test_a_link_sets_period_lender_and_rows(open_console: OpenConsole, booked: Path) -> None:
    october = {"from": "2026-10-01", "to": "2026-10-31"}

    console = open_console(
        booked, user_name=ANALYST, page=PAGE, **october, funder="binhai_bank", view="funder"
    )

    rows = console.dataframe[0].value
    assert set(rows["funder_code"]) == {"Binhai Internet Bank"}
    assert values(console)["Principal"] == "¥1,000"
    assert values(console)["Result"] == "¥20"


def test_a_choice_on_the_screen_stands_in_the_url(open_console: OpenConsole, booked: Path) -> None:
    console = open_console(booked, user_name=ANALYST, page=PAGE)

    console.multiselect(key="funder_en").set_value(["lanting_bank"]).run()

    assert console.query_params["funder"] == "lanting_bank"
    assert values(console)["Principal"] == "¥500"


def test_a_period_before_the_first_posting_says_so(open_console: OpenConsole, booked: Path) -> None:
    console = open_console(
        booked, user_name=ANALYST, page=PAGE, **{"from": "2026-09-01"}, to="2026-09-30"
    )

    assert console.info[0].value == sentence("trial_balance.empty", "en")


def test_a_period_that_ends_before_it_begins_is_refused_on_screen(
    open_console: OpenConsole, booked: Path
) -> None:
    console = open_console(
        booked, user_name=ANALYST, page=PAGE, **{"from": "2026-11-30"}, to="2026-11-01"
    )

    assert "before it begins" in console.error[0].value


def test_loans_that_agree_are_confirmed(open_console: OpenConsole, booked: Path) -> None:
    console = open_console(booked, user_name=ANALYST, page=PAGE)

    assert sentence("trial_balance.agrees", "en") in [line.value for line in console.caption]
    assert not console.error


def test_a_loan_that_disagrees_is_listed_with_both_amounts(
    open_console: OpenConsole, booked: Path
) -> None:
    console = open_console(booked, user_name=ANALYST)
    post(session.store(), (10, 2, STORY[0][2], "lanting_bank", "interest_accrued", 7))

    visit(console)

    flows, balances = (table.value for table in console.dataframe[:2])
    assert console.error[0].value == sentence("trial_balance.disagrees", "en")
    assert flows.iloc[0].to_list()[:2] == [2, "Interest accrued"]
    assert balances.iloc[0].to_list()[:2] == [2, "Interest receivable"]
    assert float(balances["difference_fen"].iloc[0]) == 0.07


def test_a_posting_without_a_flow_leaves_its_day_on_the_list(
    open_console: OpenConsole, booked: Path
) -> None:
    console = open_console(booked, user_name=ANALYST)
    post(session.store(), (10, 2, STORY[0][2], "lanting_bank", "petty_cash", 7))

    visit(console)

    days = console.dataframe[0].value
    assert days[["postings", "lines"]].iloc[0].to_list() == [1, 0]


def test_the_table_can_be_taken_along(open_console: OpenConsole, booked: Path) -> None:
    console = open_console(booked, user_name=ANALYST, page=PAGE)

    offered = {button.proto.label for button in console.get("download_button")}
    assert offered == {
        "Download 5 rows as CSV",
        "Download as Excel",
        "Workbook with all sheets and totals",
    }


def test_the_accounts_are_no_page_of_a_viewer(open_console: OpenConsole, booked: Path) -> None:
    console = open_console(booked, user_name="lin", page=PAGE)

    assert len(console.error) == 1
    assert len(console.dataframe) == 0


def test_chinese_accounts_have_chinese_names(open_console: OpenConsole, booked: Path) -> None:
    console = open_console(booked, user_name=ANALYST, page=PAGE, locale="zh-CN")

    assert console.dataframe[0].value["account"].to_list()[:2] == ["货币资金", "贷款本金"]
