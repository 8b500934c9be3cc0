"""Loans that crossed a line since last month, loans whose first payment never came, months told."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lending_core.access.permissions import SYSTEM
from lending_core.operations.overdue import first_payments
from lending_core.operations.reports import BookFilter
from lending_core.portfolio.delinquency import first_payment_shares
from lending_core.store.engine import Store
from lending_core.store.query_files import query_text
from tests.store.loans import a_book_of_july, close, happen, lend, pay

JULY, AUGUST, SEPTEMBER = date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 30)
OCTOBER = date(2026, 10, 31)
# The first instalment of a loan of July: 340.02, and 330.02 of principal in it.
DUE_ON, DUE_FEN = date(2026, 8, 15), 34_002
OTHER_MONEY = (
    "overdue_fen", "paid_fen", "interest_receivable_fen", "penalty_fen", "fee_fen",
    "written_off_fen", "allowance_fen",
)  # fmt: skip
EVERYTHING: dict[str, Any] = BookFilter().parameters()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_book_of_july(tmp_path / "book.duckdb")


def cohorts(store: Store, business_on: date, **chosen: list[str]) -> list[dict[str, Any]]:
    close(store, business_on)
    parameters = EVERYTHING | chosen
    return store.read("first_payment", business_on=business_on, **parameters).rows(named=True)


def missed(store: Store, business_on: date) -> list[tuple[Any, ...]]:
    close(store, business_on)
    told = first_payments(store, SYSTEM, BookFilter())
    return first_payment_shares(told, business_on, "principal_fen").rows()


def state(loan_id: int, month_end_on: date, days_past_due: int, bucket: str) -> dict[str, Any]:
    return {
        "loan_id": loan_id,
        "month_end_on": month_end_on,
        "months_on_book": 1,
        "standing": "open",
        "disbursed_on": JULY,
        **dict.fromkeys(("entered_30", "entered_90", "entered_default"), False),
        "days_past_due": days_past_due,
        "bucket": bucket,
        "asset_class": "special_mention",
        "stage": 1,
        "principal_fen": 1_000 * loan_id,
        **dict.fromkeys(OTHER_MONEY, 0),
    }


def test_a_first_payment_counts_until_the_thirtieth_day(store: Store) -> None:
    lend(store, 1, 2, 3, 4, 5, 6)
    pay(store, 4, date(2026, 8, 1), 101_000, strategy="payoff")
    pay(store, 3, DUE_ON, DUE_FEN - 1)
    pay(store, 6, DUE_ON, DUE_FEN)
    happen(store, 6, "reversal", date(2026, 8, 20), reverses_event_id=3)
    # With 4.88 of penalty: 330.02 x 18 % x 30 / 365.
    pay(store, 1, date(2026, 9, 14), DUE_FEN + 488)
    pay(store, 2, date(2026, 9, 15), DUE_FEN + 505)

    (row,) = cohorts(store, SEPTEMBER)

    assert (row["cohort_on"], row["due_on"], row["loans"]) == (JULY, DUE_ON, 6)
    assert (row["late_7_loans"], row["late_7_fen"]) == (5, 500_000)
    assert (row["late_30_loans"], row["late_30_fen"]) == (4, 400_000)


def test_a_cohort_is_told_only_once_all_its_loans_had_thirty_days(store: Store) -> None:
    lend(store, 1)

    assert missed(store, date(2026, 9, 13)) == [(JULY, 1, 1.0, None)]
    assert missed(store, date(2026, 9, 14)) == [(JULY, 1, 1.0, 1.0)]


def test_first_payment_default_follows_the_filters(store: Store) -> None:
    lend(store, 1)

    assert cohorts(store, SEPTEMBER, product_codes=["fenfu"]) == []
    assert cohorts(store, SEPTEMBER, funder_codes=["bank"]) != []


def test_what_is_written_off_is_listed_with_what_became_later(store: Store) -> None:
    lend(store, 1, 2)
    happen(store, 1, "charge_off", date(2026, 10, 20))
    close(store, OCTOBER)

    rows = store.read_sql(
        query_text("late_loan"),
        **{**EVERYTHING, "month_end_on": OCTOBER, "standings": ["open", "written_off"]},
        buckets=["M3", "M4"],
        previous_buckets=["M2"],
    )

    assert rows.sort("loan_id").select("loan_id", "standing").rows() == [
        (1, "written_off"),
        (2, "open"),
    ]


def test_what_is_written_off_has_rolled_on_and_is_behind_the_alert(store: Store) -> None:
    lend(store, 1, 2)
    close(store, AUGUST)
    happen(store, 1, "charge_off", date(2026, 9, 20))
    close(store, SEPTEMBER)
    segment = {"segment_kind": "all", "segment": "all"}

    read = store.read("warning_loan_reading", from_on=SEPTEMBER).filter(**segment)
    behind = store.read(
        "warned_loan",
        **{"measure": "roll_m1", "measured_on": SEPTEMBER},
        **{"days_past_due": 0, "months_on_book": 0},
        **segment,
    )

    # Both stood in M1; one is 46 days late, the other is lost.
    assert read.select("roll_m1_units", "roll_m1_cases").row(0) == (2, 2)
    assert sorted(behind["loan_id"]) == [1, 2]


def figures(store: Store, business_on: date) -> list[tuple[Any, ...]]:
    found = store.read("month_figures", business_on=business_on)
    return found.select("month_end_on", "applied", "lent_fen", "paid_fen", "principal_fen").rows()


def test_the_month_that_is_not_over_stands_at_the_newest_closed_day(store: Store) -> None:
    lend(store, 1)
    pay(store, 1, DUE_ON, DUE_FEN)
    close(store, DUE_ON)
    before = figures(store, DUE_ON)

    close(store, AUGUST)

    assert before == [(JULY, 0, 100_000, 0, 100_000), (DUE_ON, 0, 0, 34_002, 66_998)]
    assert figures(store, AUGUST) == [
        (JULY, 0, 100_000, 0, 100_000),
        (AUGUST, 0, 0, 34_002, 66_998),
    ]


def test_a_loan_of_the_open_day_waits_for_its_close(store: Store) -> None:
    lend(store, 1)
    before = figures(store, date(2026, 7, 14))

    close(store, date(2026, 7, 15))

    assert before == []
    assert figures(store, date(2026, 7, 15)) == [(date(2026, 7, 15), 0, 100_000, 0, 100_000)]


def test_what_becomes_late_is_counted_by_its_first_day_and_followed_to_the_31st(
    store: Store,
) -> None:
    lend(store, 1, 2, 3)
    pay(store, 1, DUE_ON, DUE_FEN)
    # Ten days late, with 1.63 of penalty: 330.02 x 18 % x 10 / 365.
    pay(store, 2, date(2026, 8, 25), DUE_FEN + 163)
    close(store, SEPTEMBER)

    rows = store.read("late_entry", is_part=False, **EVERYTHING).rows()

    # Loan 1 and 2 miss the second instalment: late from 16 September on, not 31 days yet.
    assert rows == [(AUGUST, 2, 200_000, 1, 100_000), (SEPTEMBER, 2, 133_996, 0, 0)]
    assert store.read("late_entry", is_part=True, **EVERYTHING | {"bands": ["Z"]}).is_empty()
