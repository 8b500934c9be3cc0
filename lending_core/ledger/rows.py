"""What a row adds to the ledger: the hash of its text, with its personal fields by commitment."""

import hashlib
import secrets
from collections.abc import Iterable

import polars as pl

from lending_core.ledger.verify import leaf_hash

_SALT_BYTES = 32
# So many bytes of a hash tell which row was changed; whether one was is told by the tree.
_DIGEST_BYTES = 8
_COMMITMENT = ("commitment_id", "segment_id", "position", "commitment", "salt_hash")


def salts(count: int) -> list[str]:
    """Fresh salts as hex, from the system's generator: nobody may foresee them."""
    drawn = secrets.token_bytes(_SALT_BYTES * count).hex()
    return [drawn[at : at + 2 * _SALT_BYTES] for at in range(0, len(drawn), 2 * _SALT_BYTES)]


def commitment(salt: str, personal: str) -> str:
    """Hash over salt and personal fields as hex: says nothing once the salt is destroyed."""
    return hashlib.sha256(f"{salt}{personal}".encode()).hexdigest()


def salt_hash(salt: str) -> str:
    """The beginning of the hash of a salt as hex; says nothing of it."""
    return hashlib.sha256(salt.encode()).hexdigest()[: 2 * _DIGEST_BYTES]


def commitment_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of commitments (commitment_id, segment_id, position, commitment, salt_hash) with the
    beginning of a hash over each, which tells a changed one from a changed row under it."""
    said = rows.select(_COMMITMENT).rows()
    texts = [" ".join(str(value) for value in row) for row in said]
    return rows.with_columns(
        row_hash=pl.Series([salt_hash(text) for text in texts], dtype=pl.String)
    )


def committed_text(text: str, commitment: str) -> str:
    """A row's text with its commitment as the last field."""
    start = text[:-1] + "," if len(text) > len("{}") else "{"
    return f'{start}"commitment":"{commitment}"}}'


def text_leaves(texts: pl.Series | Iterable[str]) -> list[bytes]:
    """The leaves of rows, from their texts."""
    if not isinstance(texts, pl.Series):
        return [leaf_hash(text.encode()) for text in texts]
    # A book has millions of rows: one call for each.
    sha256 = hashlib.sha256
    return [sha256(b"\x00" + text).digest() for text in texts.cast(pl.Binary)]


def digests(leaves: list[bytes]) -> pl.Series:
    """The beginnings of leaves as whole numbers, for the list that names a changed row."""
    begun = pl.Series(leaves, dtype=pl.Binary).bin.head(_DIGEST_BYTES)
    return begun.bin.reinterpret(dtype=pl.UInt64, endianness="big")
