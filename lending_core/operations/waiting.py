"""Accepted offers and draws that wait for a lender: opened, matched again, over."""

import functools
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import polars as pl

from lending_core.ledger.chain import utc_naive
from lending_core.settings import reference_file
from lending_core.store.engine import Transaction
from lending_core.store.events import Moment, append_entries, append_events

SUBJECT = "application"


@dataclass(frozen=True)
class Left:
    """A matching that left something: its number, and `answer.LEFT` with wait_id."""

    run_id: int
    rows: pl.DataFrame


def open_waits(transaction: Transaction, moment: Moment, left: pl.DataFrame) -> pl.DataFrame:
    """Lets what no lender had room for wait from its day on; returns the rows with wait_id. Those
    that wait already keep theirs. `left`: as `disbursing.disburse` takes loans, with wait_id."""
    is_new = pl.col("wait_id").is_null()
    first_id = transaction.next_id("funding_wait", "wait_id")
    numbered = left.with_columns(
        wait_id=pl.when(is_new)
        .then(first_id - 1 + is_new.cum_sum().cast(pl.Int64))
        .otherwise("wait_id"),
        since_on=pl.coalesce("since_on", "disbursed_on"),
    ).with_columns(expires_on=pl.col("since_on") + timedelta(days=waiting_days()))
    fresh = numbered.filter(left["wait_id"].is_null())
    rows = fresh.select(
        *("wait_id", "application_id", "line_id", "instalments", "method"),
        *("since_on", "expires_on"),
        amount_fen="principal_fen",
        recorded_at=pl.lit(utc_naive(moment.at)),
    )
    transaction.append("funding_wait", rows)
    if not rows.is_empty():
        told = rows.select("application_id", "since_on", "wait_id", "amount_fen", "expires_on")
        entries = [
            (Moment(moment.actor, row.pop("since_on"), moment.at), _event(row))
            for row in told.rows(named=True)
        ]
        append_entries(transaction, "funding_waits", entries)
    return numbered


def save_left(transaction: Transaction, found: list[Left]) -> None:
    """Writes what each matching left and why."""
    rows = [
        each.rows.select(
            pl.lit(each.run_id, pl.Int64).alias("run_id"),
            *("wait_id", "principal_fen", "reason", "funder_code", "missing_fen"),
        )
        for each in found
    ]
    if rows:
        transaction.append("funding_left", pl.concat(rows))


def end_waits(transaction: Transaction, moment: Moment, ended: pl.DataFrame, outcome: str) -> None:
    """Ends waits. `ended`: wait_id, application_id, ended_on, and loan_id where one was funded."""
    rows = ended.select(
        "wait_id",
        "ended_on",
        outcome=pl.lit(outcome),
        loan_id=pl.col("loan_id").cast(pl.Int64),
        recorded_at=pl.lit(utc_naive(moment.at)),
    )
    transaction.append("funding_wait_end", rows)
    told = ended.select("application_id", "wait_id").rows(named=True)
    if outcome == "expired" and told:
        append_events(transaction, moment, "funding_expired", [_event(row) for row in told])
    if outcome == "limit" and told:
        append_events(transaction, moment, "funding_limit", [_event(row) for row in told])


def expire_waits(transaction: Transaction, moment: Moment) -> int:
    """Part of the close of day `moment.business_on`: what waited its days is over and never pays
    out. Returns how many."""
    waits = transaction.read("funding_waiting", wait_id=None)
    over = waits.filter(pl.col("expires_on") <= moment.business_on)
    ended = over.with_columns(ended_on="expires_on", loan_id=pl.lit(None, pl.Int64))
    end_waits(transaction, moment, ended, "expired")
    return over.height


@functools.cache
def waiting_days() -> int:
    """How many days an accepted offer or draw waits (`settlement.toml`)."""
    document = tomllib.loads(reference_file("settlement.toml").read_text("utf-8"))
    return int(document["waiting"]["days"])


def _event(row: dict[str, Any]) -> tuple[str, int, dict[str, Any]]:
    return SUBJECT, row.pop("application_id"), row
