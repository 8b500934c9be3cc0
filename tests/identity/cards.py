"""Photographs of specimen cards, for tests."""

import numpy as np

from lending_core.identity.id_number import SPECIMEN_REGION, check_digit
from lending_core.identity.specimen import CardFacts, Distortion, draw_card, photograph

NAMES = ("王小明", "李娜", "欧阳建国", "张伟", "刘思雨", "陈晨", "司马春华", "阿依古丽·买买提")
ADDRESS = "广东省深圳市南山区科技园样本路一号"


def a_card(number: int) -> CardFacts:
    """A holder of a name and number of their own."""
    digits = (
        f"{SPECIMEN_REGION}{1970 + number % 35}{1 + number % 12:02d}{1 + number % 28:02d}"
        f"{number * 37 % 1000:03d}"
    )
    return CardFacts(NAMES[number % len(NAMES)], digits + check_digit(digits), ADDRESS)


def a_photo(card: CardFacts, distortion: Distortion, seed: int = 0) -> bytes:
    return photograph(draw_card(card), np.random.default_rng(seed), distortion)
