"""Loans of several lenders in a store, with the shares given by hand."""

from datetime import timedelta

import polars as pl

from lending_core.store.engine import Store
from tests.store.loans import INSTALMENTS, LENT_ON, LOAN

Shares = tuple[tuple[str, int], ...]
A, B, C = "binhai_bank", "lanting_bank", "minghu_microloan"
HALVES: Shares = ((A, 70_000), (B, 30_000))


def lend_jointly(store: Store, loan_id: int, shares: Shares = HALVES) -> None:
    """One loan of 1,000.00 of several lenders, the first of whom leads."""
    before, rows = 0, []
    for code, fen in shares:
        role = "whole" if len(shares) == 1 else "partner" if before else "lead"
        rows.append(
            {
                "loan_id": loan_id,
                "funder_code": code,
                "role": role,
                "share_fen": fen,
                "before_fen": before,
            }
        )
        before += fen
    loan = LOAN | {"loan_id": loan_id, "principal_fen": before}
    with store.transaction() as transaction:
        transaction.append("loan", pl.DataFrame([loan]))
        transaction.append("instalment", pl.DataFrame({"loan_id": loan_id} | INSTALMENTS))
        transaction.append("funding", pl.DataFrame(rows))


def change_hands(store: Store, loan_id: int, share_fen: int, days: int = 20) -> None:
    """A part of the second lender's share goes to the third one so many days after the payout."""
    row = {
        "transfer_id": 1,
        "loan_id": loan_id,
        "from_code": B,
        "to_code": C,
        "share_fen": share_fen,
        "effective_on": LENT_ON + timedelta(days=days),
    }
    with store.transaction() as transaction:
        number = transaction.next_id("funding_change", "change_id")
        transaction.append("funding_change", pl.DataFrame([row | {"change_id": number}]))
