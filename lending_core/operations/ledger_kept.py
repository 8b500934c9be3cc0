"""What the ledger keeps of keys and witnesses under verification: beside their events."""

from typing import Any

from lending_core.ledger.blocks import Finding, broken_witnesses
from lending_core.ledger.keys import Keys, broken_changes
from lending_core.store.engine import Transaction


def changes_broken(reader: Transaction, changes: list[dict[str, Any]], key: bytes) -> list[Finding]:
    """Changes of the key that do not hold, and those of which only their event is left."""
    told = set(reader.read("ledger_key_event")["number"])
    gone = sorted(told - {change["number"] for change in changes})
    deleted = [Finding("ledger_key", str(number), "deleted") for number in gone]
    return [*broken_changes(changes, key), *deleted]


def witnesses_broken(
    reader: Transaction, blocks: list[dict[str, Any]], keys: Keys, found: list[Finding]
) -> list[Finding]:
    """Heads given to witnesses that are not those on record, unless the row was found already."""
    events = reader.read("ledger_given_event").rows_by_key("given_id", named=True, unique=True)
    broken = broken_witnesses(blocks, reader.read("ledger_given").to_dicts(), events, keys)
    known = {(one.table, one.row_key) for one in found}
    return [one for one in broken if (one.table, one.row_key) not in known]
