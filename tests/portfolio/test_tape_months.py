"""Month ends told one by one: what each was before, what it enters, and which contradict others."""

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from lending_core.portfolio.tape_months import Months, followed


def months(*rows: tuple[int, int, int, str | None, int | None]) -> Months:
    """Rows of loan, month of 2025, days past due, standing and principal; lent on 1 January."""
    names = ("loan_id", "number", "days_past_due", "standing", "principal_fen")
    kinds = (pl.Int64, pl.Int64, pl.Int32, pl.String, pl.Int64)
    told = pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row")
    return followed(
        told.with_columns(
            position=pl.int_range(1, pl.len() + 1, dtype=pl.Int64),
            disbursed_on=pl.lit(date(2025, 1, 1)),
            month_end_on=pl.date(2025, pl.col("number"), 1).dt.month_end(),
        ).drop("number")
    )


def test_each_month_end_knows_the_one_before_where_it_was_open():
    found = months((1, 1, 0, None, 900), (1, 2, 31, None, 800), (1, 3, 0, None, 0)).rows

    assert found.select(
        "standing", "bucket", "previous_bucket", "previous_principal_fen", "months_on_book"
    ).rows() == [
        ("open", "C", None, None, 0),
        ("open", "M2", "C", 900, 1),
        ("paid", None, "M2", 800, 2),
    ]


def test_a_month_that_is_missing_leaves_the_next_without_one_before_and_is_counted():
    found = months((1, 1, 0, "open", None), (1, 3, 5, "open", None))

    assert found.gaps == 1
    assert found.rows["previous_bucket"].to_list() == [None, None]


def test_more_than_30_and_90_days_and_default_are_entered_once():
    late = (30, 31, 0, 91, 120)
    found = months(*((1, number, days, "open", None) for number, days in enumerate(late, 1))).rows

    assert found["entered_30"].to_list() == [False, True, False, False, False]
    assert found["entered_90"].to_list() == [False, False, False, True, False]
    assert found["entered_default"].to_list() == [False, False, False, True, False]
    assert found["worst_days_past_due"].to_list() == [30, 31, 31, 91, 120]


def test_what_one_loan_did_is_not_said_of_the_next():
    found = months(
        (1, 1, 200, "open", None), (1, 2, 200, "written_off", None), (2, 3, 0, "open", 1)
    )

    assert found.rows["entered_default"].to_list() == [True, False, False]
    assert found.rows.row(2, named=True)["worst_days_past_due"] == 0
    assert found.rows.row(2, named=True)["previous_bucket"] is None


def test_months_without_a_loan_have_no_stage():
    found = months(
        (1, 1, 5, "open", None), (1, 2, None, "absent", None), (1, 3, 0, "open", None)
    ).rows

    assert found["bucket"].to_list() == ["M1", None, "C"]
    assert found["previous_bucket"].to_list() == [None, "M1", None]
    assert found["days_past_due"].to_list() == [5, None, 0]
    assert found["asset_class"].to_list() == ["special_mention", None, "normal"]


def test_a_second_row_of_a_month_is_a_duplicate_and_the_first_counts():
    found = months((1, 1, 0, "open", None), (1, 1, 40, "open", None), (1, 2, 1, "open", None))

    assert found.refused.rows() == [(2, "duplicate", "month")]
    assert found.rows["previous_bucket"].to_list() == [None, "C"]


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 12), st.integers(0, 200)), max_size=40))
def test_rows_told_are_rows_kept_or_refused_and_nothing_is_entered_twice(told):
    rows = sorted(told)
    found = months(*((loan, month, days, None, None) for loan, month, days in rows))
    entered = found.rows.group_by("loan_id").agg(
        pl.col("entered_30", "entered_90", "entered_default").sum()
    )

    assert found.rows.height + found.refused.height == len(rows)
    assert entered.filter(pl.any_horizontal(pl.exclude("loan_id") > 1)).is_empty()
