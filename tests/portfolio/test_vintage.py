"""Cohorts of a handful of loans, their points redone by hand."""

from datetime import date
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending_core.portfolio.vintage import cohorts, curves, points, restated

JANUARY, FEBRUARY, MARCH = date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)
APRIL, MAY = date(2026, 4, 30), date(2026, 5, 31)


def lent(*rows: tuple[date, int, int | None], segment: str | None = None) -> pl.DataFrame:
    schema = {"cohort_on": pl.Date, "loans": pl.Int64, "lent_fen": pl.Int64}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame if segment is None else frame.with_columns(segment=pl.lit(segment))


def bad(*rows: tuple[date, int, int, int | None], segment: str | None = None) -> pl.DataFrame:
    schema = {
        "cohort_on": pl.Date,
        "months_on_book": pl.Int64,
        "loans": pl.Int64,
        "lent_fen": pl.Int64,
    }
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame if segment is None else frame.with_columns(segment=pl.lit(segment))


# January lent 4 loans of 1,000 fen; one was bad after a month, another after three.
LENT = lent((JANUARY, 4, 4_000), (FEBRUARY, 5, 10_000), (APRIL, 1, 500))
BAD = bad((JANUARY, 1, 1, 1_000), (JANUARY, 3, 1, 1_000), (FEBRUARY, 2, 2, 3_000))


def test_a_month_has_a_point_for_each_month_it_was_watched() -> None:
    found = points(LENT, BAD, APRIL, "month", "count")

    assert found.select("cohort", "loans", "months_on_book", "bad", "rate").rows() == [
        ("2026-01", 4, 0, 0, 0.0),
        ("2026-01", 4, 1, 1, 0.25),
        ("2026-01", 4, 2, 1, 0.25),
        ("2026-01", 4, 3, 2, 0.5),
        ("2026-02", 5, 0, 0, 0.0),
        ("2026-02", 5, 1, 0, 0.0),
        ("2026-02", 5, 2, 2, 0.4),
        ("2026-04", 1, 0, 0, 0.0),
    ]


def test_a_quarter_has_a_point_only_where_its_newest_loans_were_watched_too() -> None:
    found = points(LENT, BAD, APRIL, "quarter", "count")

    # February's loans were watched for two months, and the quarter that began in April lends still.
    assert found.select("cohort", "loans", "months_on_book", "bad").rows() == [
        ("2026Q1", 9, 0, 0),
        ("2026Q1", 9, 1, 1),
        ("2026Q1", 9, 2, 3),
    ]


def test_by_amount_a_loan_counts_with_what_was_lent_on_both_sides() -> None:
    found = points(LENT, BAD, APRIL, "quarter", "amount")

    assert found.select("lent_fen", "bad").rows() == [(14_000, 0), (14_000, 1_000), (14_000, 4_000)]
    assert found["rate"].to_list() == pytest.approx([0.0, 1 / 14, 4 / 14])


def test_where_nobody_knows_the_amount_there_is_no_rate_by_amount() -> None:
    unknown = lent((JANUARY, 4, None))

    by_amount = points(unknown, bad((JANUARY, 1, 1, None)), FEBRUARY, "month", "amount")
    by_count = points(unknown, bad((JANUARY, 1, 1, None)), FEBRUARY, "month", "count")

    assert by_amount["rate"].to_list() == [None, None]
    assert by_count["rate"].to_list() == [0.0, 0.25]


def test_a_cohort_says_how_long_all_and_how_long_its_first_loans_were_watched() -> None:
    found = cohorts(LENT, MAY, "quarter")

    columns = ("cohort_on", "cohort", "loans", "months_observed", "months_seen")
    assert found.select(columns).rows() == [(MARCH, "2026Q1", 9, 3, 4)]


def test_segments_are_kept_apart() -> None:
    both = pl.concat([lent((JANUARY, 2, 10), segment="a"), lent((JANUARY, 4, 10), segment="b")])

    found = points(both, bad((JANUARY, 1, 1, 5), segment="b"), FEBRUARY, "month", "count")

    assert found.select("segment", "rate").rows() == [("a", 0), ("a", 0), ("b", 0), ("b", 0.25)]


def test_a_curve_follows_each_cohort_as_far_as_it_was_seen() -> None:
    many = lent((JANUARY, 100, 100), (FEBRUARY, 300, 300))
    went = bad((JANUARY, 1, 10, 10), (FEBRUARY, 1, 20, 20), (JANUARY, 2, 9, 9))

    found = curves(many, went, MARCH, "count")

    # After a month 30 of 400 were bad. Only January was seen longer: 9 of the 90 still good.
    by_hand = 1 - (1 - Fraction(30, 400)) * (1 - Fraction(9, 90))
    assert found["at_risk"].to_list() == [400, 400, 90]
    assert found["rate"].to_list() == pytest.approx([0.0, 0.075, float(by_hand)])


def test_the_interval_of_a_curve_is_greenwoods() -> None:
    found = curves(lent((JANUARY, 100, 100)), bad((JANUARY, 1, 10, 10)), FEBRUARY, "count")

    # 1.96 x sqrt(10 / (100 x 90)) / 0.10536 = 0.62008, whose power of e is 1.85908: 1 - 0.9 to the
    # power of 1 / 1.85908, and of 1.85908.
    assert found.select("low", "high").row(1) == pytest.approx((0.055097, 0.177884), abs=1e-6)


def test_a_curve_ends_where_few_loans_are_left_to_watch() -> None:
    found = curves(lent((JANUARY, 29, 29), (MARCH, 30, 30)), bad(), APRIL, "count")

    assert found["months_on_book"].to_list() == [0, 1]


def test_what_is_known_now_takes_the_place_of_what_was_known_then() -> None:
    then, now = bad((JANUARY, 1, 1, 1_000)), bad((JANUARY, 2, 1, 1_000))

    found = restated(BAD, then, now).sort("cohort_on", "months_on_book")

    assert found.select("cohort_on", "months_on_book", "loans", "lent_fen").rows() == [
        (JANUARY, 2, 1, 1_000),
        (JANUARY, 3, 1, 1_000),
        (FEBRUARY, 2, 2, 3_000),
    ]


entries = st.lists(
    st.tuples(st.sampled_from([JANUARY, FEBRUARY, MARCH]), st.integers(0, 6), st.integers(0, 9)),
    max_size=12,
)


@given(entries, st.sampled_from(["month", "quarter"]))
def test_a_vintage_never_falls(found: list[tuple[date, int, int]], period: str) -> None:
    went = bad(*[(on, month, loans, loans) for on, month, loans in found])
    many = lent(*[(on, 200, 200) for on in (JANUARY, FEBRUARY, MARCH)])

    step = pl.col("rate").diff().over("segment", "cohort_on").min()
    by_cohort = points(many, went, MAY, period, "count").select(step).item()
    together = curves(many, went, MAY, "count")["rate"].diff().min()

    assert min(by_cohort, together) >= 0
