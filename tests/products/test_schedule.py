"""Schedules of each method, to the fen, and the identities that hold for all of them."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lending_core.products.schedule import SCHEDULE_SCHEMA, schedule, schedules_in_batches
from lending_core.products.terms import DAY_COUNTS
from lending_core.products.terms_document import read_terms, write_schedule
from tests.products.loans import a_draw, a_loan, a_rate_change, rows_of, terms

CASES = Path(__file__).parents[3] / "shared" / "cases" / "loan_schedules.json"


def cases() -> list[dict[str, Any]]:
    return json.loads(CASES.read_text("utf-8")) if CASES.exists() else []


@pytest.mark.skipif(not CASES.exists(), reason="the shared cases are not on this machine")
@pytest.mark.parametrize("case", cases(), ids=lambda case: case["id"])
def test_another_system_computes_the_same_schedule_to_the_cent(case: dict[str, Any]) -> None:
    loan = read_terms(json.dumps(case["terms"]))

    found = json.loads(write_schedule(schedule(loan.terms, loan.events)))["instalments"]

    amounts = ("principal", "interest", "total", "balance")
    exact = [{k: Decimal(v) if k in amounts else v for k, v in row.items()} for row in found]
    assert exact == [
        {k: Decimal(v) if k in amounts else v for k, v in row.items()} for row in case["rows"]
    ]


def test_equal_instalments_are_equal_and_the_last_clears_the_balance() -> None:
    rows = rows_of(a_loan())

    assert [total for _, _, total, _ in rows] == [1_100_16] * 11 + [1_100_19]
    # 1,201.92 before rounding; the interest of each month is rounded by itself.
    assert sum(interest for _, interest, _, _ in rows) == 1_201_95
    assert rows[0] == (920_16, 180_00, 1_100_16, 11_079_84)


def test_equal_principal_pays_less_interest_each_month() -> None:
    rows = rows_of(a_loan(method="equal_principal"))

    assert rows[0] == (1_000_00, 180_00, 1_180_00, 11_000_00)
    assert rows[-1] == (1_000_00, 15_00, 1_015_00, 0)
    assert sum(interest for _, interest, _, _ in rows) == 1_170_00


def test_interest_only_repays_principal_at_the_end() -> None:
    rows = rows_of(a_loan(method="interest_only"))

    assert rows[:11] == [(0, 180_00, 180_00, 12_000_00)] * 11
    assert rows[11] == (12_000_00, 180_00, 12_180_00, 0)


def test_flat_takes_interest_on_the_original_principal() -> None:
    rows = rows_of(a_loan(method="flat", instalments=3))

    assert rows == [
        (4_000_00, 180_00, 4_180_00, 8_000_00),
        (4_000_00, 180_00, 4_180_00, 4_000_00),
        (4_000_00, 180_00, 4_180_00, 0),
    ]


def test_daily_interest_counts_the_days_between_due_dates() -> None:
    loan = a_loan(
        principal_fen=10_000_00,
        annual_rate=Decimal("0.1825"),
        method="daily_interest",
        instalments=2,
        every_months=None,
        every_days=30,
        day_count="act/365",
    )

    assert rows_of(loan) == [
        (5_000_00, 150_00, 5_150_00, 5_000_00),
        (5_000_00, 75_00, 5_075_00, 0),
    ]


def test_the_minimum_payment_is_a_tenth_of_the_used_amount_and_the_interest() -> None:
    loan = a_loan(
        principal_fen=3_000_00,
        annual_rate=Decimal("0.146"),
        method="minimum_payment",
        every_months=None,
        every_days=30,
        day_count="act/365",
    )

    assert rows_of(loan)[:2] == [
        (300_00, 36_00, 336_00, 2_700_00),
        (270_00, 32_40, 302_40, 2_430_00),
    ]


def test_a_used_amount_up_to_100_yuan_is_due_at_once() -> None:
    loan = a_loan(principal_fen=111_12, annual_rate=Decimal(0), method="minimum_payment")

    assert rows_of(loan) == [
        (11_11, 0, 11_11, 100_01),
        (10_00, 0, 10_00, 90_01),
        (90_01, 0, 90_01, 0),
    ]


def test_the_last_minimum_payment_clears_the_rest() -> None:
    loan = a_loan(principal_fen=1_000_00, annual_rate=Decimal(0), method="minimum_payment")

    rows = rows_of(loan | {"instalments": 2})

    assert rows == [(100_00, 0, 100_00, 900_00), (900_00, 0, 900_00, 0)]


@pytest.mark.parametrize(
    ("day_count", "interest_fen"),
    [
        ("30/360", [10_00, 10_00]),
        ("act/360", [10_33, 9_67]),
        ("act/365", [10_19, 9_53]),
        ("act/364", [10_22, 9_56]),
        ("act/act", [10_16, 9_51]),
    ],
)
def test_each_day_count_in_a_leap_year(day_count: str, interest_fen: list[int]) -> None:
    loan = a_loan(
        principal_fen=1_000_00,
        annual_rate=Decimal("0.12"),
        method="interest_only",
        instalments=2,
        disbursed_on=date(2024, 1, 1),
        day_count=day_count,
    )

    assert [interest for _, interest, _, _ in rows_of(loan)] == interest_fen


def test_actual_days_over_actual_years_split_at_31_december() -> None:
    loan = a_loan(
        principal_fen=100_000_00,
        annual_rate=Decimal("0.10"),
        method="interest_only",
        instalments=1,
        every_months=None,
        every_days=60,
        disbursed_on=date(2023, 12, 1),
        day_count="act/act",
    )

    # 30 days of 365 and 30 of 366: 821.918 + 819.672.
    assert rows_of(loan)[0][1] == 1_641_59


def test_a_period_in_days_bears_days_over_360() -> None:
    loan = a_loan(method="interest_only", instalments=1, every_months=None, every_days=7)

    assert rows_of(loan) == [(12_000_00, 42_00, 12_042_00, 0)]


@pytest.mark.parametrize(("rounding", "interest_fen"), [("half_even", 12), ("half_up", 13)])
def test_half_a_fen_goes_by_the_rounding(rounding: str, interest_fen: int) -> None:
    loan = a_loan(principal_fen=12_50, annual_rate=Decimal("0.12"), method="interest_only")

    rows = rows_of(loan | {"rounding": rounding})

    assert rows[0][1] == interest_fen


def test_instalments_in_whole_yuan_leave_the_difference_to_the_last() -> None:
    loan = a_loan(
        principal_fen=5_000_00,
        annual_rate=Decimal("0.12"),
        instalments=18,
        disbursed_on=date(2022, 11, 1),
        instalment_multiple_fen=100,
    )

    rows = rows_of(loan)

    assert {total for _, _, total, _ in rows[:-1]} == {305_00}
    assert rows[-1] == (300_22, 3_00, 303_22, 0)


def test_interest_is_due_while_principal_has_grace() -> None:
    loan = a_loan(
        principal_fen=5_000_00,
        annual_rate=Decimal("0.12"),
        instalments=18,
        instalment_multiple_fen=100,
        grace_principal_instalments=3,
    )

    rows = rows_of(loan)

    assert rows[2:4] == [(0, 50_00, 50_00, 5_000_00), (311_00, 50_00, 361_00, 4_689_00)]
    assert rows[-1] == (351_36, 3_51, 354_87, 0)


def test_deferred_interest_is_collected_in_the_first_instalment_after_the_grace() -> None:
    loan = a_loan(
        principal_fen=5_000_00,
        annual_rate=Decimal("0.12"),
        instalments=18,
        instalment_multiple_fen=100,
        grace_principal_instalments=6,
        grace_interest_instalments=3,
    )

    rows = rows_of(loan)

    assert rows[:5] == [(0, 0, 0, 5_000_00)] * 3 + [
        (0, 200_00, 200_00, 5_000_00),
        (0, 50_00, 50_00, 5_000_00),
    ]
    assert rows[-1] == (442_66, 4_43, 447_09, 0)


@pytest.mark.parametrize(
    ("change", "totals"),
    [
        ({"every_days": 7, "day_count": "act/364"}, [16_77] * 5 + [16_78]),
        ({"every_days": 15, "day_count": "30/360"}, [16_90] * 5 + [16_89]),
        ({"every_months": 1, "day_count": "act/act"}, [17_13] * 6),
    ],
)
def test_weeks_days_and_actual_years(change: dict[str, Any], totals: list[int]) -> None:
    loan = a_loan(
        principal_fen=100_00,
        annual_rate=Decimal("0.094822"),
        instalments=6,
        every_months=None,
        disbursed_on=date(2023, 12, 12),
    )

    assert [total for _, _, total, _ in rows_of(loan | change)] == totals


def test_a_loan_without_interest_is_split_evenly() -> None:
    rows = rows_of(a_loan(principal_fen=100_00, annual_rate=Decimal(0), instalments=3))

    assert [total for _, _, total, _ in rows] == [33_33, 33_33, 33_34]


def test_amounts_beyond_int64_arithmetic_stay_exact() -> None:
    loan = a_loan(
        principal_fen=10**15,
        annual_rate=Decimal("0.123456789012"),
        method="interest_only",
        instalments=1,
        day_count="act/act",
    )

    # 31 of 365 days, computed by hand with whole numbers.
    assert rows_of(loan)[0][1] == 10_485_371_121_567


def test_omitted_columns_take_their_defaults() -> None:
    full = terms(a_loan())
    brief = full.select(
        "loan_id", "principal_fen", "annual_rate", "method", "instalments", "disbursed_on"
    )

    assert schedule(brief).equals(schedule(full))


def test_the_rest_of_a_schedule_is_the_schedule_of_what_is_left() -> None:
    loan = a_loan(disbursed_on=date(2026, 1, 31), day_count="act/365")
    whole = schedule(terms(loan))
    left = {"principal_fen": whole["balance_fen"][4], "instalments": 7, "instalments_before": 5}

    rest = schedule(terms(loan | left | {"level_fen": whole["total_fen"][0]}))

    assert rest["number"].to_list() == [1, 2, 3, 4, 5, 6, 7]
    assert rest.drop("number").equals(whole[5:].drop("number"))


def test_no_loans_have_no_instalments() -> None:
    assert schedule(terms(a_loan()).clear()).schema == pl.Schema(SCHEDULE_SCHEMA)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"principal_fen": 0}, "a principal is not positive"),
        ({"method": "balloon"}, "a method is unknown"),
        ({"every_days": 7}, "both months and days are given"),
        ({"instalments": 361}, "a number of instalments is out of range"),
        ({"grace_principal_instalments": 12}, "a grace is as long as the loan"),
        ({"method": "daily_interest"}, "daily interest counts actual days"),
        ({"instalments_before": -1}, "a number of instalments before is out of range"),
        ({"level_fen": -1}, "a level is negative"),
    ],
)
def test_terms_that_no_contract_can_have_are_a_bug(change: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        schedule(terms(a_loan(**change)))


loans = st.builds(
    a_loan,
    principal_fen=st.integers(1_00, 500_000_00),
    annual_rate=st.decimals(0, 1, places=6),
    method=st.sampled_from(["equal_instalment", "equal_principal", "interest_only", "flat"]),
    instalments=st.integers(1, 60),
    every_months=st.integers(1, 3),
    disbursed_on=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    day_count=st.sampled_from(DAY_COUNTS),
    rounding=st.sampled_from(["half_even", "half_up"]),
    month_end=st.sampled_from(["clamp", "roll"]),
    instalment_multiple_fen=st.sampled_from([0, 100]),
)


@given(loan=loans)
@settings(deadline=None)
def test_principal_is_conserved_and_nothing_is_negative(loan: dict[str, Any]) -> None:
    rows = rows_of(loan)

    assert sum(principal for principal, _, _, _ in rows) == loan["principal_fen"]
    assert min(min(row) for row in rows) >= 0
    assert rows[-1][3] == 0


@given(several=st.lists(loans, min_size=2, max_size=8))
@settings(deadline=None, max_examples=40)
def test_a_loan_alone_is_the_same_as_among_many(several: list[dict[str, Any]]) -> None:
    numbered = [loan | {"loan_id": number} for number, loan in enumerate(several)]

    together = schedule(terms(*numbered))

    assert together.equals(pl.concat(schedule(terms(loan)) for loan in numbered))
    assert together.equals(pl.concat(schedules_in_batches(terms(*numbered), batch_loans=1)))


@given(loan=loans, elsewhere=st.integers(1, 9))
@settings(deadline=None, max_examples=40)
def test_events_of_another_loan_change_nothing(loan: dict[str, Any], elsewhere: int) -> None:
    other = a_loan(loan_id=2)
    draw = a_draw(date(2026, elsewhere, 15), 100_00, loan_id=2)
    change = a_rate_change(date(2026, elsewhere, 20), "0.1", loan_id=2)

    together = schedule(terms(loan, other), pl.DataFrame([draw, change], infer_schema_length=2))

    assert together.filter(pl.col("loan_id") == 1).equals(schedule(terms(loan)))
