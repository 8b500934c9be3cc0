"""Terms of loans for the tests of products: valid by default, changed by name."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from lending_core.products.schedule import schedule
from lending_core.products.terms import EVENT_SCHEMA

AMOUNTS = ("principal_fen", "interest_fen", "total_fen", "balance_fen")


def a_loan(**changes: Any) -> dict[str, Any]:
    """12,000 yuan for a year at 18 %, repaid monthly in equal instalments."""
    return {
        "loan_id": 1,
        "principal_fen": 12_000_00,
        "annual_rate": Decimal("0.18"),
        "method": "equal_instalment",
        "instalments": 12,
        "every_months": 1,
        "every_days": None,
        "disbursed_on": date(2026, 1, 1),
        "day_count": "30/360",
        "rounding": "half_even",
        "month_end": "clamp",
        "instalment_multiple_fen": 0,
        "grace_principal_instalments": 0,
        "grace_interest_instalments": 0,
    } | changes


def terms(*loans: dict[str, Any]) -> pl.DataFrame:
    """The loans as a frame."""
    types = {"annual_rate": pl.Decimal(scale=12), "every_months": pl.Int64, "every_days": pl.Int64}
    return pl.DataFrame(loans, schema_overrides=types)


def a_draw(on: date, amount_fen: int, loan_id: int = 1) -> dict[str, Any]:
    return {
        "loan_id": loan_id,
        "on": on,
        "kind": "draw",
        "amount_fen": amount_fen,
        "annual_rate": None,
    }


def a_rate_change(on: date, annual_rate: str, loan_id: int = 1) -> dict[str, Any]:
    return {
        "loan_id": loan_id,
        "on": on,
        "kind": "rate_change",
        "amount_fen": None,
        "annual_rate": Decimal(annual_rate),
    }


def rows_of(loan: dict[str, Any], *events: dict[str, Any]) -> list[tuple[int, ...]]:
    """Each instalment as principal, interest, total and balance in fen."""
    known = pl.DataFrame(events, schema=EVENT_SCHEMA)
    return schedule(terms(loan), known).select(AMOUNTS).rows()


def due_on(loan: dict[str, Any]) -> list[str]:
    return [str(day) for day in schedule(terms(loan))["due_on"].to_list()]
