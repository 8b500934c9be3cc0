"""The process that reads cards: as exact as a reading here, and replaced where it was lost."""

import os
import signal
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from lending_core.errors import InvalidInput
from lending_core.identity.card_process import CardProcess
from lending_core.identity.card_reader import read_card
from lending_core.identity.card_text import BACK, FRONT
from lending_core.identity.card_worker import NICENESS
from lending_core.identity.photo import BYTES_MAX
from lending_core.identity.specimen import GOOD_LIGHT
from tests.identity.cards import a_card, a_photo

ON = date(2026, 10, 31)


@pytest.fixture(scope="module")
def cards() -> Iterator[CardProcess]:
    cards = CardProcess()
    yield cards
    cards.close()


def refused(cards: CardProcess, photo: bytes) -> InvalidInput:
    with pytest.raises(InvalidInput) as refusal:
        cards.read_side(photo, BACK)
    return refusal.value


def test_a_card_is_read_there_as_here(cards: CardProcess) -> None:
    photo = a_photo(a_card(1), GOOD_LIGHT)

    there = read_card(photo, on=ON, read=cards.read_side)

    assert there == read_card(photo, on=ON)
    assert os.getpriority(os.PRIO_PROCESS, cards.number or 0) >= NICENESS


def test_a_process_that_was_lost_is_replaced_and_told_no_key_of_the_house(
    monkeypatch: pytest.MonkeyPatch, cards: CardProcess
) -> None:
    monkeypatch.setenv("LENDING_DATABASE_KEY", "secret")
    refused(cards, b"no picture")
    lost = cards.number or 0
    os.kill(lost, signal.SIGKILL)

    refused(cards, b"no picture")
    environment = Path(f"/proc/{cards.number}/environ").read_bytes()

    assert cards.number not in (None, lost)
    assert b"PATH=" in environment
    assert b"LENDING_" not in environment


def test_what_is_no_photograph_is_refused_with_its_facts(cards: CardProcess) -> None:
    unreadable, large = refused(cards, b"no picture"), refused(cards, bytes(BYTES_MAX + 1))

    assert (unreadable.reason, unreadable.facts) == ("photo_unreadable", {})
    assert (large.reason, large.facts) == (
        "photo_too_large",
        {"megabytes": 10, "megapixels": 50},
    )


def test_a_photograph_that_takes_for_ever_is_given_up() -> None:
    hasty = CardProcess(seconds_max=0.01)

    with pytest.raises(InvalidInput, match="photo"):
        hasty.read_side(b"no picture", FRONT)

    assert hasty.number is None
