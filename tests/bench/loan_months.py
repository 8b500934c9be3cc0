"""A book of millions of month ends of loans: a simulated one, each of its loans copied so often.

What reports of lateness and cohorts read is copied: the loans, their borrowers and lenders, their
plans and states, their moves and month ends, each copy with numbers of its own. The book is marked
as simulated, as every borrower in it, and its name tells how often.
"""

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
# What a copy is made with, and how many rows at a time: that bounds the memory at every size.
MEMORY = "3GB"
ROWS_TOGETHER = 1_000_000
# A table is copied in so many parts of the order in which it stands in the file, so that the copies
# of a month follow that month, as the loans of a large book would.
PARTS = 24

# The numbers that tell one copy of a row from the next, and of which rows there are copies.
COPIED = {
    "customer": (("customer_id",), "customer_id in (select customer_id from loan)"),
    "funding": (("loan_id",), "true"),
    "loan_plan": (("loan_id",), "true"),
    "loan_position": (("loan_id",), "true"),
    "bucket_move": (("loan_id",), "true"),
    "loan_month": (("loan_id",), "true"),
    # Last: whose borrowers are copied is asked of it.
    "loan": (("loan_id", "application_id", "customer_id", "line_id"), "true"),
}


def filled_book(folder: Path, loan_months: int = LOAN_MONTHS) -> Path:
    """The file of a simulated book with at least so many rows in `loan_month`: by month end, and
    by loan within one, as the close of a day leaves them."""
    return copied_book(simulated_book(folder / "lending.duckdb"), loan_months)


def simulated_book(database: Path) -> Path:
    """A new file with the book that is copied: some 13,000 month ends of 1,600 loans."""
    command = [sys.executable, "-m", "lending_core", "simulate", *SIZE]
    environment = os.environ | {"LENDING_DATABASE": str(database), "LENDING_DEMO": "on"}
    subprocess.run(command, cwd=PROJECT_ROOT, env=environment, check=True, capture_output=True)
    return database


def copied_book(database: Path, loan_months: int) -> Path:
    """The same file, its loans copied until there are so many month ends. Returns its path."""
    with duckdb.connect(str(database), config={"memory_limit": MEMORY}) as connection:
        connection.execute(f"set temp_directory = '{database.with_suffix('.spill')}'")
        copies = -(-loan_months // _count(connection, "loan_month"))
        for table, (numbers, chosen) in COPIED.items():
            _copy(connection, table, _moved(numbers), chosen, copies)
        name = f"{copies} copies of a simulated book"
        connection.execute("update book set name = $name", {"name": name})
        connection.execute("checkpoint")
    return database


def _copy(
    connection: duckdb.DuckDBPyConnection, table: str, moved: str, chosen: str, copies: int
) -> None:
    """Writes a table anew: what has copies after what has none, part by part."""
    part = "month_end_on" if table == "loan_month" else f"ntile({PARTS}) over (order by rowid)"
    connection.execute(
        f"create or replace temp table told as select *, rowid as place, {part} as part "
        f"from {table} where {chosen}"
    )
    connection.execute(f"delete from {table} where {chosen}")
    parts = connection.execute("select part, count(*) from told group by 1 order by 1").fetchall()
    for part, rows in parts:
        together = max(ROWS_TOGETHER // rows, 1)
        for first in range(0, copies, together):
            connection.execute(
                f"insert into {table} select told.* exclude (place, part) replace ({moved}) "
                f"from told cross join range({first}, {min(first + together, copies)}) as copies "
                "(copy) where part = $part order by copy, place",
                {"part": part},
            )


def _moved(numbers: tuple[str, ...]) -> str:
    return ", ".join(f"{name} + copy * {STEP} as {name}" for name in numbers)


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    (held,) = connection.execute(f"select count(*) from {table}").fetchone() or (0,)
    return int(held)
