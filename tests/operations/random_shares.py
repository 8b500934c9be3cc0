"""Random joint loans written straight into a store: contracts, shares, balances, bookings."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from lending_core.operations.closing import POSITION_COLUMNS
from lending_core.servicing.state import FLOWS
from lending_core.store.engine import Store
from tests.store.loans import LENT_ON, LOAN

LENDERS = ("binhai_bank", "lanting_bank", "minghu_microloan", "qinghe_finance")
MONTH_END_ON = date(2026, 10, 31)
_FLOWS = ("principal_repaid", "interest_paid", "penalty_paid", "fee_paid", "recovered")


def fill(store: Store, loans: int, seed: int) -> None:
    """So many loans of one to three lenders; every third one changed hands in part."""
    rng = np.random.default_rng(seed)
    made = [_loan(rng, loan_id) for loan_id in range(1, loans + 1)]
    with store.transaction() as transaction:
        for table in ("loan", "funding", "loan_position", "loan_month", "posting"):
            rows = [row for tables in made for row in tables[table]]
            transaction.append(table, pl.DataFrame(rows, infer_schema_length=None))
        sold = [row for tables in made for row in tables["funding_change"]]
        changes = pl.DataFrame(sold).with_row_index("change_id", offset=1)
        transaction.append("funding_change", changes)
        transaction.clear("book")
        book = {"name": "simulated", "is_simulated": True, "seed": 7, "currency": "CNY"}
        days = {"first_business_on": LENT_ON, "business_on": MONTH_END_ON}
        transaction.append("book", pl.DataFrame([book | days]))


def _loan(rng: np.random.Generator, loan_id: int) -> dict[str, list[dict[str, Any]]]:
    lent = int(rng.integers(3, 5_000_000))
    codes = [str(code) for code in rng.permutation(LENDERS)[: rng.integers(1, min(4, lent + 1))]]
    cuts = sorted(rng.choice(np.arange(1, lent), len(codes) - 1, replace=False).tolist())
    bounds = [0, *(int(cut) for cut in cuts), lent]
    shares = [
        {
            "loan_id": loan_id,
            "funder_code": code,
            "share_fen": bounds[place + 1] - bounds[place],
            "before_fen": bounds[place],
            "role": "whole" if len(codes) == 1 else "partner" if place else "lead",
        }
        for place, code in enumerate(codes)
    ]
    repaid = int(rng.integers(0, lent + 1))
    return {
        "loan": [LOAN | {"loan_id": loan_id, "principal_fen": lent}],
        "funding": shares,
        "funding_change": _sold(rng, shares[-1]) if loan_id % 3 == 0 else [],
        "loan_position": [_position(loan_id, lent - repaid)],
        "loan_month": [_month(loan_id, lent - repaid)],
        "posting": _postings(rng, loan_id, lent, repaid),
    }


def _sold(rng: np.random.Generator, share: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "transfer_id": 1,
            "loan_id": share["loan_id"],
            "from_code": share["funder_code"],
            "to_code": next(code for code in LENDERS if code != share["funder_code"]),
            "share_fen": int(rng.integers(1, share["share_fen"] + 1)),
            "effective_on": LENT_ON + timedelta(days=int(rng.integers(1, 60))),
        }
    ]


def _position(loan_id: int, owed: int) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(POSITION_COLUMNS, 0)
    text = {"bucket": "C", "asset_class": "normal", "stage": 1, "is_charged_off": False}
    dates = dict.fromkeys(("oldest_due_on", "next_due_on"), MONTH_END_ON)
    own = {"loan_id": loan_id, "principal_fen": owed, "is_open": owed > 0}
    totals = {"flow_totals_fen": [0] * len(FLOWS), "closed_on": MONTH_END_ON}
    return row | text | dates | own | totals


def _month(loan_id: int, owed: int) -> dict[str, Any]:
    entered = dict.fromkeys(("entered_30", "entered_90", "entered_default"), False)
    return {
        "loan_id": loan_id,
        "month_end_on": MONTH_END_ON,
        "months_on_book": 3,
        "standing": "open" if owed else "paid",
        "principal_fen": owed,
        "disbursed_on": LENT_ON,
        **entered,
    }


def _postings(
    rng: np.random.Generator, loan_id: int, lent: int, repaid: int
) -> list[dict[str, Any]]:
    first = repaid // 2
    amounts = [("funding_received", 0, lent), ("principal_lent", 0, lent)]
    amounts += [("principal_repaid", 30, first), ("principal_repaid", 45, repaid - first)]
    amounts += [
        (flow, int(rng.integers(1, 90)), int(rng.integers(1, 9_999))) for flow in _FLOWS[1:] * 2
    ]
    seen: dict[tuple[str, int], int] = {}
    for flow, day, fen in amounts:
        seen[flow, day] = seen.get((flow, day), 0) + fen
    return [
        {
            "entry_id": loan_id,
            "loan_id": loan_id,
            "booked_on": LENT_ON + timedelta(days=day),
            "funder_code": LENDERS[0],
            "flow": flow,
            "amount_fen": fen,
        }
        for (flow, day), fen in seen.items()
        if fen
    ]
