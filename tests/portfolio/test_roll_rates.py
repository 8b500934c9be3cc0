"""Flows of a book of a few loans between two month ends, redone by hand."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending_core.portfolio.roll_rates import (
    FLOW_STAGES,
    effective_loans,
    flow_rates,
    flows,
    matrix,
    movements,
)
from lending_core.scoring.calibration import wilson
from lending_core.servicing.buckets import bucket_codes

JULY, AUGUST = date(2026, 7, 31), date(2026, 8, 31)
SCHEMA = {
    "month_end_on": pl.Date,
    "from_bucket": pl.String,
    "to_state": pl.String,
    "loans": pl.Int64,
    "from_principal_fen": pl.Int64,
    "to_principal_fen": pl.Int64,
    "written_off_fen": pl.Int64,
    "from_square": pl.Float64,
}
# In July 1,000 stood on time and 200 one month late; by August:
ROWS: list[tuple[Any, ...]] = [
    (AUGUST, "C", "C", 8, 800, 700, 0, 80_000.0),
    (AUGUST, "C", "M1", 1, 100, 100, 0, 10_000.0),
    (AUGUST, "C", "paid", 1, 100, 0, 0, 10_000.0),
    (AUGUST, "M1", "M2", 2, 150, 150, 0, 12_500.0),
    (AUGUST, "M1", "written_off", 1, 50, 0, 40, 2_500.0),
    (AUGUST, None, "C", 3, None, 300, 0, None),
    # Money that came after a write-off.
    (AUGUST, None, "written_off", 1, None, 0, 0, None),
]
MOVES = pl.DataFrame(ROWS, schema=SCHEMA, orient="row")


def test_by_count_every_loan_goes_somewhere() -> None:
    found = matrix(flows(MOVES, "count"))

    assert found.rows() == [
        ("C", "C", 8, 10, 0.8),
        ("C", "M1", 1, 10, 0.1),
        ("C", "paid", 1, 10, 0.1),
        ("M1", "M2", 2, 3, 2 / 3),
        ("M1", "written_off", 1, 3, 1 / 3),
    ]


def test_by_balance_every_fen_goes_somewhere_and_instalments_are_repaid() -> None:
    found = matrix(flows(MOVES, "amount"))

    # Of 1,000 on time 100 were repaid by loans that stay, 100 by the one that was closed.
    assert found.rows() == [
        ("C", "C", 700, 1000, 0.7),
        ("C", "M1", 100, 1000, 0.1),
        ("C", "paid", 200, 1000, 0.2),
        ("M1", "M2", 150, 200, 0.75),
        ("M1", "paid", 10, 200, 0.05),
        ("M1", "written_off", 40, 200, 0.2),
    ]


def test_the_flow_rate_is_what_got_worse_over_what_stood_there() -> None:
    by_balance = flow_rates(MOVES, "amount").select("from_bucket", "loans", "worse", "rate")
    by_count = flow_rates(MOVES, "count").select("from_bucket", "rate")

    # Of 200 in M1, 150 are in M2 and a loan of 50 was written off.
    assert by_balance.rows() == [("C", 10, 1, 0.1), ("M1", 3, 3, 1.0)]
    assert by_count.rows() == [("C", 0.1), ("M1", 1.0)]


def test_by_count_the_interval_is_wilsons() -> None:
    found = flow_rates(MOVES, "count").select("low", "high").rows()

    assert found == [pytest.approx(wilson(1, 10)), pytest.approx(wilson(3, 3))]


def test_by_balance_it_rests_on_as_many_loans_as_the_sizes_are_worth() -> None:
    found = flow_rates(MOVES, "amount").row(1, named=True)

    # 200 squared over 12,500 + 2,500.
    assert found["effective"] == pytest.approx(40_000 / 15_000)
    assert (found["low"], found["high"]) == pytest.approx(wilson(40_000 / 15_000, 40_000 / 15_000))


def test_what_is_worst_has_no_flow_but_a_place_in_the_chain() -> None:
    worst = pl.DataFrame([(AUGUST, "M7+", "M7+", 2, 20, 20, 0, 200.0)], schema=SCHEMA, orient="row")

    assert flow_rates(worst).is_empty()
    assert effective_loans(worst, "amount").rows() == [(AUGUST, "M7+", 2.0)]


def test_opening_and_lent_less_repaid_and_written_off_is_closing() -> None:
    assert movements(MOVES).rows() == [(AUGUST, 1200, 300, 210, 40, 1250)]


def test_a_tape_without_balances_has_rates_by_count_only() -> None:
    names = ("from_principal_fen", "to_principal_fen", "written_off_fen")
    none = [pl.lit(None, pl.Int64).alias(name) for name in names]
    counted = MOVES.with_columns(*none, from_square=pl.lit(None, pl.Float64))

    by_amount = flow_rates(counted, "amount")

    assert by_amount["rate"].to_list() == [None, None]
    assert flows(counted, "amount")["value"].is_null().all()
    assert flow_rates(counted, "count")["rate"].to_list() == [0.1, 1.0]


def test_a_matrix_of_each_month_keeps_months_apart() -> None:
    july = MOVES.filter(pl.col("from_bucket") == "C").with_columns(month_end_on=pl.lit(JULY))
    flowed = flows(pl.concat([july, MOVES]), "count")

    by_month = matrix(flowed, "month_end_on").filter(to_state="paid")

    assert by_month.rows() == [(JULY, "C", "paid", 1, 10, 0.1), (AUGUST, "C", "paid", 1, 10, 0.1)]
    assert matrix(flowed).filter(to_state="paid").rows() == [("C", "paid", 2, 20, 0.1)]


moved = st.tuples(
    st.sampled_from(bucket_codes()),
    st.sampled_from([*bucket_codes(), "paid", "written_off"]),
    st.integers(1, 50),
    st.integers(1, 10_000),
    st.integers(0, 10_000),
)


@given(st.lists(moved, min_size=1, max_size=20), st.sampled_from(["count", "amount"]))
def test_the_rates_of_a_state_add_up_to_one(
    found: list[tuple[str, str, int, int, int]], weight: str
) -> None:
    rows = [
        (
            *(AUGUST, before, after, loans, principal),
            min(left, principal) * (after in bucket_codes()),
            min(left, principal) * (after == "written_off"),
            float(principal),
        )
        for before, after, loans, principal, left in found
    ]
    moves = pl.DataFrame(rows, schema=SCHEMA, orient="row")

    sums = matrix(flows(moves, weight)).group_by("from_state").agg(pl.col("rate").sum())

    assert sums["rate"].to_list() == pytest.approx([1.0] * sums.height)
    assert set(flow_rates(moves, weight)["from_bucket"]) <= set(FLOW_STAGES)
