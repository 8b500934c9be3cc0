"""What a customer owes now, every loan replayed to the open day, and what that leaves of lines."""

from typing import Any

import polars as pl

from lending_core.errors import NotFound
from lending_core.operations.console import book
from lending_core.servicing.buckets import bucket_codes
from lending_core.servicing.classification import classified
from lending_core.servicing.contracts import contracts
from lending_core.servicing.day_end import stages_of
from lending_core.servicing.loan_events import LOAN_EVENT_SCHEMA
from lending_core.servicing.positions import loan_state
from lending_core.store.engine import Store, Transaction

# Terms of a loan that stand beside where it stands.
TERMS = ("loan_id", "line_id", "application_id", "product_code", "disbursed_on")
STANDING = {
    "is_open": pl.Boolean,
    "is_charged_off": pl.Boolean,
    "days_past_due": pl.Int32,
    "bucket": pl.String,
    "asset_class": pl.String,
    "stage": pl.Int32,
    "principal_fen": pl.Int64,
    "overdue_fen": pl.Int64,
    "claim_fen": pl.Int64,
    "next_due_on": pl.Date,
    "next_due_fen": pl.Int64,
}


def debts(reader: Store | Transaction, customer_id: int) -> pl.DataFrame:
    """One row per loan of a customer on the open day, by all that is recorded: `TERMS`, lent_fen
    and `STANDING` (see `positions`, `classified`)."""
    loans = reader.read("customer_contract", customer_id=customer_id)
    terms = loans.select(*TERMS, lent_fen="principal_fen")
    if loans.is_empty():
        return terms.with_columns(pl.lit(None, kind).alias(name) for name, kind in STANDING.items())
    events = reader.read("customer_event", customer_id=customer_id)
    today = book(reader).open_on
    state = loan_state(
        contracts(loans), events.cast(pl.Schema(LOAN_EVENT_SCHEMA)), as_of=today, known_on=today
    )
    lateness = stages_of(state.positions["days_past_due"].to_numpy())
    stages = pl.Series(bucket_codes()).gather(lateness)
    standing = classified(state.positions).with_columns(bucket=stages)
    return terms.join(standing.select("loan_id", *STANDING), on="loan_id", maintain_order="left")


def is_late(owed: pl.DataFrame) -> bool:
    """Whether a loan of `debts` is past due, or was written off: the worst loan rules."""
    return owed.select((pl.col("days_past_due") > 0) | pl.col("is_charged_off")).to_series().any()


def lines_now(reader: Store | Transaction, customer_id: int) -> pl.DataFrame:
    """One row per line of a customer: limit_fen in force, used_fen (principal outstanding),
    available_fen (PM-12: limit less use, nothing is pending), loans, line_status, and what set it:
    line_reason, line_changed_on, line_changed_by."""
    lines = reader.read("line_in_force", customer_id=customer_id, line_id=None)
    return with_use(lines, debts(reader, customer_id))


def line_now(reader: Store | Transaction, line_id: int) -> dict[str, Any]:
    """One line, as `lines_now`, and is_customer_late. Raises `NotFound`."""
    lines = reader.read("line_in_force", customer_id=None, line_id=line_id)
    if lines.is_empty():
        raise NotFound("line_unknown", line_id=line_id)
    owed = debts(reader, int(lines["customer_id"][0]))
    return {**with_use(lines, owed).row(0, named=True), "is_customer_late": is_late(owed)}


def with_use(lines: pl.DataFrame, owed: pl.DataFrame) -> pl.DataFrame:
    """Lines with what `debts` take of them: used_fen, available_fen, loans."""
    used = owed.group_by("line_id").agg(
        used_fen=pl.col("principal_fen").sum(), loans=pl.len().cast(pl.Int32)
    )
    return (
        lines.join(used, on="line_id", how="left", maintain_order="left")
        .with_columns(pl.col("used_fen", "loans").fill_null(0))
        .with_columns(available_fen=(pl.col("limit_fen") - pl.col("used_fen")).clip(lower_bound=0))
    )
