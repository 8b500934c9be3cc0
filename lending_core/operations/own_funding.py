"""What a lender's own people see: their shares, their days, their statements. Whose they are comes
from who asks, never from what is asked, and nothing says who borrowed."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl

from lending_core.access.permissions import SYSTEM, Actor, Permission, require
from lending_core.errors import InvalidInput, InvalidState, NotFound
from lending_core.operations import listing, settlement
from lending_core.operations.ledger_proofs import proof_of_loan
from lending_core.operations.listing import Asked, Listing, Order
from lending_core.store.engine import Store

OWN_LOANS = Listing(
    "own_loan",
    "loan_id",
    (
        *("loan_id", "disbursed_on", "lent_fen", "share_fen", "owed_fen"),
        *("annual_rate", "days_past_due", "next_due_on"),
    ),
)
_LARGEST = Asked(Order("owed_fen"))


def own_terms(store: Store, actor: Actor) -> dict[str, Any]:
    """The lender's terms in force: the columns of `funder_register.register`."""
    code = own_code(actor)
    found = store.read("funder_in_force").filter(pl.col("funder_code") == code)
    if found.is_empty():
        raise NotFound("own_lender_unknown")
    return found.row(0, named=True)


def own_room(store: Store, actor: Actor) -> dict[str, int]:
    """quota_fen, outstanding_fen and room_fen of the lender."""
    code = own_code(actor)
    found = store.read("funder_room").filter(pl.col("funder_code") == code)
    if found.is_empty():
        raise NotFound("own_lender_unknown")
    return found.select("quota_fen", "outstanding_fen", "room_fen").row(0, named=True)


def count_own_loans(store: Store, actor: Actor) -> int:
    """In how many loans the lender has a share."""
    return listing.count(store, OWN_LOANS, _parameters(actor))


def own_loans(store: Store, actor: Actor, asked: Asked | None = None) -> pl.DataFrame:
    """One page of the loans with a share of the lender, what it is owed most first: loan_id,
    product_code, region_code, band, disbursed_on, annual_rate, instalments, method, lent_fen, role
    (whole, lead, partner), share_fen, owed_fen (its part), days_past_due, bucket, next_due_on,
    standing (open, paid, written_off)."""
    return listing.page(store, actor, OWN_LOANS, asked or _LARGEST, _parameters(actor))


def all_own_loans(store: Store, actor: Actor, order: Order) -> Iterator[pl.DataFrame]:
    """All rows of `own_loans` in frames, for a file."""
    return listing.frames(store, actor, OWN_LOANS, order, _parameters(actor))


def own_loan(store: Store, actor: Actor, loan_id: int) -> dict[str, Any]:
    """One row of `own_loans`. Raises `NotFound` for a loan in which the lender has no share."""
    found = store.read("own_loan", funder_code=own_code(actor), loan_id=loan_id)
    if found.is_empty():
        raise NotFound("own_loan_unknown", loan_id=loan_id)
    return found.row(0, named=True)


def own_proof(store: Store, actor: Actor, loan_id: int) -> dict[str, Any]:
    """The proof that a loan of the lender stands in the ledger (`ledger_proofs.proof_of_loan`),
    without what it says of other lenders. Raises `NotFound` for a loan of others."""
    own_loan(store, actor, loan_id)
    return proof_of_loan(store, SYSTEM, loan_id, own_code(actor))


def own_months(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per month end and the newest closed day: month_end_on, loans, owed_fen, late_loans,
    late_fen, late_30_fen, late_90_fen, all of the lender's shares in open loans."""
    return store.read("own_month", funder_code=own_code(actor))


def own_days(store: Store, actor: Actor, from_on: date, to_on: date) -> pl.DataFrame:
    """The lender's rows of `settlement.settlement`. Raises `InvalidInput` for a period that ends
    before it begins."""
    code = own_code(actor)
    if to_on < from_on:
        raise InvalidInput("period_backwards", from_on=from_on, to_on=to_on)
    return settlement.days(store, from_on, to_on, code)


def _parameters(actor: Actor) -> dict[str, Any]:
    return {"funder_code": own_code(actor), "loan_id": None}


def own_code(actor: Actor) -> str:
    """The lender for whom the actor stands. Raises `NotAllowed`, and `InvalidState` where the
    account names none."""
    require(actor, Permission.VIEW_OWN_FUNDING)
    if actor.funder_code is None:
        raise InvalidState("no_own_lender")
    return actor.funder_code
