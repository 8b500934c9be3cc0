"""A hundred cards photographed badly: at least 97 read exactly, none with a wrong number."""

from collections import Counter
from datetime import date

from lending_core.identity.card_trial import outcome, photographed

CARDS = 100
EXACT_MIN = 97
ON = date(2026, 10, 31)


def test_badly_photographed_cards_are_read_exactly() -> None:
    counts = Counter(outcome(card, photo, on=ON) for card, photo in photographed(CARDS))

    print(f"\n{CARDS} cards: {dict(counts)}")
    assert counts["exact"] >= EXACT_MIN
    assert counts["wrong_number"] == 0
