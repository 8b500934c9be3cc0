"""Mini-programs at the HTTP interface: opened by administrators, recognised by their tokens."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from lending_core.access.clients import (
    Client,
    Scope,
    api_rules,
    callback_origin_of,
    client_code_of,
    new_seed,
    new_token,
    token_hash,
)
from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput, InvalidState, NotAllowed, NotFound
from lending_core.ledger.chain import utc_naive
from lending_core.operations.console import book
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events

SUBJECT = "api_client"
_WORDS = {"callback_origin": pl.String}


@dataclass(frozen=True)
class TokenOrder:
    """A token as it should be: whose, what it opens, and for how many days."""

    client_code: str
    scopes: tuple[Scope, ...]
    days: int

    def __post_init__(self) -> None:
        if not self.scopes:
            raise InvalidInput("api_scopes", choices=", ".join(Scope))
        longest = api_rules()["tokens"]["days_max"]
        if not 1 <= self.days <= longest:
            raise InvalidInput("api_token_days", longest=longest)


def open_client(
    store: Store, actor: Actor, code: str, callback_origin: str | None = None, *, at: datetime
) -> str:
    """Lets a mini-program ask from now on; returns its name as kept. `callback_origin`: the only
    place that news of it may be sent to.

    Raises `InvalidInput` for what is no name or no safe origin, `InvalidState` for a name taken.
    """
    _require(actor)
    code = client_code_of(code)
    origin = callback_origin_of(callback_origin) if callback_origin else None
    with store.transaction() as transaction:
        if not _clients(transaction, code).is_empty():
            raise InvalidState("api_client_taken", client_code=code)
        client_id = transaction.next_id("api_client", "client_id")
        row = {
            "client_id": client_id,
            "client_code": code,
            "key_seed": new_seed(),
            "callback_origin": origin,
            "opened_by": actor.user_name,
            "recorded_at": utc_naive(at),
        }
        transaction.append("api_client", pl.DataFrame([row], schema_overrides=_WORDS))
        facts = {"step": "opened", "client_code": code, "callback_origin": origin}
        _tell(transaction, Moment(actor, book(transaction).open_on, at), client_id, facts)
        return code


def make_token(store: Store, actor: Actor, order: TokenOrder, *, at: datetime) -> str:
    """A token of a mini-program, which nobody can read again. Raises `NotFound`."""
    _require(actor)
    token = new_token()
    with store.transaction() as transaction:
        client = _known(transaction, order.client_code)
        token_id = transaction.next_id("api_token", "token_id")
        scopes = [scope.value for scope in order.scopes]
        expires_at = utc_naive(at) + timedelta(days=order.days)
        row = {
            "token_id": token_id,
            "client_code": order.client_code,
            "token_hash": token_hash(token),
            "scopes": scopes,
            "expires_at": expires_at,
            "made_by": actor.user_name,
            "recorded_at": utc_naive(at),
        }
        transaction.append("api_token", pl.DataFrame([row]))
        facts = {"step": "token_made", "token_id": token_id, "scopes": scopes}
        moment = Moment(actor, book(transaction).open_on, at)
        _tell(transaction, moment, client["client_id"], {**facts, "expires_at": expires_at})
        return token


def revoke_token(store: Store, actor: Actor, token_id: int, *, at: datetime) -> None:
    """A token opens nothing from now on. Raises `NotFound`, and `InvalidState` when it was revoked
    before."""
    _require(actor)
    with store.transaction() as transaction:
        rows = transaction.read("api_token", token_hash=None).filter(token_id=token_id)
        if rows.is_empty():
            raise NotFound("api_token_unknown", token_id=token_id)
        if rows["ended_at"].item() is not None:
            raise InvalidState("api_token_ended", token_id=token_id)
        end = {"token_id": token_id, "ended_by": actor.user_name, "recorded_at": utc_naive(at)}
        transaction.append("api_token_end", pl.DataFrame([end]))
        client = _known(transaction, rows["client_code"].item())
        facts = {"step": "token_revoked", "token_id": token_id}
        moment = Moment(actor, book(transaction).open_on, at)
        _tell(transaction, moment, client["client_id"], facts)


def clients(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per mini-program: client_id, client_code, callback_origin, opened_by, recorded_at,
    applications."""
    _require(actor)
    return _clients(store, None).drop("key_seed")


def tokens(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per token, the newest first: token_id, client_code, scopes, expires_at, made_by,
    recorded_at, ended_at (null: not revoked). The token itself is kept nowhere."""
    _require(actor)
    return store.read("api_token", token_hash=None).drop("token_hash", "key_seed")


def recognised(store: Store, token: str, *, at: datetime) -> Client:
    """Whose token this is. Raises `NotAllowed` for one that is unknown, expired or revoked, all in
    the same words."""
    rows = store.read("api_token", token_hash=token_hash(token)).rows(named=True)
    if not rows or rows[0]["ended_at"] is not None or rows[0]["expires_at"] <= utc_naive(at):
        raise NotAllowed("api_token")
    row = rows[0]
    scopes = frozenset(Scope(name) for name in row["scopes"])
    return Client(row["client_code"], scopes, row["key_seed"], row["callback_origin"])


def _require(actor: Actor) -> None:
    require(actor, Permission.MANAGE_ACCOUNTS)
    if actor.is_demonstration:
        # A token outlives the demonstration.
        raise NotAllowed("demonstration_accounts")


def _clients(reader: Store | Transaction, code: str | None) -> pl.DataFrame:
    return reader.read("api_client", client_code=code)


def _known(transaction: Transaction, code: str) -> dict[str, Any]:
    rows = _clients(transaction, code).rows(named=True)
    if not rows:
        raise NotFound("api_client_unknown", client_code=code)
    return rows[0]


def _tell(transaction: Transaction, moment: Moment, client_id: int, facts: dict[str, Any]) -> None:
    append_events(transaction, moment, "api_client_changed", [(SUBJECT, client_id, facts)])
