"""Rows of `event`: the ledger's newest link, and how the next ones are added."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor
from lending_core.ledger.chain import Event, canonical, link, utc_naive
from lending_core.store.engine import Store, Transaction

# Kind and number of the thing it happened to, and the facts; these name no person.
Happening = tuple[str, int, Mapping[str, Any]]


@dataclass(frozen=True)
class Moment:
    """Who acts, on which business date, and when by the clock."""

    actor: Actor
    business_on: date
    at: datetime


def append_events(
    transaction: Transaction, moment: Moment, action: str, happenings: Sequence[Happening]
) -> None:
    """Links one event per happening to the chain, in the transaction of the facts they speak of."""
    append_entries(transaction, action, [(moment, happening) for happening in happenings])


def append_entries(
    transaction: Transaction, action: str, entries: Sequence[tuple[Moment, Happening]]
) -> None:
    """As `append_events`, for happenings of several moments."""
    newest = newest_event(transaction)
    links = []
    for moment, (subject_kind, subject_id, payload) in entries:
        newest = link(
            newest,
            action=action,
            actor=moment.actor.user_name,
            subject_kind=subject_kind,
            subject_id=subject_id,
            business_on=moment.business_on,
            recorded_at=utc_naive(moment.at),
            payload=canonical(payload),
        )
        links.append(dict(vars(newest)))
    transaction.append("event", pl.DataFrame(links))


def newest_event(reader: Store | Transaction) -> Event | None:
    """The head of the ledger; None before the first event."""
    rows = reader.read("newest_event").rows(named=True)
    return Event(**rows[0]) if rows else None
