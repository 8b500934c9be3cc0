"""The resident ID number (GB 11643-1999, rule DS-06): 18 characters that prove themselves."""

import functools
import re
import tomllib
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from lending_core.errors import InvalidInput
from lending_core.settings import reference_file

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
# A region code that no place has: whatever carries it is a specimen.
SPECIMEN_REGION = "999999"
SEQUENCES = 1_000

_SHAPE = re.compile(r"[0-9]{17}[0-9X]")


@dataclass(frozen=True)
class IdNumber:
    """What a valid number says. `sex` serves the check against the printed card, nothing else."""

    number: str
    region_code: str
    birth_on: date
    sex: str

    @property
    def is_specimen(self) -> bool:
        return self.number.startswith(SPECIMEN_REGION)


@functools.cache
def regions() -> dict[str, dict[str, str]]:
    """Province code -> its name by language (`en`, `zh`)."""
    return tomllib.loads(reference_file("regions.toml").read_text("utf-8"))


def read_id_number(text: str, *, on: date) -> IdNumber:
    """The facts in a number as typed or read; spaces are dropped, a small x is accepted.

    Raises `InvalidInput`: `id_number_shape`, `id_number_region`, `id_number_date` (no such day, or
    after `on`), `id_number_checksum`.
    """
    number = re.sub(r"\s", "", text).upper()
    if not _SHAPE.fullmatch(number):
        raise InvalidInput("id_number_shape")
    if number[:2] not in regions():
        raise InvalidInput("id_number_region", code=number[:2])
    birth_on = _birth_on(number[6:14])
    if birth_on is None or birth_on > on:
        raise InvalidInput("id_number_date", digits=number[6:14])
    if check_digit(number[:17]) != number[17]:
        raise InvalidInput("id_number_checksum")
    sex = "male" if int(number[16]) % 2 else "female"
    return IdNumber(number, number[:2], birth_on, sex)


def check_digit(first_17: str) -> str:
    """The 18th character that belongs to 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, WEIGHTS, strict=True))
    return CHECK_DIGITS[total % 11]


def id_numbers(birth_on: pl.Series, sequence: pl.Series) -> pl.Series:
    """Specimen numbers of the unassigned region, with their check digits: one per birth date and
    sequence (0 to 999; odd is male)."""
    if not sequence.is_between(0, SEQUENCES - 1).all():
        raise ValueError("a sequence has three digits")
    day = birth_on.dt.year() * 10_000 + birth_on.dt.month().cast(pl.Int32) * 100 + birth_on.dt.day()
    first_17 = int(SPECIMEN_REGION) * 10**11 + day.cast(pl.Int64) * 1_000 + sequence
    powers = 10 ** np.arange(16, -1, -1, dtype=np.int64)
    digits = first_17.to_numpy()[:, None] // powers % 10
    remainder = digits @ np.array(WEIGHTS) % 11
    last = pl.Series(list(CHECK_DIGITS)).gather(remainder)
    return (first_17.cast(pl.String) + last).rename("id_number")


def _birth_on(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
