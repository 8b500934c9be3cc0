"""Bank card numbers (ISO/IEC 7812): a scheme by the first digits, a check digit at the end."""

import functools
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from lending_core.errors import InvalidInput
from lending_core.settings import reference_file

LENGTH_MIN, LENGTH_MAX = 12, 19
SPECIMEN_LENGTH = 16
SPECIMENS = 10 ** (SPECIMEN_LENGTH - 2)

_SHAPE = re.compile(r"[0-9]{12,19}")
# What every second digit, from the check digit leftwards, counts for (Luhn).
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


@dataclass(frozen=True)
class BankCard:
    """What a valid number says; `scheme` is a code of `bank_cards.toml`, None where no range of a
    known scheme fits, as on domestic cards of before 2000."""

    number: str
    scheme: str | None

    @property
    def last4(self) -> str:
        """All of the number that people may see (rule DS-07)."""
        return self.number[-4:]


def read_bank_card(text: str) -> BankCard:
    """The card as typed; spaces and hyphens are dropped.

    Raises `InvalidInput`: `bank_card_shape`, `bank_card_length` (not one of the scheme's lengths),
    `bank_card_checksum`.
    """
    number = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))
    if not _SHAPE.fullmatch(number):
        raise InvalidInput("bank_card_shape", minimum=LENGTH_MIN, maximum=LENGTH_MAX)
    scheme = _scheme(number)
    if scheme is not None and len(number) not in schemes()[scheme]["lengths"]:
        raise InvalidInput("bank_card_length", digits=len(number))
    if check_digit(number[:-1]) != number[-1]:
        raise InvalidInput("bank_card_checksum")
    return BankCard(number, scheme)


def check_digit(digits: str) -> str:
    """The last digit that belongs to the ones before it (Luhn, ISO/IEC 7812-1 annex B)."""
    total = sum(
        _DOUBLED[int(digit)] if place % 2 == 0 else int(digit)
        for place, digit in enumerate(reversed(digits))
    )
    return str(-total % 10)


def specimen_cards(sequence: pl.Series) -> pl.Series:
    """Specimen numbers, which no bank issues, with their check digit: one per whole number from 0
    up to `SPECIMENS`, not included."""
    if not sequence.is_between(0, SPECIMENS - 1).all():
        raise ValueError("a specimen's sequence is out of its range")
    powers = 10 ** np.arange(SPECIMEN_LENGTH - 2, -1, -1, dtype=np.int64)
    digits = sequence.cast(pl.Int64).to_numpy()[:, None] // powers % 10
    digits[:, ::-2] = np.array(_DOUBLED)[digits[:, ::-2]]
    last = pl.Series(-digits.sum(axis=1) % 10).cast(pl.String)
    before = sequence.cast(pl.String).str.zfill(SPECIMEN_LENGTH - 1)
    return (before + last).rename("bank_card")


@functools.cache
def schemes() -> dict[str, dict[str, Any]]:
    """Code -> name by language (`en`, `zh`), `prefixes` and `lengths`."""
    return tomllib.loads(reference_file("bank_cards.toml").read_text("utf-8"))


def _scheme(number: str) -> str | None:
    return next((code for code, low, high in _ranges() if low <= number[: len(low)] <= high), None)


@functools.cache
def _ranges() -> tuple[tuple[str, str, str], ...]:
    """Scheme, first and last prefix of each range."""
    return tuple(
        (code, prefix.split("-")[0], prefix.split("-")[-1])
        for code, scheme in schemes().items()
        for prefix in scheme["prefixes"]
    )
