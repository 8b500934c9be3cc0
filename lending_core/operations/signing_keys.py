"""Another key signs the ledger from now on: the old one vouches for it, and it for the old one."""

from datetime import datetime

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidState
from lending_core.ledger.blocks import key_name
from lending_core.ledger.keys import Keys, change_text, house_keys
from lending_core.ledger.signing import made_key, public_key, sign
from lending_core.operations.console import book
from lending_core.operations.sealing import signing_key
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events
from lending_core.store.written import check_key, settle_key, waiting_key


def change_signing_key(store: Store, actor: Actor, *, at: datetime) -> int:
    """Draws another key, which signs every head from now on; a statement that both keys sign leads
    from one to the other, so that heads and proofs of before still verify. The old key's file gives
    way: nothing needs it any more. Returns how many changes there were. Broken off, the old key is
    in force.

    Raises `NotAllowed`; `InvalidState` before the first block, or where the key is gone or another.
    """
    require(actor, Permission.CHANGE_KEYS)
    path = signing_key(store)
    fresh = waiting_key(path)
    with store.transaction() as transaction:
        check_key(transaction, path)
        blocks = transaction.read("ledger_block").height
        if not blocks:
            raise InvalidState("ledger_not_sealed")
        fresh.unlink(missing_ok=True)
        made_key(fresh)
        number = transaction.next_id("ledger_key", "number")
        text = change_text(number, public_key(path), public_key(fresh), blocks)
        row = {
            "number": number,
            "text": text,
            "signature": sign(path, text),
            "countersignature": sign(fresh, text),
        }
        transaction.append("ledger_key", pl.DataFrame([row]))
        moment = Moment(actor, book(transaction).open_on, at)
        facts = {"number": number, "key": key_name(public_key(fresh)), "blocks": blocks}
        append_events(transaction, moment, "signing_key_changed", [("ledger", number, facts)])
        if transaction.record is not None:
            transaction.record.key = fresh
    settle_key(store, path)
    return number


def keys_of_house(store: Store | Transaction, key: bytes) -> Keys:
    """The keys that signed for this house, the one in force among them."""
    return house_keys(store.read("ledger_key").to_dicts(), key)


def changes_for_proof(store: Store) -> list[dict[str, str]]:
    """What a proof says of changes of the key, for whoever has an older or newer one."""
    rows = store.read("ledger_key").select("text", "signature", "countersignature")
    return [{name: str(value) for name, value in row.items()} for row in rows.to_dicts()]
