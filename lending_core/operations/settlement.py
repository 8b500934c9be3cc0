"""Settlement with lenders, from the journal: by day and lender, and what they are owed."""

from datetime import date, timedelta

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput
from lending_core.funding.settlement import (
    JOURNAL_FLOWS,
    Statement,
    by_day,
    settlement_terms,
    totals,
)
from lending_core.store.engine import Store, Transaction


def settlement(
    store: Store, actor: Actor, from_on: date, to_on: date, funder_code: str | None = None
) -> pl.DataFrame:
    """One row per lender and day of a period on which anything moved: `funding.settlement.by_day`.
    Raises `InvalidInput` for a period that ends before it begins."""
    require(actor, Permission.VIEW_ACCOUNTS)
    if to_on < from_on:
        raise InvalidInput("period_backwards", from_on=from_on, to_on=to_on)
    return days(store, from_on, to_on, funder_code)


def statement_of(
    reader: Store | Transaction, funder_code: str, from_on: date, to_on: date
) -> Statement:
    """What a lender is told of a period."""
    before = days(reader, date.min, from_on - timedelta(days=1), funder_code)
    return Statement(
        funder_code=funder_code,
        from_on=from_on,
        to_on=to_on,
        days=days(reader, from_on, to_on, funder_code),
        opening_fen=totals(before)["change_fen"],
    )


def days(
    reader: Store | Transaction, from_on: date, to_on: date, funder_code: str | None
) -> pl.DataFrame:
    """The rows of `settlement`, for whoever asked for the right already."""
    asked = {"from_on": from_on, "to_on": to_on, "funder_code": funder_code}
    journal = reader.read("settlement_flow", flows=list(JOURNAL_FLOWS), **asked)
    moved = reader.read("settlement_transfer", **asked)
    other = reader.read("settlement_other", **asked)
    returned = reader.read("settlement_returned", **asked)
    return by_day(pl.concat([journal, moved, other, returned]), settlement_terms())
