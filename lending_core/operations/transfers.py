"""Loans change hands between lenders: proposed by one person, approved by another, from a day on.

The contract's lender and the rows of what was lent stay as they are: shares from a day on are rows
of their own.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput, InvalidState, NotAllowed, NotFound
from lending_core.funding.funders import Funder
from lending_core.ledger.chain import utc_naive
from lending_core.money import fen_text
from lending_core.operations.console import book
from lending_core.operations.funder_register import funders_in_force
from lending_core.operations.personal import of_the_house
from lending_core.operations.second_person import keep_step
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events

Kind = Literal["transfer", "buy_back"]
SUBJECT = "transfer"


@dataclass(frozen=True)
class TransferOrder:
    """Whose shares of which loans go to whom, from which day on, at one price for all of them.
    `buy_back`: to the lender whom the contracts name."""

    kind: Kind
    from_code: str
    to_code: str
    loan_ids: tuple[int, ...]
    effective_on: date
    price_fen: int
    reason: str


def propose_transfer(store: Store, actor: Actor, order: TransferOrder, *, at: datetime) -> int:
    """Proposes that loans change hands; returns the transfer's number. Raises `NotAllowed`, and
    `InvalidInput` or `InvalidState` where it may not be (see `_check`)."""
    require(actor, Permission.PROPOSE_TRANSFER)
    if not order.reason.strip():
        raise InvalidInput("reason_missing")
    if order.price_fen < 0:
        raise InvalidInput("transfer_price")
    with store.transaction() as transaction:
        moment = Moment(actor, book(transaction).open_on, at)
        shares = _check(transaction, moment, order)
        transfer_id = transaction.next_id("loan_transfer", "transfer_id")
        transaction.append("loan_transfer", pl.DataFrame([_row(order, moment, transfer_id)]))
        rows = shares.select(pl.lit(transfer_id, pl.Int64).alias("transfer_id"), *_SHARE)
        transaction.append("loan_transfer_loan", rows)
        facts = _facts(order, shares)
        append_events(transaction, moment, "transfer_proposed", [(SUBJECT, transfer_id, facts)])
        return transfer_id


def approve_transfer(store: Store, actor: Actor, transfer_id: int, *, at: datetime) -> None:
    """A second person lets loans change hands from their day on. Raises `NotAllowed` for who
    proposed it, `NotFound`, and `InvalidState` where it was answered or may not be any more."""
    require(actor, Permission.APPROVE_TRANSFER)
    with store.transaction() as transaction:
        moment = Moment(actor, book(transaction).open_on, at)
        order = _second_person(transaction, moment, transfer_id)
        shares = _check(transaction, moment, order)
        first_id = transaction.next_id("funding_change", "change_id")
        rows = shares.select(
            *_SHARE,
            change_id=pl.int_range(first_id, first_id + shares.height, dtype=pl.Int64),
            transfer_id=pl.lit(transfer_id, pl.Int64),
            from_code=pl.lit(order.from_code),
            to_code=pl.lit(order.to_code),
            effective_on=pl.lit(order.effective_on),
        )
        transaction.append("funding_change", rows)
        _step(transaction, moment, transfer_id, "approved", None)
        facts = _facts(order, shares)
        append_events(transaction, moment, "transfer_approved", [(SUBJECT, transfer_id, facts)])


def refuse_transfer(
    store: Store, actor: Actor, transfer_id: int, reason: str, *, at: datetime
) -> None:
    """A second person refuses a transfer. Raises as `approve_transfer`, and `InvalidInput` without
    a reason."""
    require(actor, Permission.APPROVE_TRANSFER)
    if not reason.strip():
        raise InvalidInput("reason_missing")
    with store.transaction() as transaction:
        moment = Moment(actor, book(transaction).open_on, at)
        _second_person(transaction, moment, transfer_id)
        _step(transaction, moment, transfer_id, "refused", reason.strip())
        append_events(transaction, moment, "transfer_refused", [(SUBJECT, transfer_id, {})])


def transfers(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per proposed change of hands, the newest first: transfer_id, kind, from_code,
    to_code, effective_on, price_fen, reason, proposed_by, recorded_at, loans, share_fen (of the
    principal as it was lent), step (proposed, approved, refused), step_reason, stepped_on,
    stepped_by."""
    require(actor, Permission.VIEW_ACCOUNTS)
    return of_the_house(store, actor, store.read("loan_transfers"))


def loans_of_transfer(store: Store, actor: Actor, transfer_id: int) -> pl.DataFrame:
    """One row per loan of a change of hands: loan_id, share_fen."""
    require(actor, Permission.VIEW_ACCOUNTS)
    return store.read("loan_transfer_loans", transfer_id=transfer_id)


_SHARE = ("loan_id", "share_fen")


def _check(transaction: Transaction, moment: Moment, order: TransferOrder) -> pl.DataFrame:
    """The shares that move: loan_id, share_fen. Raises where the day is closed, the buyer may not
    lend or lacks room, a loan is not the seller's, or a buy-back does not go to its lead."""
    if order.effective_on < moment.business_on:
        raise InvalidState("transfer_day_closed", on=order.effective_on)
    buyer = funders_in_force(transaction).get(order.to_code)
    if buyer is None or not buyer.may_lend_on(order.effective_on):
        raise InvalidState("transfer_buyer", funder_code=order.to_code)
    if order.from_code == order.to_code:
        raise InvalidInput("transfer_to_oneself")
    shares = transaction.read(
        "transferable_share",
        loan_ids=list(order.loan_ids),
        funder_code=order.from_code,
        effective_on=order.effective_on,
    )
    missing = sorted(set(order.loan_ids) - set(shares["loan_id"]))
    if missing or not order.loan_ids:
        raise InvalidInput("transfer_loans", loan_ids=", ".join(map(str, missing)) or "0")
    _check_buyer(transaction, order, shares, buyer)
    return shares


def _check_buyer(
    transaction: Transaction,
    order: TransferOrder,
    shares: pl.DataFrame,
    buyer: Funder,
) -> None:
    """Whoever may not lend such a loan may not take it over either: neither another product, nor a
    borrower outside its region (IL-24)."""
    if order.kind == "buy_back" and set(shares["lead_code"]) != {order.to_code}:
        raise InvalidInput("transfer_buy_back", funder_code=order.to_code)
    if not set(shares["product_code"]) <= set(buyer.product_codes):
        raise InvalidInput("transfer_products", funder_code=order.to_code)
    if buyer.region_codes and not set(shares["region_code"]) <= set(buyer.region_codes):
        raise InvalidInput("transfer_regions", funder_code=order.to_code)
    room = transaction.read("funder_room").filter(pl.col("funder_code") == order.to_code)
    owed = int(shares["owed_fen"].sum())
    if int(room["room_fen"].sum()) < owed:
        raise InvalidState("no_funder_has_room", amount=fen_text(owed))


def _second_person(transaction: Transaction, moment: Moment, transfer_id: int) -> TransferOrder:
    known = transaction.read("loan_transfers")
    rows = known.filter(pl.col("transfer_id") == transfer_id).rows(named=True)
    if not rows:
        raise NotFound("transfer_unknown", transfer_id=transfer_id)
    row = rows[0]
    if row["step"] != "proposed":
        raise InvalidState("transfer_answered", transfer_id=transfer_id)
    if row["proposed_by"] == moment.actor.user_name:
        raise NotAllowed("transfer_own_work")
    loans = transaction.read("loan_transfer_loans", transfer_id=transfer_id)
    named = ("kind", "from_code", "to_code", "effective_on", "price_fen", "reason")
    terms = {name: row[name] for name in named}
    return TransferOrder(loan_ids=tuple(loans["loan_id"]), **terms)


def _row(order: TransferOrder, moment: Moment, transfer_id: int) -> dict[str, Any]:
    return {
        "transfer_id": transfer_id,
        "kind": order.kind,
        "from_code": order.from_code,
        "to_code": order.to_code,
        "effective_on": order.effective_on,
        "price_fen": order.price_fen,
        "reason": order.reason.strip(),
        "proposed_by": moment.actor.user_name,
        "recorded_at": utc_naive(moment.at),
    }


def _facts(order: TransferOrder, shares: pl.DataFrame) -> dict[str, Any]:
    return {
        "kind": order.kind,
        "from_code": order.from_code,
        "to_code": order.to_code,
        "effective_on": order.effective_on,
        "price_fen": order.price_fen,
        "loans": shares.height,
    }


def _step(
    transaction: Transaction, moment: Moment, transfer_id: int, step: str, reason: str | None
) -> None:
    keep_step(
        transaction, moment, "loan_transfer_step", {"transfer_id": transfer_id}, (step, reason)
    )
