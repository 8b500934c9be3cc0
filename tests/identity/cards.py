"""Photographs of specimen cards, for tests."""

from datetime import date

from lending_core.identity.card_trial import specimen_card as a_card
from lending_core.identity.card_trial import specimen_photo as a_photo
from lending_core.identity.specimen import BackFacts

__all__ = ["a_back", "a_card", "a_photo"]


def a_back() -> BackFacts:
    """The back of a card that is valid for twenty years."""
    return BackFacts("样本市公安局南山分局", date(2020, 3, 2), date(2040, 3, 2))
