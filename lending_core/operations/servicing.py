"""What happens to loans after they are paid out: payments in, month ends closed."""

import hashlib
from datetime import date

import polars as pl

from lending_core.ledger.chain import utc_naive
from lending_core.servicing.accounts import payment_lines
from lending_core.store.engine import Transaction
from lending_core.store.events import Moment, append_events


def record_payments(transaction: Transaction, moment: Moment, payments: pl.DataFrame) -> None:
    """Books payments received: loan_id, paid_on, kind (instalment or payoff), amount_fen."""
    if payments.is_empty():
        return
    first_id = transaction.next_id("payment", "payment_id")
    booked = payments.sort("paid_on", "loan_id").select(
        "loan_id",
        "paid_on",
        "kind",
        "amount_fen",
        payment_id=pl.int_range(first_id, first_id + payments.height, dtype=pl.Int64),
        recorded_at=pl.lit(utc_naive(moment.at)),
    )
    transaction.append("payment", booked)
    allocated = transaction.read("payment_allocation", after_payment_id=first_id - 1)
    first_entry = transaction.next_id("journal", "entry_id")
    entries = allocated.sort("payment_id").with_columns(
        entry_id=pl.int_range(first_entry, first_entry + allocated.height, dtype=pl.Int64)
    )
    transaction.append("journal", payment_lines(entries))
    append_events(
        transaction,
        moment,
        "payments_recorded",
        [("payment", first_id, _batch_facts(booked))],
    )


def close_month(transaction: Transaction, month_end_on: date, first_loan_id: int = 0) -> None:
    """Adds the month-end state of all loans from `first_loan_id` on."""
    transaction.append_query(
        "loan_month", "loan_month", month_ends=[month_end_on], first_loan_id=first_loan_id
    )


def _batch_facts(payments: pl.DataFrame) -> dict[str, object]:
    """Count, sum and a digest that commits to every row, so that none can change unseen."""
    rows = payments.select("payment_id", "loan_id", "paid_on", "kind", "amount_fen").write_csv()
    return {
        "payments": payments.height,
        "amount_fen": int(payments["amount_fen"].sum()),
        "last_payment_id": int(payments["payment_id"][-1]),
        "rows_sha256": hashlib.sha256(rows.encode()).hexdigest(),
    }
