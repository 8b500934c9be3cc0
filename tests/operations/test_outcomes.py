"""Which loans have had the whole time in which they may turn bad: six whole months."""

from datetime import date

import pytest

from lending_core.operations.outcomes import matured_until


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 10, 31), date(2026, 4, 30)),
        (date(2026, 11, 1), date(2026, 4, 30)),
        (date(2026, 11, 29), date(2026, 4, 30)),
        (date(2026, 11, 30), date(2026, 5, 31)),
        (date(2026, 8, 31), date(2026, 2, 28)),
    ],
)
def test_loans_mature_month_by_month_as_months_are_over(on: date, expected: date) -> None:
    assert matured_until(on) == expected
