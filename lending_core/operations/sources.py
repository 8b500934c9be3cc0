"""What bureau, payment account and receipts answer of somebody who applies from outside.

Over a simulated book the simulation answers, for the same ID number the same; no real source is
connected to this product.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidState
from lending_core.operations.console import book
from lending_core.scoring.features import register
from lending_core.simulate.draws import Draws
from lending_core.simulate.samples import stranger
from lending_core.store.engine import Store

# Persons of the simulation are numbered from here on, far above those of any book.
_FIRST_NUMBER = 10**12
_NUMBERS = 10**15


@dataclass(frozen=True)
class Answers:
    """`observed`: features of sources that need a consent; `traits`: hidden columns of the
    simulated borrower."""

    observed: dict[str, Any]
    traits: dict[str, Any]
    is_court_listed: bool


def answers_of(store: Store, actor: Actor, kind: str, id_number: str) -> Answers:
    """What the sources say of the person with this ID number; of a person and of the same person's
    shop they say different things. Raises `InvalidState` over a book that is not simulated."""
    require(actor, Permission.SUBMIT_APPLICATION)
    current = book(store)
    if not current.is_simulated:
        raise InvalidState("sources_missing")
    drawn = stranger(_number(id_number), kind, current.open_on, Draws(current.seed or 0))
    consented = [name for name, feature in register().items() if feature.needs_consent]
    observed = {name: drawn.features[name] for name in consented}
    return Answers(observed, drawn.traits, drawn.is_court_listed)


def _number(id_number: str) -> int:
    spelled = id_number.strip().upper()
    return _FIRST_NUMBER + int.from_bytes(hashlib.sha256(spelled.encode()).digest()[:8]) % _NUMBERS
