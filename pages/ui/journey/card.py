"""The borrower's card: a specimen to photograph, and what is read from a photo beside the typed."""

from dataclasses import replace
from datetime import date

import numpy as np

from lending_core.dates import add_months
from lending_core.errors import InvalidInput
from lending_core.identity import card_term
from lending_core.identity.card_reader import read_card, read_card_back
from lending_core.identity.id_number import read_id_number
from lending_core.identity.match import LOW_CONFIDENCE, ShownCard, card_findings
from lending_core.identity.specimen import (
    GOOD_LIGHT,
    BackFacts,
    CardFacts,
    draw_back,
    draw_card,
    photograph,
)
from pages.ui import format as shown
from pages.ui import reads
from pages.ui.journey.state import Comparison, Facts, Identity, Photos
from pages.ui.text import reference_name, t

# Pixels: still read without a fault, and photographed in half the time of the full card.
_CARD_SIZE = (700, 441)
# The forger made the holder this much older.
_FORGED_MONTHS = 31


def seed_of(key: str) -> int:
    """A number to draw from, the same for the same journey."""
    return int(key[:12], 16)


def specimen(facts: Facts, seed: int, *, is_forged: bool) -> Photos:
    """Photos of both sides of a specimen card with these facts; a forged one prints another birth
    date.

    Raises `InvalidInput` for a number that is not of the unassigned region.
    """
    on = reads.book().open_on
    identity = read_id_number(facts.id_number, on=on)
    if not identity.is_specimen:
        raise InvalidInput("specimen_number")
    region = reference_name("region", facts.region_code, "zh")
    printed = add_months(identity.birth_on, -_FORGED_MONTHS) if is_forged else None
    front = CardFacts(facts.name, identity.number, f"{region}样本路{seed % 200 + 1}号", printed)
    # Issued within the last four years: no card is valid for less than five.
    valid_from = add_months(on, -(seed % 48) - 1)
    valid_to = card_term.valid_to(identity.birth_on, valid_from)
    back = BackFacts(f"{region}公安局样本分局", valid_from, valid_to)
    generator = np.random.default_rng(seed)
    return Photos(
        *(
            photograph(side.resize(_CARD_SIZE), generator, GOOD_LIGHT)
            for side in (draw_card(front), draw_back(back))
        )
    )


def compared(facts: Facts, photos: Photos) -> Identity:
    """What the card says beside what was typed; birth date, sex and validity as printed beside
    what the card's number says. Raises `InvalidInput` without photos that show a readable card."""
    if photos.front is None:
        raise InvalidInput("photo_missing")
    if photos.back is None:
        raise InvalidInput("photo_back_missing")
    on = reads.book().open_on
    card = ShownCard(read_card(photos.front, on=on), read_card_back(photos.back, on=on))
    found = card_findings(facts.name, facts.id_number, card)
    wrong = {finding.field for finding in found if finding.code != LOW_CONFIDENCE}
    unsure = {finding.field for finding in found if finding.code == LOW_CONFIDENCE}
    return Identity(
        tuple(
            Comparison(field, expected, read, field not in wrong, field in unsure)
            for field, expected, read in _fields(facts, card)
        ),
        card,
    )


def confirmed(identity: Identity, fields: frozenset[str]) -> Identity:
    """The identity once the borrower has compared these doubtful fields with the card."""
    return replace(identity, card=replace(identity.card, confirmed=fields))


def _fields(facts: Facts, card: ShownCard) -> list[tuple[str, str, str]]:
    """Field, what it should say, what it says; what could not be read is left out."""
    front, back = card.front, card.back
    fields = [
        ("name", facts.name, front.name),
        ("id_number", facts.id_number, front.identity.number),
    ]
    if front.birth_on is not None:
        born = shown.day(front.identity.birth_on), shown.day(front.birth_on)
        fields.append(("birth_on", *born))
    if front.sex is not None:
        sexes = _sex(front.identity.sex), _sex(front.sex)
        fields.append(("sex", *sexes))
    lawful_to = card_term.valid_to(front.identity.birth_on, back.valid_from)
    fields.append(("authority", back.authority, back.authority))
    fields.append(("validity", _until(lawful_to), _until(back.valid_to)))
    return fields


def _until(valid_to: date | None) -> str:
    if valid_to is None:
        return t("simulate_application.valid_for_life")
    return t("simulate_application.valid_to", on=shown.day(valid_to))


def _sex(code: str) -> str:
    return t(f"simulate_application.sex_{code}")
