"""The hash chain: each event's hash covers its own facts and the hash before it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

GENESIS_HASH = "0" * 64


@dataclass(frozen=True)
class Event:
    """One thing that happened. `payload` is canonical JSON; it names no person."""

    event_id: int
    action: str
    actor: str
    subject_kind: str
    subject_id: int
    business_on: date
    recorded_at: datetime
    payload: str
    previous_hash: str
    hash: str


@dataclass(frozen=True)
class Break:
    """The first event at which the chain does not hold."""

    event_id: int
    expected_hash: str
    found_hash: str


def canonical(payload: Mapping[str, Any]) -> str:
    """JSON with sorted keys and no spaces, so that equal facts have equal text."""
    return json.dumps(
        payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str
    )


def utc_naive(at: datetime) -> datetime:
    """The instant as the store keeps it: UTC without a zone. Raises `ValueError` when naive."""
    if at.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return at.astimezone(UTC).replace(tzinfo=None)


def link(previous: Event | None, **facts: Any) -> Event:
    """The next event of the chain from its facts (all fields but ids and hashes)."""
    linked = {
        **facts,
        "event_id": previous.event_id + 1 if previous else 1,
        "previous_hash": previous.hash if previous else GENESIS_HASH,
    }
    return Event(**linked, hash=digest(linked))


def event_hash(event: Event) -> str:
    """SHA-256 over the event's facts and the previous hash, as hex."""
    facts = dict(vars(event))
    del facts["hash"]
    return digest(facts)


def first_break(events: Iterable[Event]) -> Break | None:
    """The first event that does not follow from the one before it; None when the chain is whole."""
    previous: Event | None = None
    for event in events:
        expected_previous = previous.hash if previous else GENESIS_HASH
        expected_id = previous.event_id + 1 if previous else 1
        if event.previous_hash != expected_previous or event.event_id != expected_id:
            return Break(event.event_id, expected_previous, event.previous_hash)
        if event.hash != event_hash(event):
            return Break(event.event_id, event_hash(event), event.hash)
        previous = event
    return None


def digest(facts: Mapping[str, Any]) -> str:
    """SHA-256 over canonical facts, as hex: commits to them without saying them."""
    return hashlib.sha256(canonical(facts).encode()).hexdigest()
