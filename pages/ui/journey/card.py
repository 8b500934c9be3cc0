"""The borrower's card: a specimen to photograph, and what is read from a photo beside the typed."""

import numpy as np

from lending_core.dates import add_months
from lending_core.errors import InvalidInput
from lending_core.identity.card_reader import CardReading, read_card
from lending_core.identity.id_number import read_id_number
from lending_core.identity.match import findings
from lending_core.identity.specimen import GOOD_LIGHT, CardFacts, draw_card, photograph
from pages.ui import format as shown
from pages.ui import reads
from pages.ui.journey.state import Comparison, Facts, Identity
from pages.ui.text import reference_name, t

# Pixels: still read without a fault, and photographed in half the time of the full card.
_CARD_SIZE = (700, 441)
# The forger made the holder this much older.
_FORGED_MONTHS = 31


def seed_of(key: str) -> int:
    """A number to draw from, the same for the same journey."""
    return int(key[:12], 16)


def specimen(facts: Facts, seed: int, *, is_forged: bool) -> bytes:
    """A photo of a specimen card with these facts; a forged one prints another birth date.

    Raises `InvalidInput` for a number that is not of the unassigned region.
    """
    identity = read_id_number(facts.id_number, on=reads.book().open_on)
    if not identity.is_specimen:
        raise InvalidInput("specimen_number")
    printed = add_months(identity.birth_on, -_FORGED_MONTHS) if is_forged else None
    address = f"{reference_name('region', facts.region_code, 'zh')}样本路{seed % 200 + 1}号"
    card = draw_card(CardFacts(facts.name, identity.number, address, printed))
    image = card.resize(_CARD_SIZE)
    return photograph(image, np.random.default_rng(seed), GOOD_LIGHT)


def compared(facts: Facts, photo: bytes | None) -> Identity:
    """What the card says beside what was typed; birth date and sex as printed beside what the
    card's number says. Raises `InvalidInput` without a photo that shows a readable card."""
    if photo is None:
        raise InvalidInput("photo_missing")
    reading = read_card(photo, on=reads.book().open_on)
    found = findings(facts.name, facts.id_number, reading)
    wrong = {finding.field for finding in found if finding.code != "low_confidence"}
    unsure = {finding.field for finding in found if finding.code == "low_confidence"}
    return Identity(
        tuple(
            Comparison(field, expected, read, field not in wrong, field in unsure)
            for field, expected, read in _fields(facts, reading)
        ),
        reading,
    )


def _fields(facts: Facts, reading: CardReading) -> list[tuple[str, str, str]]:
    """Field, what it should say, what it says; what could not be read is left out."""
    fields = [
        ("name", facts.name, reading.name),
        ("id_number", facts.id_number, reading.identity.number),
    ]
    if reading.birth_on is not None:
        born = shown.day(reading.identity.birth_on), shown.day(reading.birth_on)
        fields.append(("birth_on", *born))
    if reading.sex is not None:
        sexes = _sex(reading.identity.sex), _sex(reading.sex)
        fields.append(("sex", *sexes))
    return fields


def _sex(code: str) -> str:
    return t(f"simulate_application.sex_{code}")
