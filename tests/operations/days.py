"""What the close of a day leaves, put in by hand: days, positions of loans, moves, lines."""

from datetime import date
from typing import Any

import polars as pl

from lending_core.ledger.chain import utc_naive
from lending_core.store.engine import Store
from tests.builders import AT, BUSINESS_ON

AMOUNTS = (
    "overdue_principal_fen",
    "overdue_fen",
    "oldest_overdue_fen",
    "next_due_fen",
    "next_due_principal_fen",
    "interest_receivable_fen",
    "penalty_fen",
    "fee_fen",
    "excess_fen",
    "claim_fen",
    "written_off_fen",
    "allowance_fen",
    "payoff_fen",
)


def a_position(loan_id: int, **changes: Any) -> dict[str, Any]:
    """Where a loan stands: 7,200 yuan left, nothing late."""
    facts = {
        "loan_id": loan_id,
        "closed_on": BUSINESS_ON,
        "is_open": True,
        "is_charged_off": False,
        "days_past_due": 0,
        "bucket": "C",
        "asset_class": "normal",
        "stage": 1,
        "principal_fen": 720_000,
        "flow_totals_fen": [0],
    }
    return {**dict.fromkeys(AMOUNTS, 0), **facts, **changes}


def stand(store: Store, *positions: dict[str, Any]) -> None:
    """Loans stand like this, and no others."""
    with store.transaction() as transaction:
        transaction.clear("loan_position")
        transaction.append("loan_position", pl.DataFrame(list(positions)))


def closed(store: Store, *days: date) -> None:
    """Days that an analyst closed: 2 moves and 3 postings each."""
    facts = {"loans": 1, "moves": 2, "postings": 3, "last_event_id": 0, "closed_by": "analyst"}
    rows = [{"closed_on": day, **facts, "recorded_at": utc_naive(AT)} for day in days]
    with store.transaction() as transaction:
        transaction.append("closed_day", pl.DataFrame(rows))


def moved(store: Store, *moves: tuple[date, str, str]) -> None:
    """Moves of loan 1: on, from, to; 100 yuan each."""
    names = ["loan_id", "moved_on", "from_bucket", "to_bucket", "days_past_due", "principal_fen"]
    rows = [(1, *move, 5, 10_000) for move in moves]
    with store.transaction() as transaction:
        transaction.append("bucket_move", pl.DataFrame(rows, schema=names, orient="row"))


def turned(store: Store, *changes: tuple[date, str, str]) -> None:
    """Changes of lines, one line each: on, status, reason."""
    names = ["line_change_id", "line_id", "changed_on", "status", "reason"]
    rows = [(number, number, *change) for number, change in enumerate(changes, 1)]
    who = {"changed_by": pl.lit("system"), "recorded_at": pl.lit(utc_naive(AT))}
    with store.transaction() as transaction:
        changed = pl.DataFrame(rows, schema=names, orient="row").with_columns(**who)
        transaction.append("line_change", changed)
