"""Which rows train a model and which only test it."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from lending_core.scoring.plan import Candidate, house_plan
from lending_core.scoring.sampling import split

ENDS = {
    "of a month that is over": (date(2026, 4, 30), date(2026, 2, 1)),
    "within a month": (date(2026, 4, 15), date(2026, 1, 16)),
}


@pytest.mark.parametrize(("newest_on", "first_test_on"), ENDS.values(), ids=ENDS)
def test_months_are_kept_for_testing_from_their_first_day(
    newest_on: date, first_test_on: date
) -> None:
    days = pl.date_range(date(2025, 8, 1), newest_on, eager=True).alias("applied_on")
    is_bad = pl.col("applied_on").dt.ordinal_day() % 2 == 0
    sample = pl.DataFrame(days).with_columns(inquiries_3m=pl.lit(1), is_bad=is_bad)
    many = pl.concat([sample] * 3)

    parts = split(many, replace(house_plan(), out_of_time_months=3), [Candidate("inquiries_3m")])

    assert parts.out_of_time["applied_on"].min() == first_test_on
    assert parts.development["applied_on"].max() < first_test_on
