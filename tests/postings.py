"""A small general ledger: the chart of accounts and postings put into a store by hand."""

from dataclasses import asdict
from datetime import date
from typing import Any

import polars as pl

from lending_core.servicing.accounts import all_flows, flows
from lending_core.store.engine import Store

# entry_id, loan_id, booked_on, funder_code, flow, amount_fen.
Posting = tuple[int, int, date, str, str, int]

# 1,000.00 lent in October by one bank, 500.00 in November by another; the first instalment of the
# first loan is paid, and 10.00 of it are taken back.
LENT = date(2026, 10, 5)
STORY: tuple[Posting, ...] = (
    (1, 1, LENT, "binhai_bank", "funding_received", 100_000),
    (2, 1, LENT, "binhai_bank", "principal_lent", 100_000),
    (3, 1, date(2026, 10, 31), "binhai_bank", "interest_accrued", 2_000),
    (4, 2, date(2026, 11, 1), "lanting_bank", "funding_received", 50_000),
    (5, 2, date(2026, 11, 1), "lanting_bank", "principal_lent", 50_000),
    (6, 1, date(2026, 11, 5), "binhai_bank", "principal_repaid", 32_000),
    (7, 1, date(2026, 11, 5), "binhai_bank", "interest_paid", 2_000),
    (8, 1, date(2026, 11, 10), "binhai_bank", "principal_repaid", -1_000),
    (9, 1, date(2026, 11, 30), "binhai_bank", "interest_accrued", 1_400),
)

# What the loans themselves say at the end of November: totals per flow.
LOAN_1 = {
    "funding_received": 100_000,
    "principal_lent": 100_000,
    "interest_accrued": 3_400,
    "principal_repaid": 31_000,
    "interest_paid": 2_000,
}
LOAN_2 = {"funding_received": 50_000, "principal_lent": 50_000}


def write_chart(store: Store) -> None:
    """The flows of the reference data, as a book has them from its start."""
    with store.transaction() as transaction:
        transaction.clear("flow")
        rows = pl.DataFrame([asdict(flow) for flow in all_flows()])
        transaction.append("flow", rows.drop("name_en", "name_zh", "source"))


def post(store: Store, *rows: Posting) -> None:
    """Books postings as they are given."""
    names = ["entry_id", "loan_id", "booked_on", "funder_code", "flow", "amount_fen"]
    with store.transaction() as transaction:
        transaction.append("posting", pl.DataFrame(list(rows), schema=names, orient="row"))


def position(store: Store, loan_id: int, totals_fen: dict[str, int], **balances: int) -> None:
    """The sub-ledger's word on a loan: totals per flow, and what is owed."""
    amounts = {
        name: balances.get(name, 0)
        for name in (
            "principal_fen", "overdue_principal_fen", "overdue_fen", "oldest_overdue_fen",
            "next_due_fen", "next_due_principal_fen", "interest_receivable_fen", "penalty_fen",
            "fee_fen", "excess_fen", "claim_fen", "written_off_fen", "allowance_fen", "payoff_fen",
        )
    }  # fmt: skip
    row: dict[str, Any] = {
        "loan_id": loan_id,
        "closed_on": date(2026, 11, 30),
        "is_open": True,
        "is_charged_off": False,
        "days_past_due": 0,
        "bucket": "C",
        "asset_class": "normal",
        "stage": 1,
        **amounts,
        "flow_totals_fen": [totals_fen.get(flow.flow, 0) for flow in flows()],
    }
    with store.transaction() as transaction:
        transaction.append("loan_position", pl.DataFrame([row]))
