"""Each figure of the overdue screen over ten million month ends of loans, against a plain scan of
the columns that it reads: one pass that looks at every value and groups nothing."""

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from lending_core.access.permissions import SYSTEM
from lending_core.operations import overdue, reports, rolls
from lending_core.operations.listing import Asked, Order
from lending_core.operations.reports import BookFilter
from lending_core.portfolio.delinquency import flow_shares
from lending_core.portfolio.roll_rates import flow_rates
from lending_core.store.engine import Store, open_store
from tests.bench.loan_months import filled_book

ROUNDS = 7
EVERYTHING = BookFilter()
NEWEST_ON = date(2026, 10, 31)
LATE = overdue.LoansAt(EVERYTHING, NEWEST_ON, ("M1", "M2", "M3", "M4", "M5", "M6", "M7+"))
MOST_OWED = Asked(Order("principal_fen"))
STATE = ("month_end_on", "standing", "bucket")

Columns = dict[str, tuple[str, ...]]


def run() -> list[dict[str, Any]]:
    """Ratios of wall time, each pair taken in turn in one process after a warm-up."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(filled_book(Path(folder)))
        rows = [_row(store, *figure) for figure in _figures(store)]
        store.close()
    return rows


def _figures(store: Store) -> list[tuple[str, Callable[[], object], Columns]]:
    """Name, what is asked, and the columns of each table that it reads."""
    amounts = ("principal_fen", "overdue_fen")
    was = ("previous_bucket", "previous_principal_fen")
    return [
        (
            "balance and count by stage and month",
            lambda: reports.bucket_by_month(store, SYSTEM, EVERYTHING),
            {"loan_month": (*STATE, *amounts)},
        ),
        (
            "stages, late rates and roll rates in one pass",
            lambda: _flows(store),
            {"loan_month": (*STATE, *amounts, *was)},
        ),
        (
            "roll rates by themselves",
            lambda: flow_rates(rolls.moves(store, SYSTEM, EVERYTHING)),
            {"loan_month": (*STATE, *was, "principal_fen", "written_off_fen")},
        ),
        (
            "first payment default after 7 and 30 days",
            lambda: overdue.first_payments(store, SYSTEM, EVERYTHING),
            {
                "loan_plan": (
                    *("loan_id", "replayed_to", "due_on[1]", "days_late[1]"),
                    *("principal_left_fen[1]", "interest_left_fen[1]"),
                ),
                "loan": ("loan_id", "disbursed_on", "first_due_on", "principal_fen"),
                "funding": ("loan_id",),
            },
        ),
        (
            "entries and 30-day collection",
            lambda: overdue.late_entries(store, SYSTEM, EVERYTHING),
            {
                "bucket_move": (
                    *("loan_id", "moved_on", "from_bucket", "to_bucket"),
                    *("days_past_due", "principal_fen"),
                ),
                "loan": ("loan_id",),
                "funding": ("loan_id",),
            },
        ),
        (
            "concentration by region",
            lambda: overdue.late_parts(store, SYSTEM, EVERYTHING, NEWEST_ON, "region_code"),
            {"loan_month": (*STATE, *amounts, "region_code")},
        ),
        (
            "first page of the late loans, and how many there are",
            lambda: (
                overdue.count_of(store, SYSTEM, LATE),
                overdue.loans_of(store, SYSTEM, LATE, MOST_OWED),
            ),
            {"loan_month": (*STATE, *amounts), "loan": ("loan_id",), "customer": ("customer_id",)},
        ),
    ]


def _flows(store: Store) -> None:
    flow_shares(overdue.stage_flows(store, SYSTEM, EVERYTHING), "principal_fen", NEWEST_ON)


def _row(store: Store, name: str, ask: Callable[[], object], columns: Columns) -> dict[str, Any]:
    scans = [_scan(table, read) for table, read in columns.items()]

    def scan() -> None:
        for sql in scans:
            store.read_sql(sql)

    ask()
    scan()
    pairs = [(_seconds(ask), _seconds(scan)) for _ in range(ROUNDS)]
    asked, scanned = (statistics.median(times) for times in zip(*pairs, strict=True))
    return {
        "name": f"{name} ({asked * 1000:.0f} ms), against a scan of its columns",
        "figure": asked / scanned,
        "aim": "at most 8",
        "unit": "times as long",
    }


def _scan(table: str, columns: tuple[str, ...]) -> str:
    # A sum of hashes is the least that cannot be told from statistics of the file.
    looked_at = ", ".join(f"bit_xor(hash({column}))" for column in columns)
    return f"select {looked_at} from {table}"


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
