"""The chain holds, and shows where it was cut."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from lending_core.ledger.chain import (
    GENESIS_HASH,
    Break,
    Event,
    canonical,
    event_hash,
    first_break,
    link,
    utc_naive,
)


def a_chain(length: int) -> list[Event]:
    events: list[Event] = []
    for number in range(length):
        previous = events[-1] if events else None
        events.append(
            link(
                previous,
                action="loan_disbursed",
                actor="analyst",
                subject_kind="loan",
                subject_id=number,
                business_on=date(2026, 10, 31),
                recorded_at=datetime(2026, 11, 1, 8, 30),  # noqa: DTZ001
                payload=canonical({"principal_fen": 100_000 + number}),
            )
        )
    return events


def test_the_first_event_follows_the_genesis_hash() -> None:
    (event,) = a_chain(1)

    assert (event.event_id, event.previous_hash) == (1, GENESIS_HASH)


def test_a_whole_chain_has_no_break() -> None:
    assert first_break(a_chain(5)) is None


def test_an_empty_chain_has_no_break() -> None:
    assert first_break([]) is None


def test_a_changed_payload_is_found_at_its_event() -> None:
    events = a_chain(5)
    forged = replace(events[2], payload=canonical({"principal_fen": 1}))

    found = first_break([*events[:2], forged, *events[3:]])

    assert found == Break(3, event_hash(forged), events[2].hash)


def test_a_rehashed_forgery_is_found_at_the_next_event() -> None:
    events = a_chain(5)
    forged = replace(events[2], actor="nobody")
    forged = replace(forged, hash=event_hash(forged))

    found = first_break([*events[:2], forged, *events[3:]])

    assert found == Break(4, forged.hash, events[2].hash)


def test_a_deleted_event_is_found() -> None:
    events = a_chain(5)

    found = first_break([*events[:2], *events[3:]])

    assert found is not None
    assert found.event_id == 4


def test_swapped_events_are_found() -> None:
    events = a_chain(5)

    found = first_break([events[0], events[2], events[1], *events[3:]])

    assert found is not None
    assert found.event_id == 3


def test_equal_facts_have_equal_text() -> None:
    assert canonical({"b": 1, "a": date(2026, 1, 2)}) == '{"a":"2026-01-02","b":1}'


def test_an_instant_is_kept_in_utc() -> None:
    shanghai = timezone(timedelta(hours=8))

    kept = utc_naive(datetime(2026, 11, 1, 8, 30, tzinfo=shanghai))

    assert kept == datetime(2026, 11, 1, 0, 30, tzinfo=UTC).replace(tzinfo=None)


def test_an_instant_without_a_zone_is_a_bug() -> None:
    with pytest.raises(ValueError, match="time zone"):
        utc_naive(datetime(2026, 11, 1))  # noqa: DTZ001
