"""Is the card the applicant's, and does it agree with itself? A list of what does not fit."""

from dataclasses import dataclass

from lending_core.identity import card_term
from lending_core.identity.card_reader import CardBack, CardReading
from lending_core.identity.names import is_same_name

# Below this the recogniser itself is unsure, and a person should confirm the field.
CONFIDENCE_MIN = 0.80
LOW_CONFIDENCE = "low_confidence"


@dataclass(frozen=True)
class Finding:
    """One thing that does not fit: `code` says what, `field` where."""

    code: str
    field: str


def findings(typed_name: str, typed_id_number: str, reading: CardReading) -> list[Finding]:
    """What speaks against taking the card for the applicant's; empty means that all agrees.

    Codes: name_differs, number_differs (typed against read), birth_differs, sex_differs (printed
    against the number), low_confidence.
    """
    found = []
    if not is_same_name(typed_name, reading.name):
        found.append(Finding("name_differs", "name"))
    if typed_id_number.strip().upper() != reading.identity.number:
        found.append(Finding("number_differs", "id_number"))
    if reading.birth_on is not None and reading.birth_on != reading.identity.birth_on:
        found.append(Finding("birth_differs", "birth_on"))
    if reading.sex is not None and reading.sex != reading.identity.sex:
        found.append(Finding("sex_differs", "sex"))
    unsure = [field for field, sure in reading.confidence.items() if sure < CONFIDENCE_MIN]
    return found + [Finding(LOW_CONFIDENCE, field) for field in unsure]


@dataclass(frozen=True)
class ShownCard:
    """Both sides of a card as read, and the fields whose doubtful reading the applicant compared
    with the card and confirmed."""

    front: CardReading
    back: CardBack
    confirmed: frozenset[str] = frozenset()

    @property
    def confidence(self) -> dict[str, float]:
        """How sure the recogniser was of each field, both sides together."""
        return self.front.confidence | self.back.confidence


def card_findings(typed_name: str, typed_id_number: str, card: ShownCard) -> list[Finding]:
    """What speaks against the card, both sides together, less the doubts that were confirmed."""
    found = findings(typed_name, typed_id_number, card.front) + back_findings(card.front, card.back)
    return [
        each for each in found if each.code != LOW_CONFIDENCE or each.field not in card.confirmed
    ]


def back_findings(reading: CardReading, back: CardBack) -> list[Finding]:
    """What speaks against the two sides belonging to one genuine card; empty means that all agrees.

    Codes: term_differs (a card of this holder's age at issue is valid until another day, Resident
    Identity Card Law article 5), low_confidence.
    """
    lawful_to = card_term.valid_to(reading.identity.birth_on, back.valid_from)
    found = [] if back.valid_to == lawful_to else [Finding("term_differs", "validity")]
    unsure = [field for field, sure in back.confidence.items() if sure < CONFIDENCE_MIN]
    return found + [Finding(LOW_CONFIDENCE, field) for field in unsure]
