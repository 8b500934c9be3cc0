"""Payments received in bulk: what a day's file of a payment channel holds."""

import hashlib

import polars as pl

from lending_core.ledger.chain import utc_naive
from lending_core.store.engine import Transaction
from lending_core.store.events import Moment, append_events


def record_payments(transaction: Transaction, moment: Moment, payments: pl.DataFrame) -> None:
    """Records payments received: loan_id, paid_on, amount_fen, purpose. A payment whose purpose is
    `payoff` settles the loan, every other one what is due and then the next dues."""
    if payments.is_empty():
        return
    first_id = transaction.next_id("loan_event", "loan_event_id")
    is_payoff = pl.col("purpose") == "payoff"
    recorded = payments.sort("paid_on", "loan_id").select(
        "loan_id",
        "amount_fen",
        kind=pl.lit("payment"),
        strategy=pl.when(is_payoff).then(pl.lit("payoff")).otherwise(pl.lit("next_dues")),
        effective_on="paid_on",
        recorded_on="paid_on",
        loan_event_id=pl.int_range(first_id, first_id + payments.height, dtype=pl.Int64),
        recorded_at=pl.lit(utc_naive(moment.at)),
        recorded_by=pl.lit(moment.actor.user_name),
    )
    transaction.append("loan_event", recorded)
    append_events(
        transaction,
        moment,
        "payments_recorded",
        [("payment", first_id, _batch_facts(recorded))],
    )


def _batch_facts(payments: pl.DataFrame) -> dict[str, object]:
    """Count, sum and a digest that commits to every row, so that none can change unseen."""
    columns = ("loan_event_id", "loan_id", "effective_on", "strategy", "amount_fen")
    return {
        "payments": payments.height,
        "amount_fen": int(payments["amount_fen"].sum()),
        "last_event_id": int(payments["loan_event_id"][-1]),
        "rows_sha256": hashlib.sha256(payments.select(columns).write_csv().encode()).hexdigest(),
    }
