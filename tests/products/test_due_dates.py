"""Due dates: months that end early, leap years, weeks."""

from datetime import date

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
