"""A trial of the card reader: specimen cards photographed badly, and what was made of each."""

from collections.abc import Iterator
from datetime import date

import numpy as np

from lending_core.errors import InvalidInput
from lending_core.identity.card_reader import read_card
from lending_core.identity.id_number import SPECIMEN_REGION, check_digit
from lending_core.identity.specimen import HARSH, CardFacts, Distortion, draw_card, photograph

NAMES = ("王小明", "李娜", "欧阳建国", "张伟", "刘思雨", "陈晨", "司马春华", "阿依古丽·买买提")
ADDRESS = "广东省深圳市南山区科技园样本路一号"


def photographed(cards: int) -> Iterator[tuple[CardFacts, bytes]]:
    """Specimen cards, each of a holder of its own, and a photo of each by its own chance within
    `HARSH`: the same cards and photos at every run."""
    for number in range(cards):
        card = specimen_card(number)
        yield card, specimen_photo(card, HARSH, seed=number)


def outcome(card: CardFacts, photo: bytes, *, on: date) -> str:
    """What the reader made of it: `exact`, `wrong_name`, `wrong_number`, or why it refused."""
    try:
        reading = read_card(photo, on=on)
    except InvalidInput as refusal:
        return refusal.reason
    if reading.identity.number != card.id_number:
        return "wrong_number"
    return "exact" if reading.name == card.name else "wrong_name"


def specimen_card(number: int) -> CardFacts:
    """A holder of a name and number of their own."""
    digits = (
        f"{SPECIMEN_REGION}{1970 + number % 35}{1 + number % 12:02d}{1 + number % 28:02d}"
        f"{number * 37 % 1000:03d}"
    )
    return CardFacts(NAMES[number % len(NAMES)], digits + check_digit(digits), ADDRESS)


def specimen_photo(card: CardFacts, distortion: Distortion, seed: int = 0) -> bytes:
    """A photo of the card's front."""
    return photograph(draw_card(card), np.random.default_rng(seed), distortion)
