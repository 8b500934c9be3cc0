"""A past of decisions and loans written straight into the store, to be counted."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from lending_core.store.engine import Store
from tests.builders import AT, BUSINESS_ON, OPEN_ON

_ROUND = 100
_APPLICATION = {
    "product_code": "weilidai",
    "scenario": "decoration",
    "channel": "mini_program",
    "amount_asked_fen": 800_000,
    "instalments_asked": 10,
    "recorded_at": AT.replace(tzinfo=None),
}
_DECISION = {
    "band": "B",
    "annual_rate": None,
    "reasons": [],
    "decided_by": "system",
    "decided_at": AT.replace(tzinfo=None),
}
_LOAN = {
    "product_code": "weilidai",
    "scenario": "decoration",
    "channel": "mini_program",
    "region_code": "44",
    "band": "B",
    "principal_fen": 800_000,
    "method": "equal_principal",
    "instalments": 10,
    "day_count": "act_365",
    "grace_days": 3,
    "disbursed_on": OPEN_ON,
}
_MONTH = {
    "standing": "open",
    "entered_30": False,
    "entered_90": False,
    "entered_default": False,
    "bucket": "C",
    "asset_class": "normal",
    "stage": 1,
    **dict.fromkeys(
        (
            "principal_fen",
            "overdue_fen",
            "paid_fen",
            "interest_receivable_fen",
            "penalty_fen",
            "fee_fen",
            "written_off_fen",
            "allowance_fen",
        ),
        0,
    ),
}


@dataclass(frozen=True)
class Past:
    """So many applications decided by a version on a day, in percent approved; so many of their
    loans, in percent late early. Limits of the approved alternate around the mean."""

    policy_version: int
    applications: int
    approved_percent: int = 50
    loans: int = 0
    late_percent: int = 0
    applied_on: date = OPEN_ON
    limit_fen: int = 1_000_000


def remember(store: Store, *pasts: Past) -> None:
    """Writes them, one customer per application, numbered on."""
    for past in pasts:
        with store.transaction() as transaction:
            first_id = transaction.next_id("application", "application_id")
            rows = _applications(past, first_id)
            loans = rows.head(past.loans)
            wanted = (*_APPLICATION, "application_id", "customer_id", "applied_on")
            transaction.append("application", _with(rows, _APPLICATION).select(wanted))
            decided = ("application_id", "policy_version", "outcome", "limit_fen", *_DECISION)
            transaction.append("decision", _with(rows, _DECISION).select(decided))
            transaction.append("loan", _loans(loans))
            transaction.append("loan_month", _months(loans))


def _applications(past: Past, first_id: int) -> pl.DataFrame:
    number = pl.int_range(0, past.applications, dtype=pl.Int64)
    place = number % _ROUND
    aside = pl.when(number % 2 == 0).then(50_000).otherwise(-50_000)
    return pl.select(application_id=number + first_id).select(
        "application_id",
        customer_id="application_id",
        policy_version=pl.lit(past.policy_version),
        applied_on=pl.lit(past.applied_on),
        outcome=pl.when(place < past.approved_percent)
        .then(pl.lit("approve"))
        .otherwise(pl.lit("decline")),
        limit_fen=past.limit_fen + aside,
        is_late=place < past.late_percent,
    )


def _loans(rows: pl.DataFrame) -> pl.DataFrame:
    return _with(rows, _LOAN).select(
        *_LOAN,
        "application_id",
        "customer_id",
        loan_id="application_id",
        line_id="application_id",
        annual_rate=pl.lit("0.180000").cast(pl.Decimal(9, 6)),
        first_due_on=pl.lit(date(2026, 10, 1)),
    )


def _months(rows: pl.DataFrame) -> pl.DataFrame:
    return _with(rows, _MONTH).select(
        *_MONTH,
        loan_id="application_id",
        disbursed_on=pl.lit(BUSINESS_ON),
        month_end_on=pl.lit(BUSINESS_ON),
        months_on_book=pl.lit(1),
        days_past_due=pl.when("is_late").then(7).otherwise(6),
    )


def _with(rows: pl.DataFrame, facts: dict[str, Any]) -> pl.DataFrame:
    return rows.with_columns(pl.lit(value).alias(name) for name, value in facts.items())
