"""Operation keys: the same key twice books once and answers the same."""

import hashlib

import polars as pl

from lending_core.errors import InvalidInput
from lending_core.store.engine import Transaction

KEY_LENGTH_MAX = 100


def known_subject(transaction: Transaction, key: str, action: str) -> int | None:
    """What an earlier operation with this key made; None for a new key.

    Raises `InvalidInput` for an unusable key, or one that was spent on another action.
    """
    if not 0 < len(key) <= KEY_LENGTH_MAX:
        raise InvalidInput("operation_key", maximum=KEY_LENGTH_MAX)
    rows = transaction.read("operation_key", operation_key=key).rows(named=True)
    if not rows:
        return None
    if rows[0]["action"] != action:
        raise InvalidInput("operation_key_spent")
    return int(rows[0]["subject_id"])


def remember(transaction: Transaction, key: str, action: str, subject_id: int) -> None:
    """Keeps the key with what it made, in the same transaction."""
    row = {"operation_key": key, "action": action, "subject_id": subject_id}
    transaction.append("operation_key", pl.DataFrame([row]))


def learning_draw(key: str) -> int:
    """A draw from 0 to 9,999 that nobody chooses and everybody can redo from the key."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) % 10_000
