"""A hundred cards photographed badly: how many are read exactly, how fast, and none wrongly."""

import time
from datetime import date

from lending_core.errors import InvalidInput
from lending_core.identity.card_reader import read_card
from lending_core.identity.specimen import HARSH
from tests.identity.cards import a_card, a_photo

CARDS = 100
EXACT_MIN = 97
ON = date(2026, 10, 31)


def outcome(number: int) -> str:
    card = a_card(number)
    try:
        reading = read_card(a_photo(card, HARSH, seed=number), on=ON)
    except InvalidInput as refusal:
        return refusal.reason
    if reading.identity.number != card.id_number:
        return "wrong number"
    return "exact" if reading.name == card.name else "wrong name"


def test_badly_photographed_cards_are_read_exactly() -> None:
    outcome(0)
    began = time.monotonic()

    outcomes = [outcome(number) for number in range(CARDS)]

    seconds = (time.monotonic() - began) / CARDS
    counts = {kind: outcomes.count(kind) for kind in sorted(set(outcomes))}
    print(f"\n{CARDS} cards: {counts}, {seconds:.2f} s a card")
    assert counts.get("exact", 0) >= EXACT_MIN
    assert "wrong number" not in counts
