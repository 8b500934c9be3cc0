"""The overdue screen: its figures, its filters in the URL, and whom to call."""

from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import late_choice, session
from pages.ui.late_filters import LATE_STAGES, stages_text
from pages.ui.text import sentence
from tests.bench.screen_questions import CLICKS
from tests.pages.conftest import OpenConsole, lend
from tests.pages.visits import opened, values

PAGE = "pages/book/overdue_loans.py"
visit = partial(opened, page=PAGE)


def listed(console: AppTest) -> list[int]:
    """Loans in the list, in its order; none where the screen says that there is none."""
    return console.dataframe[0].value["loan_id"].to_list() if console.dataframe else []


def test_the_figures_state_how_much_is_late(open_console: OpenConsole, late_book: Path) -> None:
    console = open_console(late_book, user_name="viewer", page=PAGE)

    assert values(console) == {
        "Overdue money": "¥898",
        "30+ rate": "0.00%",
        "90+ rate": "0.00%",
        "C → M1": "50.00%",
        "30-day cures": "—",
        "FPD30": "50.00%",
    }
    # Only late loans, unless a stage is asked for; names masked for a viewer.
    assert listed(console) == [1]
    assert console.dataframe[0].value["name"].to_list() == ["王*明"]


def test_the_newest_closed_day_is_told_as_a_day_where_no_month_ends(
    open_console: OpenConsole, new_year_book: Path
) -> None:
    console = open_console(new_year_book, user_name="viewer", page=PAGE)

    told = values(console)
    # 31 days late now: 8,000 of 15,200. What rolled is told for whole months only.
    assert (told["30+ rate"], told["C → M1"]) == ("52.63%", "50.00%")
    assert console.selectbox(key="month_en").options == ["2027-01-01", "2026-12", "2026-11"]
    assert console.selectbox(key="month_en").value == "2027-01-01"
    assert any("at the end of 2027-01-01" in line.value for line in console.markdown)


def test_a_link_to_a_day_opens_that_day(open_console: OpenConsole, new_year_book: Path) -> None:
    month = {"month": "2026-12", "bucket": "M1"}
    console = open_console(new_year_book, user_name="viewer", page=PAGE, **month)

    month_end = listed(console)
    visit(console, month="2027-01-01", bucket="M2")

    assert (month_end, listed(console)) == ([1], [1])


@pytest.mark.parametrize(
    ("query", "loans"),
    [
        ({"bucket": "C", "funder": "binhai_bank"}, [2]),
        ({"region": "31"}, []),
        ({"month": "2026-11", "bucket": "C"}, [1, 2]),
        ({"bucket": "no such stage", "month": "1999-01"}, [1]),
    ],
)
def test_a_link_sets_the_filters(
    open_console: OpenConsole, late_book: Path, query: dict[str, str], loans: list[int]
) -> None:
    console = open_console(late_book, user_name="viewer", page=PAGE, **query)

    assert listed(console) == loans


def test_a_filter_set_on_the_screen_stands_in_the_url(
    open_console: OpenConsole, late_book: Path
) -> None:
    console = open_console(late_book, user_name="viewer", page=PAGE)

    console.multiselect(key="region_en").set_value(["44"]).run()

    assert console.query_params["region"] == "44"
    assert values(console)["C → M1"] == "100.00%"


def test_a_filter_that_leaves_nothing_says_so(open_console: OpenConsole, late_book: Path) -> None:
    console = open_console(late_book, user_name="viewer", page=PAGE, product="fenfu")

    assert console.info[0].value == sentence("overdue_loans.nothing_chosen", "en")


def test_a_month_before_the_first_loan_of_a_filter_says_so(
    open_console: OpenConsole, late_book: Path
) -> None:
    console = open_console(late_book, user_name="viewer")
    lend(session.store(), name="张明月", id_number="999999199001010059", region_code="11")

    visit(console, region="11", month="2026-11")

    assert [fault.value for fault in console.exception] == []
    assert console.info[0].value == sentence("overdue_loans.nothing_chosen", "en")


def test_the_bars_may_show_the_share_or_the_whole_book(
    open_console: OpenConsole, late_book: Path
) -> None:
    console = open_console(late_book, user_name="risk_maker", page=PAGE)

    console.segmented_control(key="overdue_loans_measure_en").set_value("share").run()
    of_share = [fault.value for fault in console.exception]
    console.segmented_control(key="overdue_loans_measure_en").set_value("whole").run()

    assert of_share + [fault.value for fault in console.exception] == []
    assert console.dataframe[0].value["name"].to_list() == ["王*明"]


def test_an_empty_book_says_what_to_do_first(open_console: OpenConsole, empty_book: Path) -> None:
    console = open_console(empty_book, user_name="lin", page=PAGE)

    assert console.info[0].value == sentence("overdue_loans.empty", "en")


@pytest.mark.parametrize(
    ("show", "loans", "title"),
    [
        ("flow|2026-12-31|C|worse", [1], "1 loans stood in C a month before 2026-12-31"),
        ("first|2026-11-30|fpd_7_share", [1], "1 loans of 2026-11 did not pay"),
        ("entry|2026-12-31|open", [1], "1 times a loan became late in 2026-12"),
    ],
)
def test_a_mark_that_was_clicked_lists_its_loans(
    open_console: OpenConsole, late_book: Path, show: str, loans: list[int], title: str
) -> None:
    console = open_console(late_book, user_name="viewer", page=PAGE, show=show)

    assert listed(console) == loans
    assert any(title in line.value for line in console.markdown)


def test_what_was_clicked_can_be_left_again(open_console: OpenConsole, late_book: Path) -> None:
    console = open_console(late_book, user_name="viewer", page=PAGE, show="stage|2026-11-30|C")

    console.button(key="overdue_loans_forget").click().run()

    assert listed(console) == [1]
    assert "show" not in console.query_params


def test_loans_may_be_counted_instead_of_money(open_console: OpenConsole, late_book: Path) -> None:
    console = open_console(late_book, user_name="viewer", page=PAGE, weight="loans", view="lagged")

    told = values(console)
    assert (told["Late loans"], told["C → M1"], told["FPD30"]) == ("1", "50.00%", "50.00%")
    assert [fault.value for fault in console.exception] == []


def test_all_late_stages_are_one_word() -> None:
    assert stages_text(LATE_STAGES) == "any late stage"
    assert stages_text(("M2", "M3")) == "M2, M3"


def test_the_bench_asks_what_each_kind_of_mark_asks() -> None:
    assert CLICKS.keys() == late_choice._CHOICES.keys()
