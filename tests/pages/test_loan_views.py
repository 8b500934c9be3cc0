"""A loan's figures taken apart, and the loan as it was known before."""

from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.loan_trace import exact_yuan
from pages.ui.text import sentence
from tests.pages.conftest import OpenConsole
from tests.pages.test_loan import PAGE
from tests.pages.test_loan_desk import press


def explained(console: AppTest, figure: str) -> list[tuple[str, str]]:
    """Steps of a figure as (words, amount)."""
    box = next(box for box in console.selectbox if box.key == "loan_trace_figure_en")
    box.set_value(figure).run()
    return rows_of(console.container(key="loan_trace_card").table[0].value)


def rows_of(table: pd.DataFrame) -> list[tuple[str, str]]:
    return list(table.itertuples(index=False, name=None))


def views(console: AppTest) -> dict[str, tuple[str, str]]:
    """Figure -> as known then, as known now."""
    rows = rows_of(console.container(key="loan_known_card").table[0].value)
    return {name: (then, now) for name, then, now in rows}


@pytest.fixture
def maker(open_console: OpenConsole, late_book: Path) -> AppTest:
    return open_console(late_book, user_name="risk_maker", page=PAGE, loan_id="1")


def test_the_payoff_is_the_sum_of_its_parts(maker: AppTest) -> None:
    assert explained(maker, "payoff:0") == [
        ("Principal", "¥8,000.00"),
        ("Interest to date, unpaid", "¥189.91"),
        ("Penalty", "¥14.76"),
        ("Fees", "¥0.00"),
        ("**Together**", "**¥8,204.67**"),
    ]


def test_interest_is_balance_times_rate_times_days(maker: AppTest) -> None:
    assert explained(maker, "interest:1") == [
        (
            "¥8,000.00 × 14.965% × 30 / 365, from 2026-11-01 to 2026-12-01 (30 days)",
            "¥98.40",
        ),
        ("**Together**", "**¥98.40**"),
    ]


def test_penalty_starts_after_the_days_of_grace(maker: AppTest) -> None:
    assert explained(maker, "penalty:1") == [
        (
            "¥800.00 × 14.965% × 1.5 × 30 / 365, late from 2026-12-01 to 2027-01-01",
            "¥14.76",
        ),
        ("**Together**", "**¥14.76**"),
    ]


def test_lateness_counts_from_the_oldest_due_date(maker: AppTest) -> None:
    assert explained(maker, "days_past_due:0") == [
        ("From 2026-12-01, when instalment 1 fell due, to 2027-01-01", "31"),
        ("**Together**", "**31**"),
    ]


def test_a_payment_says_in_which_order_it_settled(
    open_console: OpenConsole, late_book: Path
) -> None:
    console = open_console(late_book, user_name="viewer", page=PAGE, loan_id="2")

    console.toggle(key="loan_trace_order").set_value(True).run()

    notes = [note.value for note in console.container(key="loan_history").caption]
    assert notes[1].startswith("At 0 days past due: Fee, then penalty, then interest")


def test_before_anything_was_recorded_both_views_are_the_same(maker: AppTest) -> None:
    card = maker.container(key="loan_known_card")

    assert sentence("loan_known.same", "en") in [note.value for note in card.caption]


def test_a_payment_recorded_today_is_not_known_yesterday(maker: AppTest) -> None:
    press(press(maker, "payment"), "confirm")

    assert views(maker)["Outstanding"] == ("¥8,000.00", "**¥6,400.00**")
    assert views(maker)["Days past due"] == ("31", "**0**")
    since = maker.container(key="loan_known_card").dataframe[0].value
    assert since["event_kind"].to_list() == ["Payment"]


def test_money_booked_late_changes_the_days_since_it_arrived(maker: AppTest) -> None:
    press(maker, "payment")
    maker.number_input(key="loan_desk_in_amount").set_value(898.40)
    maker.date_input(key="loan_desk_in_on").set_value("2026-12-01").run()
    press(maker, "confirm")
    maker.date_input(key="as_of").set_value("2026-12-31").run()

    assert views(maker)["Days past due"] == ("30", "**0**")
    assert views(maker)["Outstanding"] == ("¥8,000.00", "**¥7,200.00**")


def test_a_day_before_the_loan_was_paid_out_is_refused(maker: AppTest) -> None:
    maker.date_input(key="as_of").set_value("2026-10-01").run()

    assert maker.error[0].value.startswith("Loan 1 was not paid out by 2026-10-01.")


@pytest.mark.parametrize(
    ("fen", "text"), [("12300", "¥123.00"), ("1/3", "¥0.003333"), ("-1/2", "-¥0.005")]
)
def test_parts_of_a_fen_are_shown_where_there_are_any(fen: str, text: str) -> None:
    assert exact_yuan(Fraction(fen)) == text
