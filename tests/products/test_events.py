"""Draws and rate changes, on due dates and inside periods."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lending_core.products.schedule import schedule
from lending_core.products.terms import EVENT_SCHEMA
from tests.products.loans import a_draw, a_loan, a_rate_change, rows_of, terms

HUNDRED = a_loan(principal_fen=100_00, instalments=6, disbursed_on=date(2024, 1, 1))
AT_SEVEN = HUNDRED | {"annual_rate": Decimal("0.07")}
AT_NINE = HUNDRED | {"annual_rate": Decimal("0.094822")}


def totals(rows: list[tuple[int, ...]]) -> list[int]:
    return [total for _, _, total, _ in rows]


def test_a_draw_on_a_due_date_joins_that_balance_and_changes_the_next_instalment() -> None:
    rows = rows_of(AT_NINE, a_draw(date(2024, 3, 1), 100_00))

    assert totals(rows) == [17_13, 17_13, 42_63, 42_63, 42_63, 42_61]
    assert rows[1] == (16_47, 66, 17_13, 167_19)


def test_a_draw_inside_a_period_bears_interest_for_the_days_left() -> None:
    rows = rows_of(AT_NINE, a_draw(date(2024, 2, 15), 100_00))

    assert totals(rows) == [17_13, 37_53, 37_53, 37_53, 37_53, 37_53]
    assert rows[1] == (36_46, 1_07, 37_53, 147_20)


def test_a_draw_in_the_first_period_changes_all_instalments() -> None:
    rows = rows_of(AT_NINE, a_draw(date(2024, 1, 8), 200_00))

    assert totals(rows) == [51_33] * 6
    assert rows[0] == (49_32, 2_01, 51_33, 250_68)


def test_a_draw_on_the_first_day_is_part_of_the_loan() -> None:
    half = AT_NINE | {"principal_fen": 50_00}

    assert rows_of(half, a_draw(date(2024, 1, 1), 50_00)) == rows_of(AT_NINE)


def test_a_rate_change_counts_on_its_own_day() -> None:
    rows = rows_of(AT_SEVEN, a_rate_change(date(2024, 2, 15), "0.04"))

    assert totals(rows) == [17_01, 16_90, 16_90, 16_90, 16_90, 16_90]
    assert rows[1] == (16_53, 37, 16_90, 67_04)


def test_a_rate_change_on_the_day_after_a_due_date_holds_for_the_whole_period() -> None:
    rows = rows_of(AT_SEVEN, a_rate_change(date(2024, 2, 2), "0.04"))

    assert totals(rows) == [17_01, 16_88, 16_88, 16_88, 16_88, 16_89]
    assert rows[1] == (16_60, 28, 16_88, 66_97)


def test_two_draws_in_one_period_bear_interest_each_from_its_day() -> None:
    loan = AT_SEVEN | {"method": "interest_only", "day_count": "act/365", "instalments": 2}
    draws = (a_draw(date(2024, 1, 11), 365_00), a_draw(date(2024, 1, 21), 730_00))

    rows = rows_of(loan, *draws)

    # 100 for 31 days, 365 for 21 and 730 for 11, at 7 %: 0.5945 + 1.47 + 1.54.
    assert rows[0] == (0, 3_60, 3_60, 1_195_00)


def test_a_draw_after_a_rate_change_bears_the_new_rate() -> None:
    loan = AT_SEVEN | {"method": "interest_only", "day_count": "act/365", "instalments": 1}
    events = (a_rate_change(date(2024, 1, 12), "0.14"), a_draw(date(2024, 1, 21), 365_00))

    rows = rows_of(loan, *events)

    # 100 for 10 days at 7 % and 21 at 14 %, 365 for 11 days at 14 %: 0.1918 + 0.8055 + 1.54.
    assert rows[0] == (465_00, 2_54, 467_54, 0)


def test_a_rate_change_after_a_draw_applies_to_it_too() -> None:
    loan = AT_SEVEN | {"method": "interest_only", "day_count": "act/365", "instalments": 1}
    events = (a_draw(date(2024, 1, 11), 365_00), a_rate_change(date(2024, 1, 22), "0.14"))

    rows = rows_of(loan, *events)

    # 100 for 20 days at 7 % and 11 at 14 %, 365 for 10 days at 7 % and 11 at 14 %.
    assert rows[0][1] == 81 + 2_24


def test_flat_interest_is_taken_on_all_that_was_drawn() -> None:
    loan = HUNDRED | {"method": "flat", "instalments": 4, "annual_rate": Decimal("0.12")}

    rows = rows_of(loan, a_draw(date(2024, 3, 1), 100_00))

    assert rows[1] == (25_00, 1_00, 26_00, 150_00)
    assert rows[2:] == [(75_00, 2_00, 77_00, 75_00), (75_00, 2_00, 77_00, 0)]


def test_equal_principal_is_shared_out_again_after_a_draw() -> None:
    loan = HUNDRED | {"method": "equal_principal", "instalments": 4, "annual_rate": Decimal("0.12")}

    rows = rows_of(loan, a_draw(date(2024, 2, 1), 60_00))

    assert [principal for principal, _, _, _ in rows] == [25_00, 45_00, 45_00, 45_00]


def test_a_draw_during_grace_is_repaid_after_it() -> None:
    loan = AT_SEVEN | {"grace_principal_instalments": 2, "annual_rate": Decimal(0)}

    rows = rows_of(loan, a_draw(date(2024, 1, 15), 20_00))

    assert [principal for principal, _, _, _ in rows] == [0, 0, 30_00, 30_00, 30_00, 30_00]


@pytest.mark.parametrize("on", [date(2023, 12, 31), date(2024, 7, 1), date(2025, 1, 1)])
def test_a_draw_outside_the_term_is_a_bug(on: date) -> None:
    with pytest.raises(ValueError, match="outside the loan's term"):
        rows_of(AT_SEVEN, a_draw(on, 1_00))


days_of_the_loan = st.dates(date(2024, 1, 1), date(2024, 6, 30))
events = st.lists(
    st.builds(a_draw, days_of_the_loan, st.integers(1, 1_000_00))
    | st.builds(a_rate_change, days_of_the_loan, st.sampled_from(["0", "0.05", "0.36"])),
    max_size=4,
)
methods = st.sampled_from(["equal_instalment", "equal_principal", "interest_only", "flat"])


@given(histories=st.lists(events, min_size=2, max_size=4), method=methods)
@settings(deadline=None, max_examples=50)
def test_loans_with_events_are_the_same_alone_as_among_many(
    histories: list[list[dict[str, object]]], method: str
) -> None:
    numbered = [
        [event | {"loan_id": number} for event in history]
        for number, history in enumerate(histories)
    ]
    loans = [AT_SEVEN | {"loan_id": number, "method": method} for number in range(len(numbered))]
    frames = [pl.DataFrame(history, schema=EVENT_SCHEMA) for history in numbered]

    together = schedule(terms(*loans), pl.concat(frames))

    alone = [schedule(terms(loan), frame) for loan, frame in zip(loans, frames, strict=True)]
    assert together.equals(pl.concat(alone))


@given(history=events, method=methods)
@settings(deadline=None, max_examples=50)
def test_all_that_is_drawn_is_repaid(history: list[dict[str, object]], method: str) -> None:
    rows = rows_of(AT_SEVEN | {"method": method}, *history)

    drawn = sum(event["amount_fen"] or 0 for event in history)
    assert sum(principal for principal, _, _, _ in rows) == 100_00 + drawn
    assert min(min(row) for row in rows) >= 0
    assert rows[-1][3] == 0
