"""What mini-programs are told of their borrowers: the ledger's events become messages, which are
sent until they arrive or have been tried often enough. No step of anybody waits for that."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from lending_core.access.clients import Client, api_rules, check_callback
from lending_core.access.permissions import Actor, Permission, require
from lending_core.access.signatures import new_secret
from lending_core.errors import InvalidInput, InvalidState, NotFound
from lending_core.ledger.chain import utc_naive
from lending_core.operations.api_clients import SUBJECT
from lending_core.operations.console import book
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events

_ATTEMPT = {"status": pl.Int32, "attempt": pl.Int32}


@dataclass(frozen=True)
class Address:
    """Where news go, and of which kinds."""

    url: str
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Delivery:
    """A message that is to be sent now. `secrets`: what signs it, the newest first. `attempt`:
    counted from 1."""

    delivery_id: int
    message_id: str
    url: str
    secrets: tuple[str, ...]
    body: str
    attempt: int


def kinds() -> tuple[str, ...]:
    """What can be told."""
    return tuple(dict.fromkeys(api_rules()["webhooks"]["kinds"].values()))


def open_webhook(
    store: Store, client: Client, address: Address, *, at: datetime
) -> tuple[int, str]:
    """News of the client's borrowers go to this address from now on; returns its number, and the
    secret that signs them, which nobody can read again.

    Raises `InvalidInput` for an address outside of what the house has agreed to, or a kind that
    there is not; `InvalidState` for one too many.
    """
    actor = client.actor
    require(actor, Permission.VIEW_OWN_APPLICATIONS)
    check_callback(address.url, client.callback_origin)
    if not address.kinds or not set(address.kinds) <= set(kinds()):
        raise InvalidInput("api_webhook_kinds", choices=", ".join(kinds()))
    most = api_rules()["webhooks"]["addresses_max"]
    with store.transaction() as transaction:
        if _own(transaction, actor, at).height >= most:
            raise InvalidState("api_webhooks_many", maximum=most)
        webhook_id = transaction.next_id("api_webhook", "webhook_id")
        secret = new_secret()
        row = {
            "webhook_id": webhook_id,
            "client_code": client.code,
            "url": address.url,
            "secret": secret,
            "kinds": list(address.kinds),
            "after_event_id": int(transaction.read("newest_event_id").item()),
            "made_by": actor.user_name,
            "recorded_at": utc_naive(at),
        }
        transaction.append("api_webhook", pl.DataFrame([row]))
        facts = {"step": "webhook_opened", "webhook_id": webhook_id, "url": address.url}
        _tell(transaction, Moment(actor, book(transaction).open_on, at), facts)
        return webhook_id, secret


def close_webhook(store: Store, actor: Actor, webhook_id: int, *, at: datetime) -> None:
    """Nothing is sent to an own address any more. Raises `NotFound`."""
    require(actor, Permission.VIEW_OWN_APPLICATIONS)
    with store.transaction() as transaction:
        if _own(transaction, actor, at).filter(webhook_id=webhook_id).is_empty():
            raise NotFound("api_webhook_unknown", webhook_id=webhook_id)
        end = {
            "webhook_id": webhook_id,
            "ended_by": actor.user_name,
            "recorded_at": utc_naive(at),
        }
        transaction.append("api_webhook_end", pl.DataFrame([end]))
        facts = {"step": "webhook_closed", "webhook_id": webhook_id}
        _tell(transaction, Moment(actor, book(transaction).open_on, at), facts)


def own_webhooks(store: Store, actor: Actor, *, at: datetime) -> pl.DataFrame:
    """One row per own address that is told: webhook_id, url, kinds, recorded_at, is_paused, and its
    messages: waiting, delivered, given_up."""
    require(actor, Permission.VIEW_OWN_APPLICATIONS)
    return _own(store, actor, at).drop("client_id", "client_code", "tried_at")


def queue_news(store: Store, after_event_id: int, *, at: datetime) -> int:
    """Writes a message for every event after this one that an address asked for, once; returns the
    newest event that was looked at."""
    head = int(store.read("newest_event_id").item())
    told = api_rules()["webhooks"]["kinds"]
    if head <= after_event_id:
        return after_event_id
    # Read before writing: whoever writes meanwhile waits for nothing where there is no news. Nobody
    # else writes messages.
    found = store.read("api_news", after_event_id=after_event_id, head=head, actions=list(told))
    kind = pl.col("action").replace_strict(told, return_dtype=pl.String)
    news = found.with_columns(kind=kind).filter(pl.col("kinds").list.contains(pl.col("kind")))
    if not news.is_empty():
        with store.transaction() as transaction:
            first_id = transaction.next_id("api_delivery", "delivery_id")
            rows = [
                _message(row, first_id + place, at)
                for place, row in enumerate(news.rows(named=True))
            ]
            transaction.append("api_delivery", pl.DataFrame(rows))
    return head


def change_own_secret(store: Store, actor: Actor, webhook_id: int, *, at: datetime) -> str:
    """Another secret for an own address: see `keep_secret`. Raises `NotFound`."""
    require(actor, Permission.VIEW_OWN_APPLICATIONS)
    with store.transaction() as transaction:
        if _own(transaction, actor, at).filter(webhook_id=webhook_id).is_empty():
            raise NotFound("api_webhook_unknown", webhook_id=webhook_id)
        secret = keep_secret(transaction, webhook_id, actor.user_name, at)
        facts = {"step": "webhook_secret_changed", "webhook_id": webhook_id}
        _tell(transaction, Moment(actor, book(transaction).open_on, at), facts)
        return secret


def keep_secret(transaction: Transaction, webhook_id: int, made_by: str, at: datetime) -> str:
    """Draws another secret for an address, which nobody can read again; the one before signs beside
    it for some hours (`api.toml`), so that the receiver loses no message meanwhile."""
    now, secret = utc_naive(at), new_secret()
    known = transaction.read("api_webhook_secret", now=now).filter(webhook_id=webhook_id)
    row = {
        "webhook_id": webhook_id,
        "secret_number": int(known["secret_number"][0]) + 1,
        "secret": secret,
        "older_until": now + timedelta(hours=api_rules()["webhooks"]["overlap_hours"]),
        "made_by": made_by,
        "recorded_at": now,
    }
    transaction.append("api_webhook_secret", pl.DataFrame([row]))
    return secret


def due(store: Store, *, at: datetime) -> list[Delivery]:
    """Messages to be sent now, oldest first: those not tried yet, those whose wait is over, and
    those that somebody wants sent again."""
    found = store.read("api_due", **bounds(at)).rows(named=True)
    ready = [row for row in found if (next_attempt_at(row) or utc_naive(at)) <= utc_naive(at)]
    if not ready:
        return []
    signing = store.opened(store.read("api_webhook_secret", now=utc_naive(at)))
    secrets = {
        webhook_id: tuple(of_one["secret"])
        for (webhook_id,), of_one in signing.partition_by("webhook_id", as_dict=True).items()
    }
    return [
        Delivery(
            row["delivery_id"],
            message_id(row["webhook_id"], row["event_id"]),
            row["url"],
            secrets[row["webhook_id"]],
            row["body"],
            row["attempts"] + 1,
        )
        for row in ready
    ]


def next_attempt_at(row: Mapping[str, Any]) -> datetime | None:
    """When a message that waits is tried next, by its attempts, tried_at and is_asked_again. None:
    at once, as it never was, or as somebody wants it sent again."""
    if row["attempts"] == 0 or row["is_asked_again"]:
        return None
    waits = api_rules()["webhooks"]["waits_seconds"]
    tried_at: datetime = row["tried_at"]
    return tried_at + timedelta(seconds=waits[row["attempts"] - 1])


def bounds(at: datetime) -> dict[str, Any]:
    """How often a message is tried, and since when: older ones are given up."""
    rules = api_rules()["webhooks"]
    return {
        "attempts_max": len(rules["waits_seconds"]) + 1,
        "since": utc_naive(at) - timedelta(days=rules["days"]),
    }


def keep_attempts(store: Store, tried: list[tuple[Delivery, int | None]], *, at: datetime) -> None:
    """Keeps what receivers answered: a status, or None for nothing."""
    if not tried:
        return
    rows = [
        {
            "delivery_id": delivery.delivery_id,
            "attempt": delivery.attempt,
            "status": status,
            "attempted_at": utc_naive(at),
        }
        for delivery, status in tried
    ]
    with store.transaction() as transaction:
        transaction.append("api_attempt", pl.DataFrame(rows, schema_overrides=_ATTEMPT))


def message_id(webhook_id: int, event_id: int) -> str:
    """The same at every attempt, so that a receiver knows what it has seen."""
    return f"msg_{webhook_id}_{event_id}"


def _message(row: dict[str, Any], delivery_id: int, at: datetime) -> dict[str, Any]:
    """The row of one message; its body names nobody."""
    happened = {name: row[name] for name in ("application_id", "loan_id") if row[name] is not None}
    body = {
        "type": row["kind"],
        "timestamp": row["recorded_at"].replace(tzinfo=UTC).isoformat(),
        "data": happened,
    }
    return {
        "delivery_id": delivery_id,
        "webhook_id": row["webhook_id"],
        "event_id": row["event_id"],
        "body": json.dumps(body, separators=(",", ":")),
        "recorded_at": utc_naive(at),
    }


def _own(reader: Store | Transaction, actor: Actor, at: datetime) -> pl.DataFrame:
    return reader.read("api_webhook", client_code=actor.client_code or "", **bounds(at))


def _tell(transaction: Transaction, moment: Moment, facts: dict[str, Any]) -> None:
    code = moment.actor.client_code or ""
    client_id = transaction.read("api_client", client_code=code)["client_id"].item()
    append_events(transaction, moment, "api_client_changed", [(SUBJECT, client_id, facts)])
