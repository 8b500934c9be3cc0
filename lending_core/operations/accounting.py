"""What the accounts say: the trial balance, what moved it, and where two books do not agree."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput
from lending_core.operations import listing
from lending_core.operations.listing import Asked, Listing, Order
from lending_core.servicing.trial_balance import in_chart_order
from lending_core.store.engine import Store

# What may not agree: debits and credits of a day, a loan's postings by flow, its balances.
Difference = Literal["day", "flow", "account"]
_OF_LOANS = ("difference_fen", "loan_id", "posted_fen", "position_fen")
DIFFERENCES: dict[Difference, Listing] = {
    "day": Listing(
        "unbalanced_day",
        "booked_on",
        ("difference_fen", "booked_on"),
        beside=("funder_code",),
        is_report=True,
    ),
    "flow": Listing("ledger_difference", "loan_id", _OF_LOANS, beside=("flow",), is_report=True),
    "account": Listing(
        "balance_difference", "loan_id", _OF_LOANS, beside=("account",), is_report=True
    ),
}
_LARGEST = Asked(Order("difference_fen"))


def trial_balance(
    store: Store, actor: Actor, from_on: date, to_on: date, funder_codes: tuple[str, ...] = ()
) -> pl.DataFrame:
    """One row per lender (of all when none is named) and account, in the order of the chart:
    funder_code, account, opening_fen, debit_fen, credit_fen, closing_fen, account_kind.

    Opening: before `from_on`. Closing: at the end of `to_on`. Balances are debit positive. Raises
    `InvalidInput` for a period that ends before it begins.
    """
    require(actor, Permission.VIEW_ACCOUNTS)
    return in_chart_order(_of_period(store, "trial_balance", from_on, to_on, funder_codes))


def flow_turnover(
    store: Store, actor: Actor, from_on: date, to_on: date, funder_codes: tuple[str, ...] = ()
) -> pl.DataFrame:
    """One row per flow booked in the period, in the flows' order: flow, debit_account,
    credit_account, amount_fen. Raises `InvalidInput` as `trial_balance`."""
    require(actor, Permission.VIEW_ACCOUNTS)
    return _of_period(store, "flow_turnover", from_on, to_on, funder_codes)


def count_differences(store: Store, actor: Actor, kind: Difference) -> int:
    """How many rows `differences` has; none in order."""
    require(actor, Permission.VIEW_ACCOUNTS)
    return listing.count(store, DIFFERENCES[kind], {})


def differences(
    store: Store, actor: Actor, kind: Difference, asked: Asked | None = None
) -> pl.DataFrame:
    """One page of where two books do not agree, the largest difference first unless another order
    is asked for; amounts are debit positive.

    `day`: one row per day and lender whose journal does not sum to zero, or lacks a line of a
    posting: booked_on, funder_code, postings, lines, difference_fen. `flow`: one row per loan and
    flow whose postings are not what the loan's newest position states: loan_id, flow, posted_fen,
    position_fen, difference_fen. `account`: one row per loan and account whose balance in the
    journal is not what the loan's newest position owes: loan_id, account, and the same amounts.
    """
    require(actor, Permission.VIEW_ACCOUNTS)
    return listing.page(store, actor, DIFFERENCES[kind], asked or _LARGEST, {})


def all_differences(
    store: Store, actor: Actor, kind: Difference, order: Order
) -> Iterator[pl.DataFrame]:
    """All rows of `differences` in frames, for a file."""
    require(actor, Permission.VIEW_ACCOUNTS)
    return listing.frames(store, actor, DIFFERENCES[kind], order, {})


def journal_of_loan(store: Store, actor: Actor, loan_id: int) -> pl.DataFrame:
    """One row per journal line of a loan: entry_id, booked_on, funder_code, flow, account,
    amount_fen (debit positive)."""
    require(actor, Permission.VIEW_BOOK)
    return store.read("journal_of_loan", loan_id=loan_id)


def _of_period(
    store: Store, query: str, from_on: date, to_on: date, funder_codes: tuple[str, ...]
) -> pl.DataFrame:
    if to_on < from_on:
        raise InvalidInput("period_backwards", from_on=from_on, to_on=to_on)
    return store.reports.read(
        query, from_on=from_on, to_on=to_on, funder_codes=list(funder_codes) or None
    )
