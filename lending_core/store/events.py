"""Rows of `event`: the ledger's newest link, and how the next ones are added."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor
from lending_core.ledger.chain import Event, canonical, link, utc_naive
from lending_core.store.engine import Store, Transaction

Subject = tuple[str, int]


def append_event(
    transaction: Transaction,
    actor: Actor,
    action: str,
    subject: Subject,
    *,
    business_on: date,
    at: datetime,
    payload: Mapping[str, Any],
) -> None:
    """Links one event to the chain, in the transaction of the facts it speaks of."""
    append_events(transaction, actor, action, [(subject, payload)], business_on=business_on, at=at)


def append_events(
    transaction: Transaction,
    actor: Actor,
    action: str,
    happenings: Sequence[tuple[Subject, Mapping[str, Any]]],
    *,
    business_on: date,
    at: datetime,
) -> None:
    """Links several events of one action, in the given order."""
    newest = newest_event(transaction)
    links = []
    for (subject_kind, subject_id), payload in happenings:
        newest = link(
            newest,
            action=action,
            actor=actor.user_name,
            subject_kind=subject_kind,
            subject_id=subject_id,
            business_on=business_on,
            recorded_at=utc_naive(at),
            payload=canonical(payload),
        )
        links.append(asdict(newest))
    transaction.append("event", pl.DataFrame(links))


def newest_event(reader: Store | Transaction) -> Event | None:
    """The head of the ledger; None before the first event."""
    rows = reader.read("newest_event").rows(named=True)
    return Event(**rows[0]) if rows else None
