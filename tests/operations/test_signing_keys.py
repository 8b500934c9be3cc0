"""The key that signs the ledger is changed: what was signed before still holds."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lending_core.access.permissions import SYSTEM
from lending_core.errors import InvalidState
from lending_core.ledger.blocks import Finding
from lending_core.ledger.signing import made_key, public_key, sign
from lending_core.ledger.verify import ProofError, check
from lending_core.operations.ledger_checks import verify_ledger
from lending_core.operations.ledger_proofs import consistency_proof
from lending_core.operations.ledger_witnesses import check_witness, give_head
from lending_core.operations.origination import submit_application
from lending_core.operations.sealing import seal_block, signing_key
from lending_core.operations.signing_keys import change_signing_key
from lending_core.store.engine import Store
from lending_core.store.written import settle_key, waiting_key
from tests.builders import ANALYST, APPROVER, AT, a_book, a_submission
from tests.tampering import put, rows_of


@dataclass(frozen=True)
class Changed:
    """A book of two blocks, the second signed by another key, and a witness's head of before."""

    store: Store
    old_key: bytes
    head: dict[str, Any]


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Changed:
    folder = tmp_path_factory.mktemp("changed")
    store = a_book(folder / "book.duckdb")
    store.signing_key = folder / "ledger-key"
    submit_application(store, ANALYST, a_submission(), key="first", at=AT)
    seal_block(store, APPROVER, at=AT)
    head = give_head(store, APPROVER, "binhai_bank", at=AT)
    old_key = public_key(store.signing_key)
    change_signing_key(store, SYSTEM, at=AT)
    submit_application(store, ANALYST, a_submission(), key="second", at=AT)
    seal_block(store, APPROVER, at=AT)
    submit_application(store, ANALYST, a_submission(), key="third", at=AT)
    return Changed(store, old_key, head)


def test_heads_of_both_keys_hold_and_the_witness_goes_on(changed: Changed) -> None:
    key = public_key(signing_key(changed.store))

    found = verify_ledger(changed.store, ANALYST)
    report = check_witness(changed.store, ANALYST, [changed.head])

    assert key != changed.old_key
    assert (found.blocks, found.findings) == (2, ())
    assert (report.agreed, report.findings) == (1, ())


def test_a_proof_over_the_change_holds_with_the_old_key_and_with_the_new(changed: Changed) -> None:
    proof = consistency_proof(changed.store, ANALYST, 1, 2)
    said = "the ledger grew from 1 to 2 blocks, and nothing before changed"

    assert check(proof, changed.old_key) == said
    assert check(proof, public_key(signing_key(changed.store))) == said


def test_without_the_change_the_old_key_proves_nothing_of_later(changed: Changed) -> None:
    proof = {**consistency_proof(changed.store, ANALYST, 1, 2), "keys": []}

    with pytest.raises(ProofError, match="not signed by this key"):
        check(proof, changed.old_key)


def test_the_old_key_signs_nothing_after_the_change(changed: Changed, tmp_path: Path) -> None:
    made_key(tmp_path / "old")
    made_key(tmp_path / "new")
    keys = {name: public_key(tmp_path / name) for name in ("old", "new")}
    said = {name: key.decode().strip() for name, key in keys.items()}
    text = json.dumps({**said, "number": 1, "blocks": 1})
    change = {
        "text": text,
        "signature": sign(tmp_path / "old", text),
        "countersignature": sign(tmp_path / "new", text),
    }
    proof = consistency_proof(changed.store, ANALYST, 1, 2)
    forged = {
        name: {"text": head["text"], "signature": sign(tmp_path / "old", head["text"])}
        for name, head in (("first", proof["first"]), ("second", proof["second"]))
    }

    with pytest.raises(ProofError, match="not signed by this key"):
        check({**proof, **forged, "keys": [change]}, keys["new"])


def test_a_change_that_was_tampered_with_is_named(changed: Changed) -> None:
    before = rows_of(changed.store, "ledger_key")
    put(changed.store, "ledger_key", before.with_columns(signature=pl.lit("00")))

    found = verify_ledger(changed.store, ANALYST)

    put(changed.store, "ledger_key", before)
    assert found.findings == (Finding("ledger_key", "1", "broken"),)


def test_a_change_that_was_broken_off_after_it_was_kept_is_finished(changed: Changed) -> None:
    path = signing_key(changed.store)
    in_force = path.read_bytes()
    waiting_key(path).write_bytes(in_force)
    path.unlink()
    made_key(path)

    settle_key(changed.store, path)

    assert path.read_bytes() == in_force
    assert not waiting_key(path).exists()


def test_before_the_first_block_there_is_no_key_to_change(tmp_path: Path) -> None:
    store = a_book(tmp_path / "book.duckdb")
    store.signing_key = tmp_path / "ledger-key"
    made_key(store.signing_key)

    with pytest.raises(InvalidState) as refusal:
        change_signing_key(store, SYSTEM, at=AT)

    assert refusal.value.reason == "ledger_not_sealed"
