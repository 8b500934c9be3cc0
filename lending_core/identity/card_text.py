"""The text of a photographed card, and why it could not be read: what to do better next time."""

import re
from dataclasses import dataclass

from PIL import Image

from lending_core.errors import InvalidInput
from lending_core.identity.photo import has_glare, open_photo, sharpness
from lending_core.identity.text_lines import Row, read_rows

# Below this there is no edge left in the picture that a character could have.
SHARPNESS_MIN = 12.0
# How a picture that shows no card is turned, to see whether the card lies on its side or head.
TURNS = (Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270)

FIELD_NAMES = {
    "name": {"en": "name", "zh": "姓名"},
    "id_number": {"en": "ID number", "zh": "公民身份号码"},
    "birth_on": {"en": "date of birth", "zh": "出生日期"},
    "sex": {"en": "sex", "zh": "性别"},
    "authority": {"en": "issuing authority", "zh": "签发机关"},
    "validity": {"en": "period of validity", "zh": "有效期限"},
}

Match = re.Match[str]


@dataclass(frozen=True)
class Side:
    """One side of a card: the labels printed on it, how many of them prove it, and the fields that
    must be readable, each with its pattern and the label beside it."""

    labels: tuple[str, ...]
    labels_min: int
    fields: dict[str, tuple[re.Pattern[str], str]]


FRONT = Side(
    labels=("姓名", "性别", "出生", "住址", "公民身份号码"),
    labels_min=2,
    fields={
        "id_number": (re.compile(r"[0-9OoQDIl|BSZ]{17}[0-9OoQDIl|BSZXx×*]"), "公民身份号码"),
        # A picture that lies on its side runs labels together; no name holds another label.
        "name": (re.compile(r"姓名((?:(?!性别|出生|住址|公民).)+)$"), "姓名"),
    },
)
BACK = Side(
    labels=("签发机关", "有效期限"),
    labels_min=1,
    fields={
        "authority": (re.compile(r"签发机关((?:(?!有效期).)+)$"), "签发机关"),
        "validity": (
            re.compile(
                r"(\d{4})\D?(\d{2})\D?(\d{2})\D{1,3}?(长期|(\d{4})\D?(\d{2})\D?(\d{2}))(?!\d)"
            ),
            "有效期限",
        ),
    },
)

SIDES = {"front": FRONT, "back": BACK}


def read_side(photo: bytes, side: Side) -> list[Row]:
    """The rows of text of a photo in which every field of the side was found, tilted or lying on
    its side too.

    Raises `InvalidInput`: what `photo.open_photo` refuses; `photo_blurred`, `not_an_id_card`,
    `card_wrong_side`; and for a field that could not be read `card_cut_off` (its label is not in
    the picture), `photo_glare` or `card_field_missing` (something covers it).
    """
    image = open_photo(photo)
    rows = _upright_rows(image, side)
    for field, (pattern, label) in side.fields.items():
        if found(pattern, rows) is None:
            raise _unreadable(image, rows, side, field, label)
    return rows


def found(pattern: re.Pattern[str], rows: list[Row]) -> tuple[Match, float] | None:
    """The first match and how sure its row is."""
    matches = ((pattern.search(row.text), row.confidence) for row in rows)
    return next(((match, sure) for match, sure in matches if match), None)


def field_of(side: Side, field: str, rows: list[Row]) -> tuple[Match, float]:
    """A field of rows that `read_side` returned."""
    match = found(side.fields[field][0], rows)
    if match is None:
        raise ValueError(f"{field} is not in these rows")
    return match


def _upright_rows(image: Image.Image, side: Side) -> list[Row]:
    """The rows as the photo lies, or turned where only a turned one shows the side whole."""
    rows = read_rows(image)
    if _is_upright(rows, side) or sharpness(image) < SHARPNESS_MIN:
        return rows
    turned = (read_rows(image.transpose(turn)) for turn in TURNS)
    return next((each for each in turned if _is_whole(each, side)), rows)


def _is_upright(rows: list[Row], side: Side) -> bool:
    """Whether turning could not help: the side is whole, covered in part, or the other one."""
    return _is_whole(rows, side) or any(
        _labels(rows, each) >= len(each.labels) - 1 for each in (FRONT, BACK)
    )


def _is_whole(rows: list[Row], side: Side) -> bool:
    return all(found(pattern, rows) for pattern, _ in side.fields.values())


def _unreadable(
    image: Image.Image, rows: list[Row], side: Side, field: str, label: str
) -> InvalidInput:
    if sharpness(image) < SHARPNESS_MIN:
        return InvalidInput("photo_blurred")
    if _labels(rows, side) < side.labels_min:
        other = BACK if side is FRONT else FRONT
        is_other = _labels(rows, other) >= other.labels_min
        return InvalidInput("card_wrong_side" if is_other else "not_an_id_card")
    if not _has_label(rows, label):
        return InvalidInput("card_cut_off", field=FIELD_NAMES[field])
    if has_glare(image):
        return InvalidInput("photo_glare", field=FIELD_NAMES[field])
    return InvalidInput("card_field_missing", field=FIELD_NAMES[field])


def _labels(rows: list[Row], side: Side) -> int:
    return sum(_has_label(rows, label) for label in side.labels)


def _has_label(rows: list[Row], label: str) -> bool:
    return any(label in row.text for row in rows)
