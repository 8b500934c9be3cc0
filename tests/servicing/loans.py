"""Contracts and events for tests of servicing, in the words of a reader: yuan and days."""

from datetime import date
from decimal import Decimal

import polars as pl

from lending_core.servicing.contracts import NEVER_DAYS
from lending_core.servicing.loan_events import loan_events
from lending_core.servicing.positions import LoanState, loan_state

LATER = date(2099, 12, 31)
DEFAULT_ORDER = "fee,penalty,interest,principal"
PRINCIPAL_FIRST = "principal,interest,penalty,fee"


def contract(**terms: object) -> pl.DataFrame:
    """12,000 yuan at 18 % over twelve months from 10 January 2025, unless `terms` say otherwise."""
    row = {
        "loan_id": 1,
        "principal_fen": 1_200_000,
        "annual_rate": Decimal("0.18"),
        "method": "equal_principal",
        "instalments": 12,
        "day_count": "30/360",
        "carries_remainder": False,
        "disbursed_on": date(2025, 1, 10),
        "grace_days": 0,
        "penalty_multiple": Decimal("1.5"),
        "cost_cap_annual_rate": Decimal("0.24"),
        "allocation": DEFAULT_ORDER,
        "late_allocation": DEFAULT_ORDER,
        "late_allocation_days_past_due": NEVER_DAYS,
        **terms,
    }
    return pl.DataFrame([row]).with_columns(
        pl.col("annual_rate").cast(pl.Decimal(9, 6)),
        pl.col("penalty_multiple").cast(pl.Decimal(4, 2)),
        pl.col("cost_cap_annual_rate").cast(pl.Decimal(9, 6)),
    )


def happened(
    kind: str, on: date, amount_fen: int | None = None, **facts: object
) -> dict[str, object]:
    """An event of loan 1, recorded on its day unless `facts` say otherwise."""
    return {
        "loan_id": 1,
        "kind": kind,
        "effective_on": on,
        "recorded_on": on,
        "amount_fen": amount_fen,
        **facts,
    }


def paid(on: date, amount_fen: int, **facts: object) -> dict[str, object]:
    """A payment on loan 1."""
    return happened("payment", on, amount_fen, **facts)


def events(*rows: dict[str, object]) -> pl.DataFrame:
    """Events numbered from 1 in the order in which they are given, which is that of recording."""
    numbered = [{"loan_event_id": number, **row} for number, row in enumerate(rows, start=1)]
    return loan_events(numbered)


def state(
    terms: pl.DataFrame, *rows: dict[str, object], as_of: date, known_on: date = LATER
) -> LoanState:
    """The loan after these events."""
    return loan_state(terms, events(*rows), as_of=as_of, known_on=known_on)


def position(loan: LoanState) -> dict[str, object]:
    """The one position there is."""
    return loan.positions.row(0, named=True)


def settled(loan: LoanState, loan_event_id: int) -> dict[tuple[str, int], int]:
    """What an event settled: (component, number of the instalment) -> fen."""
    rows = loan.allocations.filter(pl.col("loan_event_id") == loan_event_id).rows(named=True)
    return {(row["component"], row["number"]): row["amount_fen"] for row in rows}


def left(loan: LoanState, number: int) -> tuple[int, int]:
    """Unpaid principal and interest of an instalment."""
    row = loan.instalments.filter(pl.col("number") == number).row(0, named=True)
    return row["principal_left_fen"], row["interest_left_fen"]


# Of the contract above: 1,000 principal a month, interest 180 first, 165 second.
FIRST_DUE = date(2025, 2, 10)

# Borrow and repay any time: 10,000 at 0.05 % a day.
DAILY = contract(
    principal_fen=1_000_000,
    annual_rate=Decimal("0.1825"),
    method="daily_interest",
    day_count="act/365",
    instalments=3,
    disbursed_on=date(2025, 6, 1),
)
