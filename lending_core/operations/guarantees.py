"""Guarantees: what a lender is owed of a late or lost loan is paid to it, within its budget."""

import functools
import tomllib
from datetime import date

import polars as pl

from lending_core.access.permissions import SYSTEM, Actor, Permission, require
from lending_core.ledger.chain import utc_naive
from lending_core.operations.console import book
from lending_core.operations.funding_batches import Standing
from lending_core.operations.guarantee_bookings import book_called, book_returned
from lending_core.operations.own_funding import own_code
from lending_core.settings import reference_file
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events


def settle_guarantees(transaction: Transaction, moment: Moment, first_on: date) -> pl.DataFrame:
    """Part of the close of the days from `first_on` to `moment.business_on`: what came in on loans
    that lenders were paid for goes back into the guarantees, and what is called then is paid.
    Returns one row per posting: booked_on."""
    returned = book_returned(transaction, moment, first_on)
    return pl.concat([returned, call_guarantees(transaction, moment)])


def call_guarantees(transaction: Transaction, moment: Moment) -> pl.DataFrame:
    """Pays every lender once for each loan that is late enough or written off, oldest loans first,
    while its budget of the calendar year lasts: what is paid in the year, less what came back of
    it. Returns one row per posting: booked_on."""
    year_on = date(moment.business_on.year, 1, 1)
    spent = transaction.read("guarantee_called", from_on=year_on, to_on=moment.business_on)
    due = transaction.read("guarantee_due", days_past_due=_days_past_due())
    calls = payable(due, spent)
    first_id = transaction.next_id("guarantee_call", "call_id")
    rows = calls.with_columns(
        call_id=pl.int_range(first_id, first_id + calls.height, dtype=pl.Int64),
        called_on=pl.lit(moment.business_on),
        called_by=pl.lit(SYSTEM.user_name),
        recorded_at=pl.lit(utc_naive(moment.at)),
    )
    transaction.append("guarantee_call", rows)
    if not rows.is_empty():
        told = rows.select("loan_id", "call_id", "funder_code", "amount_fen", "reason")
        happenings = [("loan", row.pop("loan_id"), row) for row in told.rows(named=True)]
        by_rule = Moment(SYSTEM, moment.business_on, moment.at)
        append_events(transaction, by_rule, "guarantee_called", happenings)
    return book_called(transaction, rows)


def payable(due: pl.DataFrame, spent: pl.DataFrame) -> pl.DataFrame:
    """What of `due` (loan_id, funder_code, reason, guarantee_budget_fen, owed_fen) the budgets pay
    in the order of rows: loan_id, funder_code, reason, amount_fen. `spent`: funder_code,
    called_fen of the year, returned_fen of that."""
    left = pl.col("guarantee_budget_fen") - pl.col("spent_fen") - pl.col("before_fen")
    known = due.join(
        spent.select("funder_code", spent_fen=pl.col("called_fen") - pl.col("returned_fen")),
        on="funder_code",
        how="left",
        maintain_order="left",
    ).with_columns(
        pl.col("spent_fen").fill_null(0),
        before_fen=pl.col("owed_fen").cum_sum().over("funder_code") - pl.col("owed_fen"),
    )
    paid = known.with_columns(amount_fen=pl.min_horizontal("owed_fen", left))
    return paid.filter(pl.col("amount_fen") > 0).select(
        "loan_id", "funder_code", "reason", "amount_fen"
    )


def guarantee_calls(store: Store, actor: Actor, from_on: date, to_on: date) -> pl.DataFrame:
    """One row per payment out of a guarantee in a period, the newest first: call_id, loan_id,
    funder_code, called_on, amount_fen, reason (days_past_due, written_off), called_by,
    recorded_at."""
    require(actor, Permission.VIEW_ACCOUNTS)
    return store.read("guarantee_calls", from_on=from_on, to_on=to_on, funder_code=None)


def own_guarantee_calls(store: Store, actor: Actor, from_on: date, to_on: date) -> pl.DataFrame:
    """The rows of `guarantee_calls` of the actor's own lender."""
    code = own_code(actor)
    return store.read("guarantee_calls", from_on=from_on, to_on=to_on, funder_code=code)


def guarantees(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per lender with a guarantee: funder_code, guarantee_rate, guarantee_budget_fen,
    cover_fen (the rate of what it is owed, which bounds what it lends), called_fen (paid in the
    calendar year), returned_fen (what of that came back) and left_fen, what the year can still
    pay."""
    require(actor, Permission.VIEW_ACCOUNTS)
    open_on = book(store).open_on
    called = store.read("guarantee_called", from_on=date(open_on.year, 1, 1), to_on=open_on)
    covers = {
        offer.funder.funder_code: offer.guarantee_used_fen
        for offer in Standing.of(store).offers(open_on)
    }
    known = store.read("funder_in_force").filter(
        pl.col("guarantee_budget_fen").is_not_null() & (pl.col("guarantee_rate") > 0)
    )
    paid = known.join(called, on="funder_code", how="left").with_columns(
        pl.col("called_fen", "returned_fen").fill_null(0)
    )
    left = pl.col("guarantee_budget_fen") - pl.col("called_fen") + pl.col("returned_fen")
    cover = pl.col("funder_code").replace_strict(covers, return_dtype=pl.Int64)
    return paid.sort("funder_code").select(
        *("funder_code", "guarantee_rate", "guarantee_budget_fen"),
        cover.alias("cover_fen"),
        *("called_fen", "returned_fen"),
        left.alias("left_fen"),
    )


@functools.cache
def _days_past_due() -> int:
    document = tomllib.loads(reference_file("settlement.toml").read_text("utf-8"))
    return int(document["guarantee"]["days_past_due"])
