"""What happens to many loans at once: a day's file of a payment channel, a round of write-offs."""

import hashlib
from typing import Any

import polars as pl

from lending_core.ledger.chain import utc_naive
from lending_core.store.engine import Transaction
from lending_core.store.events import Moment, append_events

# What a batch is entered under in the ledger: money that came in by its first event, the house's
# own decisions by the book.
SUBJECTS = {
    "payments": "payment",
    "recoveries": "payment",
    "charge_offs": "book",
    "refunds": "book",
}
DIGEST_COLUMNS = ("loan_event_id", "loan_id", "effective_on", "strategy", "amount_fen")


def record_payments(transaction: Transaction, moment: Moment, payments: pl.DataFrame) -> None:
    """Records payments received: loan_id, paid_on, amount_fen, purpose. A payment whose purpose is
    `payoff` settles the loan, every other one what is due and then the next dues."""
    is_payoff = pl.col("purpose") == "payoff"
    recorded = _numbered(
        transaction,
        payments.with_columns(
            kind=pl.lit("payment"),
            strategy=pl.when(is_payoff).then(pl.lit("payoff")).otherwise(pl.lit("next_dues")),
        ),
    )
    _save(transaction, moment, recorded, moment.actor.user_name)
    _tell(transaction, moment, recorded, "payments")


def record_recoveries(transaction: Transaction, moment: Moment, recoveries: pl.DataFrame) -> None:
    """Records money received on loans that were written off: loan_id, paid_on, amount_fen."""
    none = pl.lit(None, pl.String)
    rows = recoveries.with_columns(kind=pl.lit("recovery"), strategy=none)
    recorded = _numbered(transaction, rows)
    _save(transaction, moment, recorded, moment.actor.user_name)
    _tell(transaction, moment, recorded, "recoveries")


def record_refunds(
    transaction: Transaction, moment: Moment, overpaid: pl.DataFrame, decided_by: str
) -> None:
    """Pays back on the business date of `moment` what borrowers paid too much: loan_id,
    amount_fen."""
    rows = overpaid.select(
        "loan_id",
        "amount_fen",
        paid_on=pl.lit(moment.business_on),
        kind=pl.lit("refund"),
        strategy=pl.lit(None, pl.String),
    )
    recorded = _numbered(transaction, rows)
    _save(transaction, moment, recorded, decided_by)
    _tell(transaction, moment, recorded, "refunds")


def record_charge_offs(
    transaction: Transaction, moment: Moment, loans: pl.DataFrame, decided_by: str
) -> None:
    """Lets loans go on the business date of `moment`, by the decision of `decided_by`. Needs
    loan_id."""
    rows = loans.select(
        "loan_id",
        paid_on=pl.lit(moment.business_on),
        amount_fen=pl.lit(None, pl.Int64),
        kind=pl.lit("charge_off"),
        strategy=pl.lit(None, pl.String),
    )
    recorded = _numbered(transaction, rows)
    _save(transaction, moment, recorded, decided_by)
    _tell(transaction, moment, recorded, "charge_offs")


def _numbered(transaction: Transaction, rows: pl.DataFrame) -> pl.DataFrame:
    """Loan events in the order of their days. Needs loan_id, paid_on, amount_fen, kind,
    strategy."""
    first_id = transaction.next_id("loan_event", "loan_event_id")
    return rows.sort("paid_on", "loan_id").select(
        "loan_id",
        "amount_fen",
        "kind",
        "strategy",
        effective_on="paid_on",
        loan_event_id=pl.int_range(first_id, first_id + rows.height, dtype=pl.Int64),
    )


def _save(transaction: Transaction, moment: Moment, recorded: pl.DataFrame, by: str) -> None:
    rows = recorded.with_columns(
        recorded_on="effective_on",
        recorded_at=pl.lit(utc_naive(moment.at)),
        recorded_by=pl.lit(by),
    )
    transaction.append("loan_event", rows)


def _tell(transaction: Transaction, moment: Moment, recorded: pl.DataFrame, what: str) -> None:
    """One entry of the ledger for the batch; none where nothing happened."""
    if recorded.is_empty():
        return
    kind = SUBJECTS[what]
    number = 1 if kind == "book" else int(recorded["loan_event_id"][0])
    batch = (kind, number, _batch_facts(recorded, what))
    append_events(transaction, moment, f"{what}_recorded", [batch])


def _batch_facts(recorded: pl.DataFrame, what: str) -> dict[str, Any]:
    """Count, sum and a digest that commits to every row, so that none can change unseen."""
    money = {"amount_fen": int(recorded["amount_fen"].sum())}
    return {
        what: recorded.height,
        **(money if recorded["amount_fen"].count() else {}),
        "last_event_id": int(recorded["loan_event_id"][-1]),
        "rows_sha256": hashlib.sha256(
            recorded.select(DIGEST_COLUMNS).write_csv().encode()
        ).hexdigest(),
    }
