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
from lending_core.funding.settlement_ties import ties
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


def agreement(store: Store, actor: Actor, from_on: date, to_on: date) -> pl.DataFrame:
    """Whether settlement with all lenders and the accounts say the same of each flow in a period:
    `funding.settlement_ties.ties`. Guarantees that were settled before they were booked stand in
    the accounts on the day that they were carried to, and count on neither side. Raises as
    `settlement`."""
    settled = settlement(store, actor, from_on, to_on)
    booked = store.read("flow_turnover", from_on=from_on, to_on=to_on, funder_codes=None)
    before = store.read("settlement_before", from_on=from_on, to_on=to_on, funder_code=None)
    return ties(settled, booked, int(before["amount_fen"].sum()))


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
    others = [reader.read(f"settlement_{kind}", **asked) for kind in ("transfer", "other")]
    before = reader.read("settlement_before", **asked)
    return by_day(pl.concat([journal, *others, before]), settlement_terms())
