"""What guarantees pay and get back, as double entries in the journal, each under its lender."""

from datetime import date

import polars as pl

from lending_core.store.engine import Transaction
from lending_core.store.events import Moment, append_events

CALLED, RETURNED, CARRIED = "guarantee_called", "guarantee_returned", "guarantee_carried"
# With each entry: the loss that the house bears in its lender's place.
_BORNE = "guarantee_borne"
_BOOKED = {"booked_on": pl.Date}
_COLUMNS = ("loan_id", "funder_code", "booked_on", "amount_fen")


def book_returned(transaction: Transaction, moment: Moment, first_on: date) -> pl.DataFrame:
    """Part of the close of the days from `first_on`: books what came in on loans that lenders were
    paid for, and before it, once, what was called before guarantees were booked, on the first day
    that was open. Returns one row per posting: booked_on."""
    standing = transaction.read("guarantee_standing")
    if standing.is_empty():
        return pl.DataFrame(schema=_BOOKED)
    booked = []
    if standing["outstanding_fen"].has_nulls():
        booked.append(_carry(transaction, moment, first_on))
        standing = transaction.read("guarantee_standing")
    came = transaction.read("guarantee_returned", from_on=first_on, to_on=moment.business_on)
    return pl.concat([*booked, _book(transaction, _steps(came, standing), RETURNED)])


def _carry(transaction: Transaction, moment: Moment, first_on: date) -> pl.DataFrame:
    """Books what was called before guarantees were booked and has not come back."""
    carried = transaction.read("guarantee_carried", on=first_on)
    # A payment that came back in full leaves nothing to carry.
    carried = carried.filter(pl.col("amount_fen") != 0).with_columns(booked_on=pl.lit(first_on))
    if not carried.is_empty():
        facts = {"calls": carried.height, "amount_fen": int(carried["amount_fen"].sum())}
        append_events(transaction, moment, "guarantees_carried", [("book", 1, facts)])
    return _book(transaction, carried, CARRIED)


def _steps(came: pl.DataFrame, standing: pl.DataFrame) -> pl.DataFrame:
    """What each day adds to what had come back by the day before; the first one to what is booked,
    so that it also sets right what was booked otherwise."""
    before = standing.select(
        "call_id", booked_fen=pl.col("called_fen") - pl.col("outstanding_fen").fill_null(0)
    )
    known = came.join(before, on="call_id", how="left", maintain_order="left")
    earlier = pl.coalesce(pl.col("returned_fen").shift().over("call_id"), "booked_fen")
    steps = known.with_columns(amount_fen=pl.col("returned_fen") - earlier)
    return steps.filter(pl.col("amount_fen") != 0).sort("booked_on", "call_id")


def book_called(transaction: Transaction, calls: pl.DataFrame) -> pl.DataFrame:
    """Books payments: loan_id, funder_code, called_on, amount_fen. Returns one row per posting:
    booked_on."""
    return _book(transaction, calls.rename({"called_on": "booked_on"}), CALLED)


def _book(transaction: Transaction, rows: pl.DataFrame, flow: str) -> pl.DataFrame:
    if rows.is_empty():
        return pl.DataFrame(schema=_BOOKED)
    entry_id = transaction.next_id("posting", "entry_id")
    entries = rows.select(
        pl.int_range(entry_id, entry_id + rows.height, dtype=pl.Int64).alias("entry_id"), *_COLUMNS
    )
    borne = -pl.col("amount_fen") if flow == RETURNED else pl.col("amount_fen")
    postings = pl.concat(
        [
            entries.with_columns(flow=pl.lit(flow)),
            entries.with_columns(borne, flow=pl.lit(_BORNE)),
        ]
    ).sort("entry_id", maintain_order=True)
    transaction.append("posting", postings)
    return postings.select("booked_on")
