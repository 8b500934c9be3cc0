"""Rows of a vintage's map: what is whole, what is open, where a life ends."""

from datetime import date

import polars as pl

from lending_core.portfolio.vintage import cohorts, curves, points
from pages.ui import vintage_rows
from tests.portfolio.test_vintage import BAD, JANUARY, LENT, bad, lent

APRIL, MAY = date(2026, 4, 30), date(2026, 5, 31)


def test_a_quarter_says_until_when_all_and_until_when_a_part_was_watched() -> None:
    found = cohorts(LENT, MAY, "quarter")
    each = points(LENT, BAD, MAY, "quarter", "count")

    rows = vintage_rows.of_cohorts(each, found, "count", 5)

    assert rows["state"].to_list() == ["whole"] * 4 + ["partly", "not_yet"]
    assert rows["hover"][1] == "11.11% · 1 of 9 loans"
    assert rows["hover"][4] == (
        "Only a part of the cohort was watched so long: known at the end of 2026-07."
    )
    assert rows["is_unfinished"].all()


def test_columns_end_a_quarter_after_the_last_loan_that_went_bad() -> None:
    found = cohorts(lent((JANUARY, 5, 5)), date(2028, 1, 31), "month")

    assert vintage_rows.last_month(bad((JANUARY, 4, 1, 1)), found) == 7
    assert vintage_rows.last_month(bad(), found) == 3


def test_a_quarter_begins_two_months_before_its_last_one() -> None:
    assert vintage_rows.first_day(date(2026, 3, 31), "quarter") == date(2026, 1, 1)
    assert vintage_rows.first_day(date(2026, 3, 31), "month") == date(2026, 3, 1)


def test_versions_are_put_together_as_before_and_after() -> None:
    three = pl.concat([lent((JANUARY, n, n), segment=str(n)) for n in (1, 2, 3)])

    found = vintage_rows.grouped(three, {"1": "before", "2": "after", "3": "after"})

    assert found.sort("segment").select("segment", "loans").rows() == [("after", 5), ("before", 1)]


def test_a_segment_has_a_row_as_far_as_its_curve_goes() -> None:
    both = lent((JANUARY, 40, 40), segment="a")
    curve = curves(both, bad((JANUARY, 1, 4, 4), segment="a"), APRIL, "count")

    rows = vintage_rows.of_segments(curve, {"a": "Alpha"}, 2)

    assert rows.select("name", "months_on_book", "rate").rows()[:2] == [
        ("Alpha", 0, 0.0),
        ("Alpha", 1, rows["rate"][1]),
    ]
    assert rows["hover"][1].startswith("10.00% (")
    assert vintage_rows.drawn(rows, newest=False).height == 3
