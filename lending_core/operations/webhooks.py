"""What mini-programs are told of their borrowers: the ledger's events become messages, which are
sent until they arrive or have been tried often enough. No step of anybody waits for that."""

import json
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
    """A message that is to be sent now. `attempt`: counted from 1."""

    delivery_id: int
    message_id: str
    url: str
    secret: str
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
        if _own(transaction, actor).height >= most:
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
        if _own(transaction, actor).filter(webhook_id=webhook_id).is_empty():
            raise NotFound("api_webhook_unknown", webhook_id=webhook_id)
        end = {
            "webhook_id": webhook_id,
            "ended_by": actor.user_name,
            "recorded_at": utc_naive(at),
        }
        transaction.append("api_webhook_end", pl.DataFrame([end]))
        facts = {"step": "webhook_closed", "webhook_id": webhook_id}
        _tell(transaction, Moment(actor, book(transaction).open_on, at), facts)


def own_webhooks(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per own address that is told: webhook_id, url, kinds, recorded_at, and its messages:
    waiting, delivered, given_up."""
    require(actor, Permission.VIEW_OWN_APPLICATIONS)
    return _own(store, actor).drop("client_id")


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


def due(store: Store, *, at: datetime) -> list[Delivery]:
    """Messages to be sent now: those not tried yet, and those whose wait is over, oldest first."""
    waits = api_rules()["webhooks"]["waits_seconds"]
    now = utc_naive(at)
    open_since = now - timedelta(seconds=2 * sum(waits))
    found = store.read("api_due", since=open_since, attempts_max=len(waits) + 1)
    return [
        Delivery(
            row["delivery_id"],
            message_id(row["webhook_id"], row["event_id"]),
            row["url"],
            row["secret"],
            row["body"],
            row["attempts"] + 1,
        )
        for row in found.rows(named=True)
        if row["attempts"] == 0
        or row["tried_at"] + timedelta(seconds=waits[row["attempts"] - 1]) <= now
    ]


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


def _own(reader: Store | Transaction, actor: Actor) -> pl.DataFrame:
    attempts_max = len(api_rules()["webhooks"]["waits_seconds"]) + 1
    return reader.read(
        "api_webhook", client_code=actor.client_code or "", attempts_max=attempts_max
    )


def _tell(transaction: Transaction, moment: Moment, facts: dict[str, Any]) -> None:
    code = moment.actor.client_code or ""
    client_id = transaction.read("api_client", client_code=code)["client_id"].item()
    append_events(transaction, moment, "api_client_changed", [(SUBJECT, client_id, facts)])
