"""Calendar arithmetic: which month is over."""

from datetime import date

import pytest

from lending_core.dates import newest_month_end


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 10, 31), date(2026, 10, 31)),
        (date(2026, 11, 1), date(2026, 10, 31)),
        (date(2026, 11, 29), date(2026, 10, 31)),
        (date(2026, 11, 30), date(2026, 11, 30)),
        (date(2028, 2, 28), date(2028, 1, 31)),
        (date(2028, 2, 29), date(2028, 2, 29)),
        (date(2027, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_month_is_over_at_the_end_of_its_last_day(on: date, expected: date) -> None:
    assert newest_month_end(on) == expected
