"""The keys of the house, one after the other: which signs now, and which signed before."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from lending_core.ledger.blocks import Finding
from lending_core.ledger.chain import canonical
from lending_core.ledger.verify import ProofError, is_signed, known_keys

_CHANGE = "ledger_key"
# Keys (PEM) with the fewest and the most blocks that each may sign for, as `known_keys` gives them.
Keys = Mapping[str, Sequence[int]]


def change_text(number: int, old: bytes, new: bytes, blocks: int) -> str:
    """What both keys sign when one gives way to another after so many blocks."""
    said = {"number": number, "blocks": blocks}
    return canonical({**said, "old": old.decode().strip(), "new": new.decode().strip()})


def key_in_force(text: str) -> str:
    """The key that a change put in force, as PEM."""
    return str(json.loads(text)["new"])


def broken_changes(changes: Sequence[Mapping[str, Any]], key: bytes) -> list[Finding]:
    """Changes (number, text, signature, countersignature), in the order recorded, that do not lead
    one after the other to the key in force."""
    found, next_key = [], None
    for number, change in enumerate(changes, start=1):
        said = _said(change)
        is_next = next_key is None or said.get("old") == next_key
        if said.get("number") != number or change["number"] != number or not is_next:
            found.append(Finding(_CHANGE, str(change["number"]), "broken"))
        next_key = said.get("new", next_key)
    if not found and next_key is not None and next_key != key.decode().strip():
        found.append(Finding(_CHANGE, str(len(changes)), "broken"))
    return found


def house_keys(changes: Sequence[Mapping[str, Any]], key: bytes) -> Keys:
    """The keys that sign or signed for this house, from the one in force back; changes that no
    longer say what both keys signed lead nowhere."""
    return known_keys(key, [change for change in changes if _said(change)])


def signed_by(keys: Keys, text: str, signature: str) -> bool:
    """Whether one of the keys signed a text."""
    return any(is_signed(text, signature, key.encode()) for key in keys)


def _said(change: Mapping[str, Any]) -> dict[str, Any]:
    """What a change says that both keys signed; nothing otherwise."""
    with suppress(ValueError, KeyError, TypeError, AttributeError, ProofError):
        said: dict[str, Any] = json.loads(change["text"])
        old, new = said["old"].encode(), said["new"].encode()
        if is_signed(change["text"], change["signature"], old) and is_signed(
            change["text"], change["countersignature"], new
        ):
            return said
    return {}
