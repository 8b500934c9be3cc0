"""The program for outsiders refuses what is no proof, whatever it is made of, and never breaks."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lending_core.ledger.verify import (
    EXIT_FALSE,
    EXIT_UNREADABLE,
    ProofError,
    check,
    leaf_hash,
    main,
)

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(32))
KEY = PRIVATE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def signed(**facts: Any) -> dict[str, str]:
    text = json.dumps(facts)
    return {"text": text, "signature": PRIVATE.sign(text.encode()).hex()}


def leaf(text: str) -> str:
    return leaf_hash(text.encode()).hex()


HEAD = signed(size=1, root="00" * 32)
GROWN = {"format": "consistency-proof/1", "first": HEAD, "second": HEAD, "path": []}
# A ledger of one block with one segment of one row: each is the root of its own tree.
ROW = json.dumps({"loan_id": 7})
SEGMENT = json.dumps({"rows": 1, "root": leaf(ROW), "table": "loan", "first": 0})
BLOCK = json.dumps({"segments": 1, "root": leaf(SEGMENT)})
LOAN = {
    "format": "loan-proof/1",
    "loan_id": 7,
    "head": signed(size=1, root=leaf(BLOCK), business_on="2026-11-30"),
    "blocks": [{"index": 0, "text": BLOCK, "path": []}],
    "segments": [{"index": 0, "text": SEGMENT, "path": [], "block": 0}],
    "rows": [{"index": 0, "text": ROW, "path": [], "segment": 0}],
}


def test_the_least_proofs_there_are_hold() -> None:
    assert check(GROWN, KEY).endswith("nothing before changed")
    assert check(LOAN, KEY).startswith("loan 7: 1 rows stand in the ledger of 1 blocks")


@pytest.mark.parametrize(
    "proof",
    [
        [],
        None,
        {"format": []},
        {"format": {}},
        {"format": "loan-proof/1"},
        {**LOAN, "blocks": [{"index": float("inf"), "text": BLOCK, "path": []}]},
        {**LOAN, "blocks": [{"index": float("nan"), "text": BLOCK, "path": []}]},
        {**LOAN, "blocks": [{"index": 0, "text": BLOCK, "path": ["00"]}]},
        {**LOAN, "blocks": [{"index": 0, "text": "\ud800", "path": []}]},
        {**LOAN, "blocks": {"index": 0}},
        {**LOAN, "rows": []},
        {**LOAN, "rows": LOAN["rows"] * 2},  # type: ignore[operator]
        {**LOAN, "loan_id": float("inf")},
        {**LOAN, "loan_id": "seven"},
        {**LOAN, "head": signed(size=float("inf"), root="")},
        {**LOAN, "head": []},
        {**GROWN, "path": ["00"]},
        {**GROWN, "path": 1},
        {**GROWN, "second": signed(size=2, root="00" * 32), "path": ["00", "00"]},
        {**GROWN, "second": signed(size=2)},
    ],
)
def test_what_is_no_proof_is_refused(proof: Any) -> None:
    with pytest.raises(ProofError):
        check(proof, KEY)


@pytest.mark.parametrize(
    ("proof", "head", "exit_code"),
    [
        ("[" * 200_000, HEAD, EXIT_UNREADABLE),
        ("no proof", HEAD, EXIT_UNREADABLE),
        (json.dumps(GROWN), [], EXIT_FALSE),
        (json.dumps(GROWN), signed(size=1, root="11" * 32), EXIT_FALSE),
        (json.dumps(GROWN), HEAD, 0),
    ],
)
def test_the_program_says_by_its_exit_code_what_it_found(
    tmp_path: Path, proof: str, head: Any, exit_code: int
) -> None:
    paths = [tmp_path / name for name in ("proof", "key", "head")]
    for path, content in zip(paths, (proof, KEY.decode(), json.dumps(head)), strict=True):
        path.write_text(content, "utf-8")

    assert main([str(path) for path in paths]) == exit_code
