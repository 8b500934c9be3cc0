"""One loan of three instalments, month by month: what is owed, how late, what a payment settles.

1,000.00 lent on 15 July 2026: 340.00 due on 15 August (20.00 of it interest), 340.00 on
15 September (14.00) and 361.00 on 15 October (7.00).
"""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from lending_core.servicing.buckets import buckets
from lending_core.store.engine import Store, open_store

RECORDED_AT = datetime(2026, 11, 1)  # noqa: DTZ001
LOAN = {
    "loan_id": 1,
    "application_id": 1,
    "customer_id": 1,
    "line_id": 1,
    "product_code": "jietiao_360",
    "scenario": "travel",
    "channel": "partner",
    "region_code": "44",
    "band": "B",
    "principal_fen": 100_000,
    "annual_rate": Decimal("0.240000"),
    "method": "equal_instalment",
    "instalments": 3,
    "day_count": "30/360",
    "grace_days": 0,
    "disbursed_on": date(2026, 7, 15),
    "first_due_on": date(2026, 8, 15),
}
INSTALMENTS = pl.DataFrame(
    {
        "loan_id": 1,
        "number": [1, 2, 3],
        "due_on": [date(2026, 8, 15), date(2026, 9, 15), date(2026, 10, 15)],
        "principal_fen": [32_000, 32_600, 35_400],
        "interest_fen": [2_000, 1_400, 700],
        "total_before_fen": [0, 34_000, 68_000],
    }
)
JULY, AUGUST, SEPTEMBER = date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 30)
OCTOBER = date(2026, 10, 31)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = open_store(tmp_path / "book.duckdb")
    with store.transaction() as transaction:
        transaction.append("bucket", pl.DataFrame([vars(stage) for stage in buckets()]))
        transaction.append("loan", pl.DataFrame([LOAN]))
        transaction.append("instalment", INSTALMENTS)
        transaction.append(
            "funding",
            pl.DataFrame([{"loan_id": 1, "funder_code": "bank", "share_fen": 100_000}]),
        )
    return store


def pay(store: Store, *payments: tuple[date, int], kind: str = "instalment") -> None:
    with store.transaction() as transaction:
        first = transaction.next_id("payment", "payment_id")
        rows = [
            {
                "payment_id": first + number,
                "loan_id": 1,
                "paid_on": paid_on,
                "kind": kind,
                "amount_fen": amount_fen,
                "recorded_at": RECORDED_AT,
            }
            for number, (paid_on, amount_fen) in enumerate(payments)
        ]
        transaction.append("payment", pl.DataFrame(rows))


def state(store: Store, *month_ends: date) -> list[tuple[object, ...]]:
    """(months on book, days past due, bucket, principal, overdue, paid) per month end."""
    rows = store.read("loan_month", month_ends=list(month_ends), first_loan_id=0)
    return rows.sort("month_end_on").drop("loan_id", "month_end_on").rows()


def principal_paid(store: Store) -> list[int]:
    rows = store.read("payment_allocation", after_payment_id=0)
    return rows.sort("payment_id")["principal_paid_fen"].to_list()


def test_before_anything_is_due_the_loan_is_current(store: Store) -> None:
    assert state(store, JULY) == [(0, 0, "C", 100_000, 0, 0)]


def test_nobody_pays_and_days_count_from_the_first_missed_due_date(store: Store) -> None:
    assert state(store, AUGUST, SEPTEMBER, OCTOBER) == [
        (1, 16, "M1", 100_000, 34_000, 0),
        (2, 46, "M2", 100_000, 68_000, 0),
        (3, 77, "M3", 100_000, 104_100, 0),
    ]


def test_a_due_date_on_the_last_day_is_not_late_yet(store: Store) -> None:
    on_its_day = store.read("loan_month", month_ends=[date(2026, 8, 15)], first_loan_id=0)
    a_day_later = store.read("loan_month", month_ends=[date(2026, 8, 16)], first_loan_id=0)

    assert on_its_day["days_past_due"].to_list() == [0]
    assert a_day_later["days_past_due"].to_list() == [1]


def test_payments_on_time_keep_the_loan_current(store: Store) -> None:
    pay(store, (date(2026, 8, 15), 34_000), (date(2026, 9, 15), 34_000))

    assert state(store, AUGUST, SEPTEMBER) == [
        (1, 0, "C", 68_000, 0, 34_000),
        (2, 0, "C", 35_400, 0, 34_000),
    ]


def test_one_payment_after_two_missed_dues_settles_the_older(store: Store) -> None:
    pay(store, (date(2026, 9, 20), 34_000))

    assert state(store, SEPTEMBER) == [(2, 15, "M1", 68_000, 34_000, 34_000)]


def test_a_part_payment_settles_interest_first_and_does_not_stop_the_clock(store: Store) -> None:
    pay(store, (date(2026, 8, 15), 10_000))

    assert state(store, AUGUST) == [(1, 16, "M1", 92_000, 24_000, 10_000)]
    assert principal_paid(store) == [8_000]


def test_a_fen_short_is_late_and_a_fen_more_is_not(store: Store) -> None:
    pay(store, (date(2026, 8, 15), 33_999))
    short = state(store, AUGUST)
    pay(store, (date(2026, 8, 31), 1))
    whole = state(store, AUGUST)

    assert (short[0][1], short[0][4]) == (16, 1)
    assert (whole[0][1], whole[0][4]) == (0, 0)


def test_principal_is_split_over_the_payments_to_the_fen(store: Store) -> None:
    pay(
        store,
        (date(2026, 8, 15), 1_500),
        (date(2026, 8, 20), 33_000),
        (date(2026, 9, 15), 33_500),
        (date(2026, 10, 15), 36_100),
    )

    assert principal_paid(store) == [0, 32_000, 32_600, 35_400]


def test_a_payoff_clears_the_loan_whatever_interest_was_to_come(store: Store) -> None:
    pay(store, (date(2026, 8, 15), 34_000))
    pay(store, (date(2026, 8, 25), 68_400), kind="payoff")

    assert state(store, AUGUST, SEPTEMBER) == [(1, 0, "C", 0, 0, 102_400)]
    assert principal_paid(store) == [32_000, 68_000]


def test_a_repaid_loan_leaves_the_book_the_month_after(store: Store) -> None:
    pay(store, (date(2026, 10, 15), 104_100))

    assert state(store, OCTOBER, date(2026, 11, 30)) == [(3, 0, "C", 0, 0, 104_100)]


def test_what_is_due_next_month_and_what_clears_the_loan(store: Store) -> None:
    traits = {
        "customer_id": 1,
        "true_risk": 0.0,
        "appetite": 0.0,
        "thrift": 0.0,
        "business_health": 0.0,
        "income_level": 0.0,
        "monthly_income_fen": 1,
    }
    with store.transaction() as transaction:
        transaction.append("simulated_borrower", pl.DataFrame([traits]))
        transaction.append_query("loan_month", "loan_month", month_ends=[AUGUST], first_loan_id=0)

    owing = store.read("open_loan", month_end_on=AUGUST, next_month_end_on=SEPTEMBER)

    columns = ("overdue_fen", "oldest_overdue_fen", "due_on", "due_fen", "payoff_fen")
    assert owing.select(columns).rows() == [
        (34_000, 34_000, date(2026, 9, 15), 34_000, 34_000 + 34_000 + 35_400)
    ]
