"""Levels that are held: the schedule ends when the balance is repaid."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lending_core.products.schedule import schedule
from lending_core.products.terms import LEVEL_METHODS
from tests.products.loans import a_draw, a_loan, a_rate_change, rows_of, terms

ON_FIRST_MARCH = date(2026, 3, 1)


def test_an_instalment_held_repays_a_smaller_balance_in_fewer_instalments() -> None:
    rows = rows_of(a_loan(principal_fen=3_000_00, level_fen=1_100_16))

    # 3,000.00 bears 45.00, 1,944.84 bears 29.17, 873.85 bears 13.11.
    assert rows == [
        (1_055_16, 45_00, 1_100_16, 1_944_84),
        (1_070_99, 29_17, 1_100_16, 873_85),
        (873_85, 13_11, 886_96, 0),
    ]


def test_principal_held_is_repaid_each_month_until_nothing_is_left() -> None:
    rows = rows_of(a_loan(method="equal_principal", principal_fen=2_500_00, level_fen=1_000_00))

    assert rows == [
        (1_000_00, 37_50, 1_037_50, 1_500_00),
        (1_000_00, 22_50, 1_022_50, 500_00),
        (500_00, 7_50, 507_50, 0),
    ]


def test_the_last_instalment_clears_what_a_level_too_low_leaves() -> None:
    rows = rows_of(a_loan(instalments=2, level_fen=1_100_16))

    assert rows == [
        (920_16, 180_00, 1_100_16, 11_079_84),
        (11_079_84, 166_20, 11_246_04, 0),
    ]


def test_a_level_below_the_interest_repays_nothing_before_the_last() -> None:
    rows = rows_of(a_loan(instalments=3, level_fen=100_00))

    assert [principal for principal, _, _, _ in rows] == [0, 0, 12_000_00]


def test_a_level_is_held_through_an_early_repayment() -> None:
    rows = rows_of(a_loan(level_fen=1_100_16), a_draw(ON_FIRST_MARCH, -8_000_00))

    assert [total for _, _, total, _ in rows] == [1_100_16] * 3 + [1_094_08]
    assert rows[1] == (933_96, 166_20, 1_100_16, 2_145_88)


def test_a_level_is_held_through_a_rate_change() -> None:
    loan = a_loan(method="equal_principal", instalments=3, level_fen=5_000_00)

    rows = rows_of(loan, a_rate_change(date(2026, 2, 2), "0.12"))

    assert rows == [
        (5_000_00, 180_00, 5_180_00, 7_000_00),
        (5_000_00, 70_00, 5_070_00, 2_000_00),
        (2_000_00, 20_00, 2_020_00, 0),
    ]


def test_a_level_is_held_after_the_grace() -> None:
    rows = rows_of(a_loan(level_fen=6_180_00, grace_principal_instalments=1))

    assert rows == [
        (0, 180_00, 180_00, 12_000_00),
        (6_000_00, 180_00, 6_180_00, 6_000_00),
        (6_000_00, 90_00, 6_090_00, 0),
    ]


def test_loans_with_and_without_a_level_stand_together() -> None:
    held, derived = a_loan(level_fen=6_000_00), a_loan(loan_id=2)

    together = schedule(terms(held, derived | {"level_fen": 0}))

    assert together.equals(schedule(terms(held)).vstack(schedule(terms(derived))))


@pytest.mark.parametrize("method", ["interest_only", "minimum_payment"])
def test_a_method_that_asks_no_level_cannot_hold_one(method: str) -> None:
    with pytest.raises(ValueError, match="a method has no level"):
        rows_of(a_loan(method=method, level_fen=1))


@given(
    level_fen=st.integers(1, 20_000_00),
    method=st.sampled_from(sorted(set(LEVEL_METHODS) - {"flat"})),
    annual_rate=st.decimals(0, 1, places=4),
    repaid_fen=st.integers(1, 5_000_00),
    on=st.dates(date(2026, 1, 1), date(2026, 4, 30)),
)
@settings(deadline=None, max_examples=60)
def test_a_level_held_repays_exactly_the_balance(
    level_fen: int, on: date, repaid_fen: int, **loan: Any
) -> None:
    # Four months of at most 1,000.00 leave more than what is then repaid early.
    level_fen = min(level_fen, 1_000_00)
    terms_of_it = a_loan(**loan, level_fen=level_fen, day_count="act/365")

    rows = rows_of(terms_of_it, a_draw(on, -repaid_fen))

    assert sum(principal for principal, _, _, _ in rows) == 12_000_00 - repaid_fen
    assert min(min(row) for row in rows) >= 0
    assert rows[-1][3] == 0
    assert rows[-1][0] > 0


def test_a_level_held_counts_as_derived_where_it_is_the_same() -> None:
    derived = rows_of(a_loan(annual_rate=Decimal(0)))

    assert rows_of(a_loan(annual_rate=Decimal(0), level_fen=1_000_00)) == derived
