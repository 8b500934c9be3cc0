"""Books of imported tapes, as an import leaves them: two loans in dollars, told up to 2011."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from lending_core.store.engine import open_store

BOOK = {
    "name": "Old tape",
    "is_simulated": False,
    "currency": "USD",
    "first_business_on": date(2011, 10, 1),
    "business_on": date(2011, 12, 31),
}
IMPORT = {
    "import_id": 1,
    "file_name": "loans_2011.csv",
    "file_hash": "0",
    "mapping": "",
    "as_of_on": date(2011, 12, 31),
    "rows_in": 6,
    "rows_loaded": 6,
    "rows_rejected": 0,
    "sums": "{}",
    "imported_by": "risk_maker",
    "recorded_at": datetime(2026, 11, 22, 9, 30),  # noqa: DTZ001
}


def write_tape(database: Path, shape: str) -> Path:
    """A book of this shape: loan 1 (`A-1`), 1,000 dollars, 61 days late at the end of 2011; loan 2
    (`B-2`), of which only the day of disbursement is told. Outcomes: loan 1 was written off."""
    store = open_store(database)
    with store.transaction() as transaction:
        transaction.append("book", pl.DataFrame([{**BOOK, "shape": shape}]))
        transaction.append("tape_import", pl.DataFrame([{**IMPORT, "shape": shape}]))
        transaction.append("tape_loan", _loans(shape))
        transaction.append("loan_month", pl.DataFrame(_months(shape), infer_schema_length=None))
        if shape == "payments":
            transaction.append("tape_payment", pl.DataFrame([_PAYMENT]))
    store.close()
    return database


_PAYMENT = {"loan_id": 1, "paid_on": date(2011, 11, 3), "amount_fen": 8_990}
_FACTS: dict[str, Any] = {
    "lent_fen": 100_000,
    "annual_rate": Decimal("0.120000"),
    "disbursed_on": date(2011, 9, 30),
}


def _loans(shape: str) -> pl.DataFrame:
    ends = {"outcome": "written_off", "paid_fen": 12_345} if shape == "outcomes" else {}
    known = {"loan_id": 1, "reference": "A-1", "instalments": 36, "band": "B"}
    bare = {"loan_id": 2, "reference": "B-2", "disbursed_on": date(2011, 10, 15)}
    loans = pl.DataFrame([known | _FACTS | ends, bare], infer_schema_length=None)
    segments = pl.Series([{"term": "long"}, None], dtype=pl.Map(pl.String, pl.String))
    return loans.with_columns(own_segments=segments)


def _months(shape: str) -> list[dict[str, Any]]:
    if shape == "outcomes":
        return [_month(date(2011, 11, 30), 2, None, None) | {"standing": "written_off"}]
    return [
        _month(date(2011, 10, 31), 1, 0, "C"),
        _month(date(2011, 11, 30), 2, 31, "M2"),
        _month(date(2011, 12, 31), 3, 61, "M3"),
    ]


def _month(on: date, age: int, days: int | None, bucket: str | None) -> dict[str, Any]:
    return {
        **_FACTS,
        "loan_id": 1,
        "month_end_on": on,
        "months_on_book": age,
        "standing": "open",
        "days_past_due": days,
        "bucket": bucket,
        "worst_days_past_due": days,
        "entered_30": days == 31,
        "entered_90": False,
        "entered_default": bucket is None,
        "principal_fen": None if bucket is None else 98_000,
    }
