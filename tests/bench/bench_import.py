"""Importing a loan tape of 1,000,000 rows against the engine's own plain read and insert of it."""

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl

from lending_core.access.permissions import SYSTEM
from lending_core.operations.tape_desk import receive_tape
from lending_core.operations.tapes import ImportOrder, import_tape
from lending_core.portfolio.tape_mapping import TapeMapping, read_tape_mapping
from lending_core.settings import Settings

ROWS, MONTHS = 1_000_000, 20
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
TIMES = 3
BY_MONTH = """
[tape]
shape = "months"
currency = "USD"
[columns]
reference = "account"
month = "month"
days_past_due = "days_late"
principal = "balance"
lent = "amount"
annual_rate = "rate"
product_code = "product"
"""
BY_OUTCOME = """
[tape]
shape = "outcomes"
currency = "USD"
[columns]
reference = "loan_no"
disbursed_on = "issued"
lent = "amount"
annual_rate = "rate"
instalments = "term"
outcome = "case status when 'Fully Paid' then 'paid' when 'Charged Off' then 'written_off' end"
last_paid_on = "last_paid"
paid = "paid"
region_code = "state"
band = "grade"
"""


def run() -> list[dict[str, Any]]:
    """Both read the same CSV into a file of their own; ours also checks, derives and reconciles."""
    with tempfile.TemporaryDirectory(prefix="bench_import_") as name:
        folder = Path(name)
        rng = np.random.default_rng(1)
        return [
            _compared(folder, "months", _by_month(rng), read_tape_mapping(BY_MONTH)),
            _compared(folder, "outcomes", _by_outcome(rng), read_tape_mapping(BY_OUTCOME)),
        ]


def _compared(folder: Path, shape: str, rows: pl.DataFrame, mapping: TapeMapping) -> dict[str, Any]:
    file = folder / f"{shape}.csv"
    rows.write_csv(file)
    plain = _seconds(lambda: _plain(file))
    ours = _seconds(lambda: _ours(file, mapping))
    return {
        "name": f"import of 1,000,000 rows told by {shape}: ours / plain read and insert",
        "figure": ours / plain,
        "aim": "at most 3",
        "unit": "times as long",
    }


def _plain(file: Path) -> None:
    book = file.with_suffix(".plain")
    book.unlink(missing_ok=True)
    connection = duckdb.connect(str(book))
    connection.execute("create table tape as select * from read_csv(?) limit 0", [str(file)])
    connection.execute("insert into tape select * from read_csv(?)", [str(file)])
    connection.close()


def _ours(file: Path, mapping: TapeMapping) -> None:
    house = Settings(file.parent / "lending.duckdb", None, "4GB", "en")
    with tempfile.TemporaryDirectory(dir=file.parent) as desk:
        tape = receive_tape(file, Path(desk))
        order = ImportOrder(tape, mapping, file.stem, replace=True)
        report = import_tape(house, SYSTEM, order, at=AT)
    if report.rows_loaded != ROWS or not report.reconciles:
        raise ValueError("the import lost rows")


def _by_month(rng: np.random.Generator) -> pl.DataFrame:
    loans = ROWS // MONTHS

    def of_loan(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.repeat(values, MONTHS)

    month = pl.date(2024, 1, 1).dt.offset_by(pl.format("{}mo", pl.col("number"))).dt.month_end()
    return pl.DataFrame(
        {
            "account": of_loan(np.arange(loans) + 10_000_000),
            "number": np.tile(np.arange(MONTHS), loans),
            "days_late": np.maximum(0, rng.integers(-200, 120, ROWS)),
            "balance": rng.integers(1, 5_000_000, ROWS) / 100,
            "amount": of_loan(rng.integers(1, 5_000_000, loans) / 100),
            "rate": of_loan(np.round(rng.uniform(0.05, 0.3, loans), 4)),
            "product": of_loan(rng.integers(0, 5, loans)),
        }
    ).select("account", month.alias("month"), pl.exclude("account", "number"))


def _by_outcome(rng: np.random.Generator) -> pl.DataFrame:
    days = rng.integers(0, 1_500, ROWS).astype("timedelta64[D]")
    issued = np.datetime64("2018-01-01") + days
    statuses = ["Fully Paid", "Charged Off"]
    return pl.DataFrame(
        {
            "loan_no": np.arange(ROWS) + 10_000_000,
            "issued": issued,
            "amount": rng.integers(100_000, 5_000_000, ROWS) / 100,
            "rate": np.round(rng.uniform(0.05, 0.3, ROWS), 4),
            "term": rng.choice([12, 24, 36], ROWS),
            "status": rng.choice(statuses, ROWS, p=[0.9, 0.1]),
            "last_paid": issued + rng.integers(1, 900, ROWS).astype("timedelta64[D]"),
            "paid": rng.integers(0, 5_000_000, ROWS) / 100,
            "state": rng.choice(["CA", "NY", "TX"], ROWS),
            "grade": rng.choice(list("ABCDEFG"), ROWS),
        }
    )


def _seconds(work: Callable[[], object]) -> float:
    """Shortest time of a piece of work: what it costs when nothing else runs."""
    taken = []
    for _ in range(TIMES):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)
