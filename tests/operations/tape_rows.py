"""A book imported from a tape, put in by hand: three loans at one month end."""

from datetime import date
from pathlib import Path

import polars as pl

from lending_core.store.engine import Store
from tests.builders import a_book

ON, LENT_ON = date(2026, 10, 31), date(2026, 6, 10)


def a_tape(path: Path, principal_fen: int | None) -> Store:
    """Loans of twelve instalments, on time, 45 and 130 days late; nothing is booked of them."""
    store = a_book(path)
    loans = [
        {
            "loan_id": number,
            "reference": f"T{number}",
            "disbursed_on": LENT_ON,
            "annual_rate": 0.12,
            "instalments": 12,
        }
        for number in (1, 2, 3)
    ]
    months = [
        {
            "loan_id": number,
            "month_end_on": ON,
            "months_on_book": 4,
            "standing": "open",
            "days_past_due": days,
            "bucket": bucket,
            "worst_days_past_due": days,
            "entered_30": False,
            "entered_90": False,
            "entered_default": False,
            "principal_fen": principal_fen,
            "annual_rate": 0.12,
            "disbursed_on": LENT_ON,
        }
        for number, days, bucket in ((1, 0, "C"), (2, 45, "M2"), (3, 130, "M5"))
    ]
    with store.transaction() as transaction:
        transaction.append("tape_loan", pl.DataFrame(loans))
        transaction.append(
            "loan_month", pl.DataFrame(months, schema_overrides={"principal_fen": pl.Int64})
        )
    return store
