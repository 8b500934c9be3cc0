"""A book of ten million month ends of loans: a simulated one, its loans copied until there are so
many. Every table that a report over the book reads is copied, with loans of their own."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb

from lending_core.settings import PROJECT_ROOT

LOAN_MONTHS = 10_000_000
SIZE = ("--customers", "5000", "--months", "24", "--seed", "7", "--until", "2026-10-31")
# Above every number that the simulated book gives out, so that copies never meet.
STEP = 10_000_000

# Tables of the book, with the numbers that tell one copy of a loan from the next.
COPIED = {
    "loan": ("loan_id", "application_id", "customer_id", "line_id"),
    "customer": ("customer_id",),
    "decision": ("application_id",),
    "funding": ("loan_id",),
    "loan_plan": ("loan_id",),
    "bucket_move": ("loan_id",),
}


def filled_book(folder: Path, loan_months: int = LOAN_MONTHS) -> Path:
    """The file of a simulated book with at least so many rows in `loan_month`: by month end, and
    by loan within one, as the close of a day leaves them."""
    database = folder / "lending.duckdb"
    command = [sys.executable, "-m", "lending_core", "simulate", *SIZE]
    environment = os.environ | {"LENDING_DATABASE": str(database), "LENDING_DEMO": "on"}
    subprocess.run(command, cwd=PROJECT_ROOT, env=environment, check=True, capture_output=True)
    with duckdb.connect(str(database)) as connection:
        held = _count(connection)
        copies = -(-loan_months // held)
        for table, numbers in COPIED.items():
            connection.execute(
                f"insert into {table} select {table}.* replace ({_moved(numbers)}) from {table} "
                f"cross join range(1, {copies}) as copies (copy)"
            )
        _fill_months(connection, copies)
        connection.execute("checkpoint")
    return database


def _fill_months(connection: duckdb.DuckDBPyConnection, copies: int) -> None:
    connection.execute("create temp table told as select * from loan_month")
    connection.execute("delete from loan_month")
    month_ends = connection.execute("select distinct month_end_on from told order by 1").fetchall()
    for (month_end_on,) in month_ends:
        connection.execute(
            f"insert into loan_month select told.* replace ({_moved(('loan_id',))}) from told "
            f"cross join range(0, {copies}) as copies (copy) where month_end_on = $on "
            "order by copy, loan_id",
            {"on": month_end_on},
        )


def _moved(numbers: tuple[str, ...]) -> str:
    return ", ".join(f"{name} + copy * {STEP} as {name}" for name in numbers)


def _count(connection: duckdb.DuckDBPyConnection) -> int:
    (held,) = connection.execute("select count(*) from loan_month").fetchone() or (0,)
    return int(held)
