"""Loans that crossed a line since last month, and loans whose first payment never came."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lending_core.store.engine import Store, open_store
from tests.store.test_loan_month import LOAN

AUGUST, SEPTEMBER = date(2026, 8, 31), date(2026, 9, 30)
DUE_ON = date(2026, 8, 15)
EVERYTHING: dict[str, Any] = {"product_codes": None, "region_codes": None, "funder_codes": None}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "book.duckdb")


def lend(store: Store, *loan_ids: int) -> None:
    """Loans of 1,000.00 each in July, whose first instalment of 340.00 is due on 15 August."""
    loans = pl.DataFrame([LOAN | {"loan_id": loan_id} for loan_id in loan_ids])
    keys = loans.select("loan_id")
    first = {"due_on": DUE_ON, "principal_fen": 32_000, "interest_fen": 2_000}
    with store.transaction() as transaction:
        transaction.append("loan", loans)
        transaction.append(
            "instalment",
            keys.with_columns(
                number=pl.lit(1),
                total_before_fen=pl.lit(0),
                **{name: pl.lit(value) for name, value in first.items()},
            ),
        )
        transaction.append(
            "funding", keys.with_columns(funder_code=pl.lit("bank"), share_fen=pl.lit(100_000))
        )


def pay(store: Store, loan_id: int, paid_on: date, amount_fen: int, kind: str) -> None:
    payment = {
        "payment_id": loan_id,
        "loan_id": loan_id,
        "paid_on": paid_on,
        "kind": kind,
        "amount_fen": amount_fen,
        "recorded_at": datetime(2026, 11, 1),  # noqa: DTZ001
    }
    with store.transaction() as transaction:
        transaction.append("payment", pl.DataFrame([payment]))


def defaults(store: Store, business_on: date, **chosen: list[str]) -> list[tuple[Any, ...]]:
    return store.read(
        "first_payment_default",
        default_days_past_due=30,
        business_on=business_on,
        **EVERYTHING | chosen,
    ).rows()


def state(loan_id: int, month_end_on: date, days_past_due: int, bucket: str) -> dict[str, Any]:
    return {
        "loan_id": loan_id,
        "month_end_on": month_end_on,
        "months_on_book": 1,
        "days_past_due": days_past_due,
        "bucket": bucket,
        "principal_fen": 1_000 * loan_id,
        "overdue_fen": 0,
        "paid_fen": 0,
    }


def test_a_first_payment_counts_until_the_thirtieth_day(store: Store) -> None:
    lend(store, 1, 2, 3, 4, 5)
    pay(store, 1, date(2026, 9, 14), 34_000, "instalment")
    pay(store, 2, date(2026, 9, 15), 34_000, "instalment")
    pay(store, 3, date(2026, 8, 15), 33_999, "instalment")
    pay(store, 4, date(2026, 8, 1), 10_000, "payoff")

    rows = defaults(store, SEPTEMBER)

    assert rows == [(date(2026, 7, 31), 5, 500_000, 300_000)]


def test_a_cohort_is_told_only_once_all_its_loans_had_thirty_days(store: Store) -> None:
    lend(store, 1)

    assert defaults(store, date(2026, 9, 13)) == []
    assert defaults(store, date(2026, 9, 14)) == [(date(2026, 7, 31), 1, 100_000, 100_000)]


def test_first_payment_default_follows_the_filters(store: Store) -> None:
    lend(store, 1)

    assert defaults(store, SEPTEMBER, product_codes=["fenfu"]) == []
    assert defaults(store, SEPTEMBER, funder_codes=["bank"]) != []


def test_a_loan_enters_90_plus_once_from_below(store: Store) -> None:
    months = [
        state(1, AUGUST, 75, "M3"),
        state(1, SEPTEMBER, 105, "M4"),
        state(2, AUGUST, 91, "M4"),
        state(2, SEPTEMBER, 121, "M5"),
        state(3, AUGUST, 60, "M2"),
        state(3, SEPTEMBER, 90, "M3"),
        state(4, SEPTEMBER, 91, "M4"),
    ]
    with store.transaction() as transaction:
        transaction.append("loan_month", pl.DataFrame(months))

    rows = store.read(
        "entered_stage",
        month_end_on=SEPTEMBER,
        previous_month_end_on=AUGUST,
        entry_days_past_due=91,
    )

    assert rows.rows() == [("M4", 2, 5_000)]
