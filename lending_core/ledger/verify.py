"""Checks a proof out of the ledger: `python verify.py PROOF KEY [HEAD]`. Stands alone.

HEAD is a signed head that a witness kept: the proof must then begin with just that one. KEY may be
older or newer than the one that signed: the proof tells how each key led to the next.

Needs nothing but this file and the package `cryptography`: no database, no other file of the
project. The hashes are those of RFC 6962, the checks those of RFC 9162 (2.1.3.2 and 2.1.4.2).
"""

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

LOAN_PROOF, CONSISTENCY_PROOF = "loan-proof/1", "consistency-proof/1"
EXIT_FALSE, EXIT_UNREADABLE = 1, 2
_HASH_BYTES = 32
# What reading a file raises that is no proof: parts that are missing, of another kind, numbers
# without an end, or lists in lists without an end.
_MALFORMED = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)
# Columns by which a row says whose it is.
_LOAN_OF_EVENT = ("subject_kind", "loan")


class ProofError(Exception):
    """What does not hold, as a sentence."""


def leaf_hash(text: bytes) -> bytes:
    """Hash of a leaf of the tree."""
    return hashlib.sha256(b"\x00" + text).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of a node over two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that a leaf's path leads to in a tree of `size` leaves; None for a path that cannot
    be one."""
    if not 0 <= index < size:
        return None
    place, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if place % 2 or place == last:
            found = node_hash(sibling, found)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            found = node_hash(found, sibling)
        place, last = place // 2, last // 2
    return found if last == 0 else None


def grew(first: tuple[int, bytes], second: tuple[int, bytes], path: Sequence[bytes]) -> bool:
    """Whether the tree of the second size and root holds the leaves of the first, in their places,
    and only more after them."""
    (size, root), (larger, larger_root) = first, second
    if size == larger:
        return not path and root == larger_root
    if not 0 < size < larger or not path:
        return False
    # A first tree without gaps is a node of the second one, and its root is known.
    start = [] if size & (size - 1) else [root]
    return _roots_of_growth(size, larger, [*start, *path]) == (root, larger_root)


def _roots_of_growth(size: int, larger: int, nodes: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """The roots of both trees from the nodes of a path; None for a path that cannot be one."""
    place, last = size - 1, larger - 1
    while place % 2:
        place, last = place // 2, last // 2
    old = new = nodes[0]
    for sibling in nodes[1:]:
        if last == 0:
            return None
        if place % 2 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            new = node_hash(new, sibling)
        place, last = place // 2, last // 2
    return (old, new) if last == 0 else None


def is_signed(text: str, signature: str, public_key: bytes) -> bool:
    """Whether the key (PEM, Ed25519) signed the text. Raises `ProofError` for another kind of
    key."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(public_key)
    except (ValueError, UnsupportedAlgorithm):
        raise ProofError("the key cannot be read") from None
    if not isinstance(key, Ed25519PublicKey):
        raise ProofError("the key is no Ed25519 public key")
    try:
        key.verify(bytes.fromhex(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def known_keys(public_key: bytes, changes: Sequence[Mapping[str, Any]]) -> dict[str, list[int]]:
    """The keys (PEM) that a key leads to over changes (text, signature, countersignature), each
    with the fewest blocks that it may sign for and the most (0: any number). A change holds where
    both keys signed it: the old one vouches for the new, and the new one for the old."""
    known = {public_key.decode().strip(): [1, 0]}
    links = [(json.loads(change["text"]), change) for change in changes]
    for is_back, (said, change) in [
        *((False, link) for link in links),
        *((True, link) for link in reversed(links)),
    ]:
        old, new, blocks = said["old"].strip(), said["new"].strip(), int(said["blocks"])
        start, end = (new, old) if is_back else (old, new)
        if start not in known or end in known:
            continue
        if not is_signed(change["text"], change["signature"], old.encode()):
            continue
        if is_signed(change["text"], change["countersignature"], new.encode()):
            known[start] = [blocks + 1, known[start][1]] if is_back else [known[start][0], blocks]
            known[end] = [1, blocks] if is_back else [blocks + 1, 0]
    return known


def signs(head: Mapping[str, Any], keys: Mapping[str, Sequence[int]]) -> bool:
    """Whether one of these keys signed the head, as long as it was in force."""
    for key, (fewest, most) in keys.items():
        if is_signed(head["text"], head["signature"], key.encode()):
            size = int(json.loads(head["text"])["size"])
            return size >= fewest and (size <= most or not most)
    return False


def head_of(head: Mapping[str, Any], keys: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    """What a signed head says: `size`, `root` and the rest. Raises `ProofError` where none of the
    keys signed it."""
    if not signs(head, keys):
        raise ProofError("the head is not signed by this key")
    said: dict[str, Any] = json.loads(head["text"])
    return said


def check(proof: Mapping[str, Any], public_key: bytes) -> str:
    """What the proof proves, as a sentence. Raises `ProofError` where it does not."""
    checks = {LOAN_PROOF: _check_loan, CONSISTENCY_PROOF: _check_consistency}
    kind = proof.get("format") if isinstance(proof, Mapping) else None
    if not isinstance(kind, str) or kind not in checks:
        raise ProofError(f"the file is no proof that this program knows: {kind}")
    try:
        return checks[kind](proof, public_key)
    except _MALFORMED as problem:
        raise ProofError(f"the proof is incomplete: {problem!r}") from None


def _check_consistency(proof: Mapping[str, Any], public_key: bytes) -> str:
    keys = known_keys(public_key, proof.get("keys", ()))
    first, second = (head_of(proof[name], keys) for name in ("first", "second"))
    ends = [(int(head["size"]), bytes.fromhex(head["root"])) for head in (first, second)]
    if not grew(ends[0], ends[1], _nodes(proof["path"])):
        raise ProofError("the second head does not continue the first: history was rewritten")
    return f"the ledger grew from {ends[0][0]} to {ends[1][0]} blocks, and nothing before changed"


def _check_loan(proof: Mapping[str, Any], public_key: bytes) -> str:
    head = head_of(proof["head"], known_keys(public_key, proof.get("keys", ())))
    blocks = [_proved(block, int(head["size"]), head["root"], "block") for block in proof["blocks"]]
    segments = []
    for segment in proof["segments"]:
        block = blocks[int(segment["block"])]
        segments.append(_proved(segment, int(block["segments"]), block["root"], "segment"))
    loan_id, shown = int(proof["loan_id"]), set()
    for row in proof["rows"]:
        segment = segments[int(row["segment"])]
        said = _proved(row, int(segment["rows"]), segment["root"], segment["table"])
        if not _is_of(said, loan_id):
            raise ProofError(f"a row of {segment['table']} is not of loan {loan_id}")
        shown.add((segment["table"], segment["first"] + int(row["index"])))
    if not shown:
        raise ProofError("the proof shows no row")
    if len(shown) < len(proof["rows"]):
        raise ProofError("the proof shows a row twice")
    return (
        f"loan {loan_id}: {len(shown)} rows stand in the ledger of "
        f"{head['size']} blocks signed for {head['business_on']}"
    )


def _proved(part: Mapping[str, Any], size: int, root: str, name: str) -> dict[str, Any]:
    """What the part says, when its path leads to the root."""
    leaf = leaf_hash(part["text"].encode())
    found = root_of_path(leaf, int(part["index"]), size, _nodes(part["path"]))
    if found is None or found.hex() != root:
        raise ProofError(f"{name} {part['index']} is not in the ledger as the proof shows it")
    said: dict[str, Any] = json.loads(part["text"])
    return said


def _nodes(path: Sequence[str]) -> list[bytes]:
    """The hashes of a path. Raises `ProofError` for what is no hash."""
    nodes = [bytes.fromhex(node) for node in path]
    if any(len(node) != _HASH_BYTES for node in nodes):
        raise ProofError("a path holds something that is no hash")
    return nodes


def _is_of(row: Mapping[str, Any], loan_id: int) -> bool:
    name, value = _LOAN_OF_EVENT
    if row.get(name) == value:
        return bool(row["subject_id"] == loan_id)
    return bool(row.get("loan_id") == loan_id)


def check_kept(proof: Mapping[str, Any], kept: Mapping[str, Any]) -> None:
    """Raises `ProofError` unless a proof of consistency begins with the head that was kept."""
    if proof.get("format") != CONSISTENCY_PROOF:
        raise ProofError("a kept head is held against a proof of consistency only")
    if not isinstance(kept, Mapping) or proof["first"]["text"] != kept.get("text"):
        raise ProofError("the proof does not begin with the head that was kept")


def main(words: Sequence[str]) -> int:
    """0 when the proof holds, 1 when it does not, 2 when a file cannot be read."""
    if len(words) not in {2, 3}:
        print("usage: python verify.py PROOF KEY [HEAD]", file=sys.stderr)
        return EXIT_UNREADABLE
    try:
        proof, *kept = (
            json.loads(Path(word).read_text("utf-8")) for word in (words[0], *words[2:])
        )
        key = Path(words[1]).read_bytes()
    except (OSError, ValueError, RecursionError) as problem:
        print(f"cannot be read: {problem}", file=sys.stderr)
        return EXIT_UNREADABLE
    try:
        says = check(proof, key)
        for head in kept:
            check_kept(proof, head)
    except ProofError as problem:
        print(f"does not hold: {problem}", file=sys.stderr)
        return EXIT_FALSE
    print(f"holds: {says}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
