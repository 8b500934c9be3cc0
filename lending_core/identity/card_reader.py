"""The front of an ID card from a photograph: name, number, and what the number must agree with."""

import re
from dataclasses import dataclass
from datetime import date

from PIL import Image

from lending_core.errors import InvalidInput
from lending_core.identity.id_number import IdNumber, read_id_number
from lending_core.identity.names import normal_name
from lending_core.identity.photo import open_photo, sharpness
from lending_core.identity.text_lines import Row, read_rows

# Below this there is no edge left in the picture that a character could have.
SHARPNESS_MIN = 12.0
# Characters that recognisers take for digits' neighbours; the check digit judges the outcome.
LOOKALIKES = str.maketrans("OoQDIl|BSZ×*x", "0000111852XXX")
# Labels of the front; a card shows most of them even when some are covered.
LABELS = ("姓名", "性别", "出生", "住址", "公民身份号码")
LABELS_MIN = 2
# How a picture that shows no card is turned, to see whether the card lies on its side or head.
TURNS = (Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270)

FIELD_NAMES = {
    "name": {"en": "name", "zh": "姓名"},
    "id_number": {"en": "ID number", "zh": "公民身份号码"},
}

_NUMBER = re.compile(r"[0-9OoQDIl|BSZ]{17}[0-9OoQDIl|BSZXx×*]")
_BIRTH = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日?")
# A picture that lies on its side runs labels together; no name holds another label.
_NAME = re.compile(r"姓名((?:(?!性别|出生|住址|公民).)+)$")
_SEX = re.compile(r"性别([男女])")
SEX_WORDS = {"男": "male", "女": "female"}


@dataclass(frozen=True)
class CardReading:
    """What a card says. `identity` follows from its number, which passed its check digit;
    `birth_on` and `sex` are as printed beside it, None where they could not be read.
    `confidence` is the recogniser's, 0 to 1, by field (`name`, `id_number`)."""

    name: str
    identity: IdNumber
    birth_on: date | None
    sex: str | None
    confidence: dict[str, float]


def read_card(photo: bytes, *, on: date) -> CardReading:
    """The card in a photograph, tilted or lying on its side too.

    Raises `InvalidInput`: what `photo.open_photo` refuses, `photo_blurred`, `not_an_id_card`,
    `card_field_missing`, `card_number_doubtful` (the check digit does not fit), and what
    `read_id_number` finds wrong with region or date.
    """
    image = open_photo(photo)
    rows = _upright_rows(image)
    number = _found(_NUMBER, rows)
    if number is None:
        raise _unreadable(image, rows)
    name = _found(_NAME, rows)
    if name is None:
        raise InvalidInput("card_field_missing", field=FIELD_NAMES["name"])
    born, sex = _found(_BIRTH, rows), _found(_SEX, rows)
    return CardReading(
        name=normal_name(name[0].group(1)),
        identity=_identity(number[0].group(), on),
        birth_on=_date(born[0]) if born else None,
        sex=SEX_WORDS[sex[0].group(1)] if sex else None,
        confidence={"name": name[1], "id_number": number[1]},
    )


def _upright_rows(image: Image.Image) -> list[Row]:
    """The rows as the photo lies, or turned where only a turned one shows a card."""
    rows = read_rows(image)
    if _is_card(rows) or sharpness(image) < SHARPNESS_MIN:
        return rows
    turned = (read_rows(image.transpose(turn)) for turn in TURNS)
    return next(filter(_is_card, turned), rows)


def _is_card(rows: list[Row]) -> bool:
    return _found(_NUMBER, rows) is not None and _found(_NAME, rows) is not None


def _identity(characters: str, on: date) -> IdNumber:
    try:
        return read_id_number(characters.translate(LOOKALIKES), on=on)
    except InvalidInput as refusal:
        if refusal.reason == "id_number_checksum":
            raise InvalidInput("card_number_doubtful") from None
        raise


def _unreadable(image: Image.Image, rows: list[Row]) -> InvalidInput:
    if sharpness(image) < SHARPNESS_MIN:
        return InvalidInput("photo_blurred")
    seen = "".join(row.text for row in rows)
    if sum(label in seen for label in LABELS) < LABELS_MIN:
        return InvalidInput("not_an_id_card")
    return InvalidInput("card_field_missing", field=FIELD_NAMES["id_number"])


def _found(pattern: re.Pattern[str], rows: list[Row]) -> tuple[re.Match[str], float] | None:
    """The first match and how sure its row is."""
    matches = ((pattern.search(row.text), row.confidence) for row in rows)
    return next(((match, sure) for match, sure in matches if match), None)


def _date(match: re.Match[str]) -> date | None:
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        return None
