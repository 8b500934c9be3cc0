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

PERIODS = [date(2024, month, 1) for month in range(1, 8)]
HUNDRED = a_loan(principal_fen=100_00, instalments=6, disbursed_on=date(2024, 1, 1))
AT_SEVEN = HUNDRED | {"annual_rate": Decimal("0.07")}
AT_NINE = HUNDRED | {"annual_rate": Decimal("0.094822")}


def totals(rows: list[tuple[int, ...]]) -> list[int]:
    return [total for _, _, total, _ in rows]


def drawn_in(events: list[dict[str, object]]) -> int:
    return sum(event["amount_fen"] or 0 for event in events)


def owed_at_the_end_of(on: date, loan: dict[str, object], events: list[dict[str, object]]) -> int:
    """What was drawn less what the instalments up to that day repaid."""
    passed = sum(day <= on for day in PERIODS[1:])
    repaid = sum(principal for principal, _, _, _ in rows_of(loan, *events)[:passed])
    return 100_00 + drawn_in(events) - repaid


def closing_from(on: date, rows: list[tuple[int, ...]]) -> list[int]:
    """Balances after the instalments that fall due on that day or later."""
    passed = sum(day < on for day in PERIODS[1:])
    return [balance for _, _, _, balance in rows[passed:]]


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


def test_principal_repaid_on_a_due_date_lowers_the_next_instalment() -> None:
    rows = rows_of(a_loan(), a_draw(date(2026, 3, 1), -3_000_00))

    assert rows[1] == (933_96, 166_20, 1_100_16, 7_145_88)
    assert totals(rows) == [1_100_16] * 2 + [774_86] * 9 + [774_84]


def test_principal_repaid_inside_a_period_bears_interest_up_to_that_day() -> None:
    loan = a_loan(method="interest_only", day_count="act/365", instalments=2)

    rows = rows_of(loan, a_draw(date(2026, 1, 11), -6_000_00))

    # 12,000.00 for 10 days and 6,000.00 for 21 at 18 %: 59.178 + 62.137; then for 28 days.
    assert rows == [(0, 121_32, 121_32, 6_000_00), (6_000_00, 82_85, 6_082_85, 0)]


def test_nothing_follows_the_interest_of_the_period_in_which_all_is_repaid() -> None:
    loan = a_loan(method="interest_only", day_count="act/365")

    rows = rows_of(loan, a_draw(date(2026, 2, 11), -12_000_00))

    # 10 days of 12,000.00 at 18 %.
    assert rows == [(0, 183_45, 183_45, 12_000_00), (0, 59_18, 59_18, 0)]


def test_nothing_follows_a_due_date_on_which_all_is_repaid() -> None:
    loan = a_loan(method="equal_principal")

    rows = rows_of(loan, a_draw(date(2026, 2, 1), -11_000_00))

    assert rows == [(1_000_00, 180_00, 1_180_00, 0)]


def test_what_was_repaid_early_may_be_drawn_again() -> None:
    loan = a_loan(method="equal_principal", instalments=4)
    events = a_draw(date(2026, 2, 1), -9_000_00), a_draw(date(2026, 4, 1), 5_000_00)

    rows = rows_of(loan, *events)

    assert rows == [
        (3_000_00, 180_00, 3_180_00, 0),
        (0, 0, 0, 0),
        (0, 0, 0, 5_000_00),
        (5_000_00, 75_00, 5_075_00, 0),
    ]


@pytest.mark.parametrize(
    "events",
    [
        [a_draw(date(2024, 2, 1), -83_58)],
        [a_draw(date(2024, 1, 15), -100_01)],
        [a_draw(date(2024, 1, 15), -60_00), a_draw(date(2024, 3, 15), -60_00)],
        [a_draw(date(2024, 1, 15), -100_01), a_draw(date(2024, 1, 16), 50_00)],
    ],
)
def test_more_repaid_than_is_owed_is_a_bug(events: list[dict[str, object]]) -> None:
    with pytest.raises(ValueError, match="more is repaid early than is owed"):
        rows_of(AT_SEVEN, *events)


def test_all_that_is_owed_may_be_repaid_on_a_due_date() -> None:
    rows = rows_of(AT_SEVEN, a_draw(date(2024, 2, 1), -rows_of(AT_SEVEN)[0][3]))

    assert len(rows) == 1


def test_flat_interest_allows_no_early_repayment() -> None:
    with pytest.raises(ValueError, match="flat interest allows no early repayment"):
        rows_of(HUNDRED | {"method": "flat"}, a_draw(date(2024, 2, 1), -1_00))


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

    assert sum(principal for principal, _, _, _ in rows) == 100_00 + drawn_in(history)
    assert min(min(row) for row in rows) >= 0
    assert rows[-1][3] == 0


@given(
    history=events,
    method=st.sampled_from(["equal_instalment", "equal_principal", "interest_only"]),
    on=days_of_the_loan,
)
@settings(deadline=None, max_examples=100)
def test_what_is_owed_on_any_day_can_be_repaid_and_leaves_nothing(
    history: list[dict[str, object]], method: str, on: date
) -> None:
    loan = AT_SEVEN | {"method": method, "day_count": "act/365"}
    before = [event for event in history if event["on"] <= on]
    owed = owed_at_the_end_of(on, loan, before)

    rows = rows_of(loan, *before, a_draw(on, -owed))

    assert sum(principal for principal, _, _, _ in rows) == 100_00 + drawn_in(before) - owed
    assert all(closing == 0 for closing in closing_from(on, rows))
