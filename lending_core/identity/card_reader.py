"""The two sides of an ID card from photographs, and what its number must agree with."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from re import compile as pattern_of

from lending_core.errors import InvalidInput
from lending_core.identity.card_text import (
    BACK,
    FRONT,
    Match,
    Side,
    field_of,
    found,
    read_side,
)
from lending_core.identity.id_number import IdNumber, read_id_number
from lending_core.identity.names import normal_name
from lending_core.identity.text_lines import Row

# Characters that recognisers take for digits' neighbours; the check digit judges the outcome.
LOOKALIKES = str.maketrans("OoQDIl|BSZ×*x", "0000111852XXX")
FOR_LIFE = "长期"

_BIRTH = pattern_of(r"(\d{4})年(\d{1,2})月(\d{1,2})日?")
_SEX = pattern_of(r"性别([男女])")
SEX_WORDS = {"男": "male", "女": "female"}
# Who reads a side: `read_side` here, or a process of its own.
ReadSide = Callable[[bytes, Side], list[Row]]


@dataclass(frozen=True)
class CardReading:
    """What the front says. `identity` follows from its number, which passed its check digit;
    `birth_on` and `sex` are as printed beside it, None where they could not be read.
    `confidence` is the recogniser's, 0 to 1, by field (name, id_number; birth_on, sex where
    read)."""

    name: str
    identity: IdNumber
    birth_on: date | None
    sex: str | None
    confidence: dict[str, float]


@dataclass(frozen=True)
class CardBack:
    """What the back says; `valid_to` is None for a card that is valid for life. `confidence` by
    field (authority, validity)."""

    authority: str
    valid_from: date
    valid_to: date | None
    confidence: dict[str, float]


def read_card(photo: bytes, *, on: date, read: ReadSide = read_side) -> CardReading:
    """The front of a card in a photograph.

    Raises `InvalidInput`: what `read_side` refuses, `card_number_doubtful` (the check digit does
    not fit), and what `read_id_number` finds wrong with region or date.
    """
    rows = read(photo, FRONT)
    number, number_sure = field_of(FRONT, "id_number", rows)
    name, name_sure = field_of(FRONT, "name", rows)
    birth, sex = found(_BIRTH, rows), found(_SEX, rows)
    birth_on = _date(birth[0].groups()) if birth else None
    confidence = {"name": name_sure, "id_number": number_sure}
    if birth and birth_on:
        confidence["birth_on"] = birth[1]
    if sex:
        confidence["sex"] = sex[1]
    return CardReading(
        name=_letters(normal_name(name.group(1))),
        identity=_identity(number.group(), on),
        birth_on=birth_on,
        sex=SEX_WORDS[sex[0].group(1)] if sex else None,
        confidence=confidence,
    )


def read_card_back(photo: bytes, *, on: date, read: ReadSide = read_side) -> CardBack:
    """The back of a card in a photograph.

    Raises `InvalidInput`: what `read_side` refuses, `card_validity_impossible` (no such days, or
    the wrong way round, or not begun), `card_expired`.
    """
    rows = read(photo, BACK)
    authority, authority_sure = field_of(BACK, "authority", rows)
    validity, validity_sure = field_of(BACK, "validity", rows)
    valid_from, valid_to = _validity(validity, on)
    if valid_to is not None and valid_to < on:
        raise InvalidInput("card_expired", on=valid_to)
    return CardBack(
        authority=_letters(authority.group(1)),
        valid_from=valid_from,
        valid_to=valid_to,
        confidence={"authority": authority_sure, "validity": validity_sure},
    )


def _validity(match: Match, on: date) -> tuple[date, date | None]:
    groups = match.groups()
    is_for_life = groups[3] == FOR_LIFE
    valid_from, valid_to = _date(groups[:3]), None if is_for_life else _date(groups[4:])
    if valid_from is None or valid_from > on or (valid_to is None and not is_for_life):
        raise InvalidInput("card_validity_impossible")
    if valid_to is not None and valid_to <= valid_from:
        raise InvalidInput("card_validity_impossible")
    return valid_from, valid_to


def _identity(characters: str, on: date) -> IdNumber:
    try:
        return read_id_number(characters.translate(LOOKALIKES), on=on)
    except InvalidInput as refusal:
        if refusal.reason == "id_number_checksum":
            raise InvalidInput("card_number_doubtful") from None
        raise


def _letters(text: str) -> str:
    """Without the ticks and dashes that a recogniser makes of a card's pattern."""
    return "".join(each for each in text if each == "·" or unicodedata.category(each)[0] in "LN")


def _date(parts: tuple[str, ...]) -> date | None:
    try:
        return date(*(int(part) for part in parts))
    except ValueError:
        return None
