"""Whether news reach the mini-programs, for administrators: every address and its messages, paused
and told again, sent again by hand, and secrets that change."""

from datetime import datetime
from typing import Any

import polars as pl

from lending_core.access.clients import api_rules
from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidState, NotAllowed, NotFound
from lending_core.ledger.chain import utc_naive
from lending_core.operations.api_clients import SUBJECT
from lending_core.operations.console import book
from lending_core.operations.webhooks import bounds, keep_secret, next_attempt_at
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events

DELIVERED, WAITING, GIVEN_UP = "delivered", "waiting", "given_up"


def addresses(store: Store, actor: Actor, *, at: datetime) -> pl.DataFrame:
    """One row per address that is told: webhook_id, client_code, url, kinds, recorded_at,
    is_paused, tried_at (the newest attempt), and its messages: waiting, delivered, given_up."""
    require(actor, Permission.MANAGE_ACCOUNTS)
    return _addresses(store, at).drop("client_id")


def messages(store: Store, actor: Actor, webhook_id: int, *, at: datetime) -> pl.DataFrame:
    """One row per newest message to an address: delivery_id, recorded_at, action, subject_kind,
    subject_id, attempts, tried_at, status (what the receiver answered last; null: nothing),
    delivery_state, next_at (null: it is not tried again; `at` where it is sent now)."""
    require(actor, Permission.MANAGE_ACCOUNTS)
    rows = store.read(
        "api_delivery",
        webhook_id=webhook_id,
        delivery_id=None,
        rows_max=api_rules()["webhooks"]["listed_max"],
    )
    told = [_standing(row, at) for row in rows.iter_rows(named=True)]
    return rows.with_columns(
        delivery_state=pl.Series([state for state, _ in told], dtype=pl.String),
        next_at=pl.Series([next_at for _, next_at in told], dtype=pl.Datetime("us")),
    )


def pause_webhook(
    store: Store, actor: Actor, webhook_id: int, *, is_paused: bool, at: datetime
) -> None:
    """Sends an address nothing for now, or tells it again; messages wait meanwhile. Raises
    `NotFound`, and `InvalidState` where it is so already."""
    _require(actor)
    with store.transaction() as transaction:
        address = _known(transaction, webhook_id, at)
        if address["is_paused"] == is_paused:
            raise InvalidState("api_webhook_as_it_is", webhook_id=webhook_id)
        row = {
            "pause_id": transaction.next_id("api_webhook_pause", "pause_id"),
            "webhook_id": webhook_id,
            "is_paused": is_paused,
            "set_by": actor.user_name,
            "recorded_at": utc_naive(at),
        }
        transaction.append("api_webhook_pause", pl.DataFrame([row]))
        _tell(transaction, actor, address, at, "paused" if is_paused else "resumed")


def send_again(
    store: Store, actor: Actor, webhook_id: int, delivery_id: int, *, at: datetime
) -> None:
    """Has a message sent once more, at once, whether it arrived or not: with the same number, so
    that a receiver that has it already acts once. Raises `NotFound`, and `InvalidState` where it is
    about to be sent or its address is paused."""
    _require(actor)
    with store.transaction() as transaction:
        address = _known(transaction, webhook_id, at)
        rows = transaction.read(
            "api_delivery", webhook_id=webhook_id, delivery_id=delivery_id, rows_max=1
        ).rows(named=True)
        if not rows:
            raise NotFound("api_delivery_unknown", delivery_id=delivery_id)
        if address["is_paused"]:
            raise InvalidState("api_webhook_paused", webhook_id=webhook_id)
        if rows[0]["is_asked_again"] or not rows[0]["attempts"]:
            raise InvalidState("api_delivery_due", delivery_id=delivery_id)
        row = {
            "resend_id": transaction.next_id("api_resend", "resend_id"),
            "delivery_id": delivery_id,
            "after_attempts": rows[0]["attempts"],
            "asked_by": actor.user_name,
            "recorded_at": utc_naive(at),
        }
        schema = {"after_attempts": pl.Int32}
        transaction.append("api_resend", pl.DataFrame([row], schema_overrides=schema))
        _tell(transaction, actor, address, at, "sent_again", delivery_id=delivery_id)


def change_secret(store: Store, actor: Actor, webhook_id: int, *, at: datetime) -> str:
    """Another secret for an address, to be handed over: `webhooks.keep_secret`. Raises
    `NotFound`."""
    _require(actor)
    with store.transaction() as transaction:
        address = _known(transaction, webhook_id, at)
        secret = keep_secret(transaction, webhook_id, actor.user_name, at)
        _tell(transaction, actor, address, at, "secret_changed")
        return secret


def _standing(row: dict[str, Any], at: datetime) -> tuple[str, datetime | None]:
    """How far a message got, and when it is tried next."""
    limits, now = bounds(at), utc_naive(at)
    is_tried = row["attempts"] < limits["attempts_max"] and row["recorded_at"] >= limits["since"]
    if not row["is_asked_again"] and (row["is_delivered"] or not is_tried):
        return DELIVERED if row["is_delivered"] else GIVEN_UP, None
    return WAITING, max(next_attempt_at(row) or now, now)


def _require(actor: Actor) -> None:
    require(actor, Permission.MANAGE_ACCOUNTS)
    if actor.is_demonstration:
        raise NotAllowed("demonstration_accounts")


def _addresses(reader: Store | Transaction, at: datetime) -> pl.DataFrame:
    return reader.read("api_webhook", client_code=None, **bounds(at))


def _known(transaction: Transaction, webhook_id: int, at: datetime) -> dict[str, Any]:
    rows = _addresses(transaction, at).filter(webhook_id=webhook_id).rows(named=True)
    if not rows:
        raise NotFound("api_webhook_unknown", webhook_id=webhook_id)
    return rows[0]


def _tell(
    transaction: Transaction,
    actor: Actor,
    address: dict[str, Any],
    at: datetime,
    step: str,
    **more: int,
) -> None:
    facts = {"step": f"webhook_{step}", "webhook_id": address["webhook_id"], **more}
    moment = Moment(actor, book(transaction).open_on, at)
    subject = [(SUBJECT, address["client_id"], facts)]
    append_events(transaction, moment, "api_client_changed", subject)
