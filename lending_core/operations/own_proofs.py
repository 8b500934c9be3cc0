"""What a lender's own people take along of the ledger: the newest signed head, to keep it as a
witness, and the key that heads and proofs are checked with."""

from typing import Any

import polars as pl

from lending_core.access.permissions import Actor
from lending_core.errors import InvalidState
from lending_core.ledger.signing import public_key
from lending_core.operations.ledger_witnesses import HEAD_FORMAT
from lending_core.operations.own_funding import own_code
from lending_core.operations.sealing import signing_key
from lending_core.store.engine import Store


def own_head(store: Store, actor: Actor) -> dict[str, Any]:
    """The newest signed head, as `ledger_witnesses.give_head` hands it over. Raises `NotAllowed`,
    and `InvalidState` before the first block."""
    code = own_code(actor)
    heads = store.read("ledger_head").rows(named=True)
    if not heads:
        raise InvalidState("ledger_not_sealed")
    kept = {name: heads[-1][name] for name in ("text", "signature")}
    return {"format": HEAD_FORMAT, "witness": code, **kept}


def own_given_heads(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per head that the house gave the lender, the newest first: block_number, given_by,
    recorded_at. Raises `NotAllowed`."""
    code = own_code(actor)
    given = store.read("ledger_witness").filter(pl.col("witness") == code)
    return given.select("block_number", "given_by", "recorded_at")


def own_key(store: Store, actor: Actor) -> bytes:
    """The public key as PEM. Raises `NotAllowed`, and `InvalidState` before the first block."""
    own_code(actor)
    return public_key(signing_key(store))
