"""Due dates: months that end early, leap years, weeks."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.products.loans import a_loan, due_on


def test_a_missing_day_becomes_the_last_of_the_month_and_the_day_returns() -> None:
    loan = a_loan(disbursed_on=date(2025, 1, 31), instalments=3)

    assert due_on(loan) == ["2025-02-28", "2025-03-31", "2025-04-30"]


def test_a_missing_day_rolls_to_the_first_of_the_next_month_and_the_day_returns() -> None:
    loan = a_loan(disbursed_on=date(2025, 1, 30), instalments=3, month_end="roll")

    assert due_on(loan) == ["2025-03-01", "2025-03-30", "2025-04-30"]


def test_a_leap_year_has_29_february() -> None:
    loan = a_loan(disbursed_on=date(2023, 11, 30), instalments=4, month_end="roll")

    assert due_on(loan) == ["2023-12-30", "2024-01-30", "2024-03-01", "2024-03-30"]


def test_quarters_keep_the_day() -> None:
    loan = a_loan(disbursed_on=date(2025, 11, 30), instalments=2, every_months=3)

    assert due_on(loan) == ["2026-02-28", "2026-05-30"]


def test_periods_in_days_ignore_months() -> None:
    loan = a_loan(disbursed_on=date(2024, 2, 20), instalments=2, every_months=None, every_days=14)

    assert due_on(loan) == ["2024-03-05", "2024-03-19"]


@pytest.mark.parametrize(
    ("month_end", "days"),
    [
        ("clamp", ["2026-03-31", "2026-04-30", "2026-05-31"]),
        ("roll", ["2026-03-31", "2026-05-01", "2026-05-31"]),
    ],
)
def test_a_schedule_that_starts_in_february_keeps_the_day_of_january(
    month_end: str, days: list[str]
) -> None:
    loan = a_loan(disbursed_on=date(2026, 1, 31), month_end=month_end)

    assert due_on(loan | {"instalments_before": 1, "instalments": 3}) == days


@given(
    disbursed_on=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    passed=st.integers(0, 24),
    every=st.sampled_from(
        [{"every_months": months, "every_days": None} for months in (1, 3)]
        + [{"every_months": None, "every_days": days} for days in (7, 30)]
    ),
    month_end=st.sampled_from(["clamp", "roll"]),
)
@settings(deadline=None)
def test_dates_after_those_that_passed_are_the_rest_of_the_calendar(
    disbursed_on: date, passed: int, every: dict[str, Any], month_end: str
) -> None:
    loan = a_loan(disbursed_on=disbursed_on, month_end=month_end, **every)

    rest = due_on(loan | {"instalments": 12, "instalments_before": passed})

    assert rest == due_on(loan | {"instalments": passed + 12})[passed:]
