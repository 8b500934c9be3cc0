"""Operation keys: the same key twice books once and answers the same."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from lending_core.errors import InvalidInput
from lending_core.ledger.chain import digest
from lending_core.store.engine import Store, Transaction

KEY_LENGTH_MAX = 100


@dataclass(frozen=True)
class Request:
    """What is asked for under a key: the action, and the facts that make it this and no other.

    Clocks stay out of `facts`, so that asking again later is the same; lists, not sets: a set has
    no order to hash. Raises `InvalidInput` for an unusable key.
    """

    key: str
    action: str
    facts: Mapping[str, Any]

    def __post_init__(self) -> None:
        if not 0 < len(self.key) <= KEY_LENGTH_MAX:
            raise InvalidInput("operation_key", maximum=KEY_LENGTH_MAX)

    @property
    def hash(self) -> str:
        """SHA-256 over action and facts, as hex."""
        return digest({"action": self.action, "facts": self.facts})


def known_subject(transaction: Store | Transaction, request: Request) -> int | None:
    """What an earlier operation with this key made; None for a new key.

    Raises `InvalidInput` for a key that was spent on something else: another action, or the same
    one with another amount, loan or line.
    """
    rows = transaction.read("operation_key", operation_key=request.key).rows(named=True)
    if not rows:
        return None
    # Keys from before requests were hashed know their action only.
    same = rows[0]["request_hash"] in (None, request.hash)
    if rows[0]["action"] != request.action or not same:
        raise InvalidInput("operation_key_spent")
    return int(rows[0]["subject_id"])


def remember(transaction: Transaction, request: Request, subject_id: int) -> None:
    """Keeps the key with what was asked and what it made, in the same transaction."""
    row = {
        "operation_key": request.key,
        "action": request.action,
        "subject_id": subject_id,
        "request_hash": request.hash,
    }
    transaction.append("operation_key", pl.DataFrame([row]))


def learning_draw(key: str) -> int:
    """A draw from 0 to 9,999 that nobody chooses and everybody can redo from the key."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) % 10_000
