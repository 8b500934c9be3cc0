"""Numbers of business licences: 18 characters today (GB 32100-2015), 15 digits before."""

import re
import unicodedata
from dataclasses import dataclass

import numpy as np
import polars as pl

from lending_core.errors import InvalidInput
from lending_core.identity.id_number import SPECIMEN_REGION, regions

# No I, O, S, V or Z, which are mistaken for digits and for each other.
CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = tuple(3**place % 31 for place in range(17))
SPECIMENS = 10**9

# Registered with the market regulator (9): enterprise, sole trader, farmers' cooperative, other.
_CREDIT_CODE = re.compile(rf"9[1239][0-9]{{6}}[{CHARACTERS}]{{10}}")
_REGISTRATION_NUMBER = re.compile(r"[0-9]{15}")


@dataclass(frozen=True)
class BusinessLicence:
    """What a valid number says."""

    number: str
    region_code: str

    @property
    def is_specimen(self) -> bool:
        return SPECIMEN_REGION in (self.number[:6], self.number[2:8])


def read_business_licence(text: str) -> BusinessLicence:
    """The licence as typed; spaces are dropped, small letters are accepted.

    Raises `InvalidInput`: `licence_shape`, `licence_region`, `licence_checksum`.
    """
    number = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
    if _CREDIT_CODE.fullmatch(number):
        region_code, expected = number[2:4], check_character(number[:17])
    elif _REGISTRATION_NUMBER.fullmatch(number):
        region_code, expected = number[:2], registration_check_digit(number[:14])
    else:
        raise InvalidInput("licence_shape")
    if region_code not in regions():
        raise InvalidInput("licence_region", code=region_code)
    if expected != number[-1]:
        raise InvalidInput("licence_checksum")
    return BusinessLicence(number, region_code)


def check_character(first_17: str) -> str:
    """The 18th character that belongs to the 17 before it (GB 32100-2015, annex A)."""
    total = sum(
        CHARACTERS.index(character) * weight
        for character, weight in zip(first_17, WEIGHTS, strict=True)
    )
    return CHARACTERS[-total % 31]


def registration_check_digit(first_14: str) -> str:
    """The 15th digit that belongs to the 14 before it (GS 15-2006: ISO/IEC 7064, MOD 11,10)."""
    product = 10
    for digit in first_14:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)


def specimen_licences(sequence: pl.Series) -> pl.Series:
    """Licences of sole traders in the unassigned region, with their check character: one per whole
    number from 0 up to `SPECIMENS`, not included."""
    if not sequence.is_between(0, SPECIMENS - 1).all():
        raise ValueError("a specimen's sequence has nine digits")
    head = f"92{SPECIMEN_REGION}"
    powers = 10 ** np.arange(8, -1, -1, dtype=np.int64)
    digits = sequence.cast(pl.Int64).to_numpy()[:, None] // powers % 10
    total = np.array([int(digit) for digit in head]) @ np.array(WEIGHTS[:8])
    total = total + digits @ np.array(WEIGHTS[8:])
    last = pl.Series(list(CHARACTERS)).gather(-total % 31)
    return (head + sequence.cast(pl.String).str.zfill(9) + last).rename("licence")
