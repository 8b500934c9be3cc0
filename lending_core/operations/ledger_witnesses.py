"""Witnesses: who keeps signed heads outside this house sees it when history is rewritten."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput, InvalidState
from lending_core.ledger.blocks import Finding, roots_so_far
from lending_core.ledger.chain import utc_naive
from lending_core.ledger.keys import Keys
from lending_core.ledger.signing import public_key
from lending_core.ledger.verify import signs
from lending_core.operations.console import book
from lending_core.operations.sealing import signing_key
from lending_core.operations.signing_keys import keys_of_house
from lending_core.store.engine import Store
from lending_core.store.events import Moment, append_events

HEAD_FORMAT = "signed-head/1"


@dataclass(frozen=True)
class WitnessReport:
    """What the heads that a witness kept say of the ledger of now. `agreed`: blocks up to the
    newest head that fits."""

    heads: int
    agreed: int
    findings: tuple[Finding, ...]


def ledger_key(store: Store, actor: Actor) -> bytes:
    """The public key as PEM, to hand to whoever checks proofs. Raises `NotAllowed`, and
    `InvalidState` before the first block."""
    require(actor, Permission.VIEW_EVENTS)
    return public_key(signing_key(store))


def give_head(store: Store, actor: Actor, witness: str, *, at: datetime) -> dict[str, Any]:
    """The newest signed head, to be kept by a witness (a lender's code); that it was given is on
    record. Raises `NotAllowed`, and `InvalidState` before the first block."""
    require(actor, Permission.SEAL_LEDGER)
    with store.transaction() as transaction:
        heads = transaction.read("ledger_head").rows(named=True)
        if not heads:
            raise InvalidState("ledger_not_sealed")
        given_id = transaction.next_id("ledger_witness", "given_id")
        moment = Moment(actor, book(transaction).open_on, at)
        row = {
            **heads[-1],
            "given_id": given_id,
            "witness": witness,
            "given_by": actor.user_name,
            "recorded_at": utc_naive(at),
        }
        transaction.append("ledger_witness", pl.DataFrame([row]))
        said = {"witness": witness, "block": heads[-1]["block_number"]}
        append_events(transaction, moment, "head_given", [("ledger", given_id, said)])
    kept = {name: heads[-1][name] for name in ("text", "signature")}
    return {"format": HEAD_FORMAT, "witness": witness, **kept}


def given_heads(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per head that a witness was given: witness, block_number, given_by, recorded_at; the
    newest first. Raises `NotAllowed`."""
    require(actor, Permission.VIEW_EVENTS)
    return store.read("ledger_witness")


def check_witness(store: Store, actor: Actor, heads: Sequence[Mapping[str, Any]]) -> WitnessReport:
    """Holds the heads that a witness kept against the blocks of now: blocks that were rewritten
    since, whoever signed them anew, or that are gone. Raises `NotAllowed`, and `InvalidState` where
    the key is gone."""
    require(actor, Permission.VIEW_EVENTS)
    key = keys_of_house(store, public_key(signing_key(store)))
    roots = [found.hex() for found in roots_so_far(store.read("ledger_block")["text"].to_list())]
    said = sorted(_said(heads, key), key=lambda head: head[0])
    agreed = max((size for size, found in said if _fits(roots, size, found)), default=0)
    findings = [
        Finding("ledger_head", str(number), "unsigned")
        for number, head in enumerate(heads, start=1)
        if not _is_own(head, key)
    ]
    findings += _not_on_record(store, heads, key)
    wrong = [size for size, found in said if not _fits(roots, size, found)]
    if wrong:
        kind = "rewritten" if wrong[0] <= len(roots) else "deleted"
        before = max((size for size, found in said if size < wrong[0]), default=0)
        findings.append(Finding("ledger_block", _span(before + 1, wrong[0]), kind, before + 1))
    return WitnessReport(len(heads), agreed, tuple(findings))


def _not_on_record(store: Store, heads: Sequence[Mapping[str, Any]], key: Keys) -> list[Finding]:
    """Heads that this house signed for a witness, while no record says that it gave them."""
    rows = store.read("ledger_given").select("witness", "text").rows()
    return [
        Finding(
            "ledger_witness", f"{head['witness']} {json.loads(head['text'])['size']}", "deleted"
        )
        for head in heads
        if "witness" in head and _is_own(head, key) and (head["witness"], head["text"]) not in rows
    ]


def head_file(folder: Path, head: Mapping[str, Any]) -> Path:
    """Where a witness keeps a head: a file of its own in the witness's folder."""
    size = json.loads(head["text"])["size"]
    return folder / head["witness"] / f"head-{size:06d}.json"


def kept_heads(folder: Path, witness: str) -> list[dict[str, Any]]:
    """The heads that a witness kept, oldest first. Raises `InvalidInput` where there are none, or
    a file is no head."""
    files = sorted((folder / witness).glob("head-*.json"))
    if not files:
        raise InvalidInput("heads_not_kept", folder=folder / witness)
    try:
        return [dict(json.loads(file.read_text("utf-8"))) for file in files]
    except (ValueError, TypeError):
        raise InvalidInput("heads_not_kept", folder=folder / witness) from None


def _said(heads: Iterable[Mapping[str, Any]], key: Keys) -> list[tuple[int, str]]:
    """Size and root of each head that our key signed."""
    texts = [json.loads(head["text"]) for head in heads if _is_own(head, key)]
    return [(int(text["size"]), text["root"]) for text in texts]


def _is_own(head: Mapping[str, Any], key: Keys) -> bool:
    said = {name: str(head.get(name, "")) for name in ("text", "signature")}
    return signs(said, key)


def _fits(roots: Sequence[str], size: int, found: str) -> bool:
    return 0 < size <= len(roots) and roots[size - 1] == found


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} - {last}"
