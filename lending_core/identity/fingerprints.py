"""What an applicant came with, as keyed fingerprints: what is equal shows, what it was does not.

A device, phone, card or address links people only by being the same (facts, section 12: for fraud
rules alone), so of each only HMAC-SHA-256 under the book's own key is kept.
"""

import hmac
import re
import unicodedata
from collections.abc import Callable, Mapping

import polars as pl

from lending_core.errors import InvalidInput
from lending_core.identity.bank_card import read_bank_card
from lending_core.identity.phone import read_phone

KEY_BYTES = 32
# What people may share.
PERSON = "person"
SHARED = ("device", "phone", "bank_card", "address")
ADDRESS_LENGTH_MIN, ADDRESS_LENGTH_MAX = 4, 100

_DEVICE = re.compile(r"[A-Za-z0-9_-]{8,64}")
_BETWEEN = re.compile(r"[\W_]")


def read_device(text: str) -> str:
    """The identifier that the mini-program gives a device. Raises `InvalidInput`
    (`device_shape`)."""
    if not _DEVICE.fullmatch(text):
        raise InvalidInput("device_shape")
    return text


def read_address(text: str) -> str:
    """The address in its one spelling: letters in one width, capitals and digits, nothing else.

    Raises `InvalidInput` (`address_shape`) when it is too short to be one, or far too long.
    """
    capitals = unicodedata.normalize("NFKC", text).upper()
    address = unicodedata.normalize("NFKC", _BETWEEN.sub("", capitals))
    if not ADDRESS_LENGTH_MIN <= len(address) <= ADDRESS_LENGTH_MAX:
        raise InvalidInput("address_shape", minimum=ADDRESS_LENGTH_MIN, maximum=ADDRESS_LENGTH_MAX)
    return address


READERS: dict[str, Callable[[str], str]] = {
    "device": read_device,
    "phone": read_phone,
    "bank_card": lambda text: read_bank_card(text).number,
    "address": read_address,
}


def spelled(given: Mapping[str, str]) -> dict[str, str | None]:
    """Each of `SHARED` in the spelling in which it is compared, None where nothing was given.

    Raises `InvalidInput` for what cannot be one.
    """
    return {kind: read(given[kind]) if given[kind] else None for kind, read in READERS.items()}


def fingerprint(key: bytes, kind: str, value: str) -> str:
    """64 hexadecimal digits; the same value of another kind has another fingerprint."""
    return hmac.digest(key, f"{kind}:{value}".encode(), "sha256").hex()


def fingerprints(key: bytes, applicants: pl.DataFrame) -> list[pl.Series]:
    """A column `<kind>_fingerprint` for the person (by ID number) and each of `SHARED`, null where
    the value is null.

    `applicants` needs id_number and the columns of `SHARED`, each in the spelling that its reader
    gives.
    """
    columns = {PERSON: "id_number"} | {kind: kind for kind in SHARED}
    return [
        pl.Series(
            f"{kind}_fingerprint",
            [
                None if value is None else fingerprint(key, kind, value)
                for value in applicants[name]
            ],
            dtype=pl.String,
        )
        for kind, name in columns.items()
    ]
