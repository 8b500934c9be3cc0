"""A tape that tells every balance but one: what it is part of is not known, everything else is."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl
import pytest

from lending_core.access.permissions import SYSTEM
from lending_core.operations.overdue import LoansAt, late_parts, stage_flows, told_of
from lending_core.operations.reports import BookFilter, bucket_by_month
from lending_core.operations.risk_pack_book import concentration
from lending_core.operations.risk_pack_sections import sections
from lending_core.operations.rolls import moves
from lending_core.portfolio.delinquency import (
    RateView,
    by_stage,
    flow_shares,
    headline_rates,
    late_rates,
)
from lending_core.portfolio.roll_rates import (
    flow_rates,
    flows,
    knows_balances,
    matrix,
    movements,
)
from lending_core.store.engine import Store, open_store

SEPTEMBER, OCTOBER = date(2026, 9, 30), date(2026, 10, 31)
EVERYTHING = BookFilter()
BOOK = {
    "name": "Tape",
    "shape": "months",
    "is_simulated": False,
    "currency": "CNY",
    "first_business_on": SEPTEMBER,
    "business_on": OCTOBER,
}
# Loan, region, stage, days late and principal in September and in October; loan 2 does not tell
# what it owes in October, loan 4 is written off then and loan 5 paid.
TOLD: list[tuple[Any, ...]] = [
    (1, "44", "C", 0, 1_000, "C", 0, 900),
    (2, "44", "C", 0, 2_000, "M1", 20, None),
    (3, "31", "M1", 20, 400, "M2", 50, 400),
    (4, "31", "M1", 20, 600, None, None, None),
    (5, "31", "C", 0, 500, None, None, None),
]
LEFT = {4: "written_off", 5: "paid"}


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = open_store(tmp_path_factory.mktemp("tape") / "tape.duckdb")
    months = [row for loan in TOLD for row in _months(loan)]
    with store.transaction() as transaction:
        transaction.append("book", pl.DataFrame([BOOK]))
        transaction.append("loan_month", pl.DataFrame(months, infer_schema_length=None))
    yield store
    store.close()


def _months(loan: tuple[Any, ...]) -> list[dict[str, Any]]:
    loan_id, region, stage, days, owed_fen, stage_now, days_now, owes_fen = loan
    facts = {
        "loan_id": loan_id,
        "region_code": region,
        "disbursed_on": date(2026, 7, 1),
        "worst_days_past_due": days,
        "entered_30": False,
        "entered_90": False,
        "entered_default": False,
    }
    before = {
        "month_end_on": SEPTEMBER,
        "months_on_book": 2,
        "standing": "open",
        "bucket": stage,
        "days_past_due": days,
        "principal_fen": owed_fen,
    }
    now = {
        "month_end_on": OCTOBER,
        "months_on_book": 3,
        "standing": LEFT.get(loan_id, "open"),
        "bucket": stage_now,
        "days_past_due": days_now,
        "principal_fen": owes_fen,
        "previous_bucket": stage,
        "previous_principal_fen": owed_fen,
    }
    return [facts | before, facts | now]


def test_only_the_stage_with_the_unknown_balance_has_no_sum(tape: Store) -> None:
    stages = bucket_by_month(tape, SYSTEM, EVERYTHING)

    assert stages.select("month_end_on", "bucket", "loans", "principal_fen").rows() == [
        (SEPTEMBER, "C", 3, 3_500),
        (SEPTEMBER, "M1", 2, 1_000),
        (OCTOBER, "C", 1, 900),
        (OCTOBER, "M1", 1, None),
        (OCTOBER, "M2", 1, 400),
    ]
    by_region = late_parts(tape, SYSTEM, EVERYTHING, OCTOBER, "region_code")
    assert by_region.select("part", "bucket", "loans", "principal_fen").rows() == [
        ("31", "M2", 1, 400),
        ("44", "C", 1, 900),
        ("44", "M1", 1, None),
    ]


def test_a_list_tells_the_columns_that_any_of_its_loans_knows(tape: Store) -> None:
    late = LoansAt(EVERYTHING, OCTOBER, ("M1", "M2"))

    told = told_of(tape, SYSTEM, late, ("principal_fen", "overdue_fen", "region_code", "band"))

    assert told == ("principal_fen", "region_code")


def test_late_shares_of_a_month_with_an_unknown_balance_are_unknown_and_counts_stay(
    tape: Store,
) -> None:
    flowed = stage_flows(tape, SYSTEM, EVERYTHING)

    by_balance = late_rates(flowed, RateView()).select("month_end_on", "balance", "rate_1")
    by_count = late_rates(flowed, RateView("loans")).select("balance", "rate_1", "rate_30")

    assert by_balance.rows() == [(SEPTEMBER, 4_500, 1_000 / 4_500), (OCTOBER, None, None)]
    assert by_count.rows() == [(5, 0.4, 0), (3, 2 / 3, 1 / 3)]
    assert headline_rates(bucket_by_month(tape, SYSTEM, EVERYTHING))["balance_fen"].to_list() == [
        4_500,
        None,
    ]
    # No row of the tape tells what is overdue.
    assert by_stage(flowed)["overdue_fen"].null_count() == 5


def test_only_the_flow_through_the_unknown_balance_is_unknown(tape: Store) -> None:
    flowed = stage_flows(tape, SYSTEM, EVERYTHING)
    moved = moves(tape, SYSTEM, EVERYTHING)

    # Of 1,000 in M1 all got worse: 400 in M2 and 600 written off.
    assert flow_shares(flowed, "principal_fen", OCTOBER).select("from_bucket", "worse").rows() == [
        ("C", None),
        ("M1", 1.0),
    ]
    assert flow_rates(moved, "amount").select("from_bucket", "worse", "rate").rows() == [
        ("C", 1, None),
        ("M1", 2, 1.0),
    ]
    assert flow_rates(moved, "count")["rate"].to_list() == [1 / 3, 1.0]
    assert not knows_balances(moved)


def test_a_row_of_the_matrix_with_an_unknown_part_has_no_rates(tape: Store) -> None:
    moved = moves(tape, SYSTEM, EVERYTHING)

    by_amount = matrix(flows(moved, "amount"))

    assert by_amount.select("from_state", "to_state", "value", "rate").rows() == [
        ("C", "C", 900, None),
        ("C", "M1", None, None),
        ("C", "paid", None, None),
        ("M1", "M2", 400, 0.4),
        ("M1", "written_off", 600, 0.6),
    ]
    # Opening is all known, so is what was written off; what was repaid and is left is not.
    assert movements(moved).row(-1) == (OCTOBER, None, 0, None, 600, None)
    assert matrix(flows(moved, "count"))["rate"].to_list() == [1 / 3, 1 / 3, 1 / 3, 0.5, 0.5]


def test_the_pack_has_a_dash_and_says_why(tape: Store) -> None:
    summary, overdue, *_ = sections(tape, SYSTEM, OCTOBER)

    assert summary.notes == ("unknown_part",)
    assert [figure.value for figure in summary.figures] == [None] * 4
    stages = overdue.tables[0].frame.select("bucket", "loans", "principal_fen", "balance_share")
    assert stages.head(3).rows() == [
        ("C", 1, 900, None),
        ("M1", 1, None, None),
        ("M2", 1, 400, None),
    ]
    by_region = concentration(tape, SYSTEM, OCTOBER).tables[0].frame
    assert by_region.rows() == [("31", 1, 400, None, 1.0), ("44", 2, None, None, None)]
