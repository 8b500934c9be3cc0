"""Blocks of the ledger, their segments and heads: what each says, and whether it holds."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lending_core.ledger.chain import canonical
from lending_core.ledger.merkle import root, text_leaves
from lending_core.ledger.verify import leaf_hash, node_hash, signs

NO_BLOCK = "0" * 64


@dataclass(frozen=True)
class Segment:
    """Rows of one table in one block: positions from `first` on. `columns` go in plain, `personal`
    by commitment. `is_extension`: columns that are new, of rows sealed before."""

    segment_id: int
    block: int
    table: str
    first: int
    rows: int
    columns: tuple[str, ...]
    personal: tuple[str, ...]
    root: str
    is_extension: bool

    @property
    def text(self) -> str:
        """What the block commits to."""
        facts = {name: value for name, value in vars(self).items() if name != "segment_id"}
        return canonical(facts)

    @classmethod
    def of(cls, segment_id: int, text: str) -> "Segment":
        """The segment of a text. Raises `ValueError` or `TypeError` for another text."""
        said = json.loads(text)
        for name in ("columns", "personal"):
            said[name] = tuple(said[name])
        return cls(segment_id=segment_id, **said)


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was sealed: what happened, in which table, to which row."""

    table: str
    row_key: str
    kind: str
    block: int | None = None


def block_text(facts: Mapping[str, Any], segments: Sequence[Segment], previous: str) -> str:
    """What a block says: `facts`, the root over its segments, and the hash of the one before."""
    leaves = text_leaves([segment.text for segment in segments])
    return canonical(
        {
            **facts,
            "previous": previous,
            "root": root(leaves).hex(),
            "rows": sum(segment.rows for segment in segments),
            "segments": len(segments),
        }
    )


def block_hash(text: str) -> str:
    """Hash of a block as hex: its leaf in the tree of all blocks."""
    return leaf_hash(text.encode()).hex()


def head_text(block_texts: Sequence[str], key: bytes) -> str:
    """What a head says of all blocks so far: how many, their root, and which key signs it."""
    newest = json.loads(block_texts[-1])
    return canonical(
        {
            "size": len(block_texts),
            "root": root(text_leaves(block_texts)).hex(),
            "block": block_hash(block_texts[-1]),
            "business_on": newest["business_on"],
            "sealed_at": newest["sealed_at"],
            "key": key_name(key),
        }
    )


def key_name(key: bytes) -> str:
    """A public key's name: the hash of its text."""
    return leaf_hash(key).hex()


def broken_blocks(blocks: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """Blocks, in the order recorded, that do not follow from the one before: block_number, text,
    hash."""
    found, previous = [], NO_BLOCK
    for number, block in enumerate(blocks, start=1):
        says = _read(block["text"])
        follows = says.get("previous") == previous and says.get("block") == number
        own = block["hash"] == block_hash(block["text"]) and block["block_number"] == number
        if not (follows and own):
            found.append(Finding("ledger_block", str(block["block_number"]), "broken", number))
        previous = block["hash"]
    return found


def broken_heads(
    blocks: Sequence[Mapping[str, Any]],
    heads: Sequence[Mapping[str, Any]],
    keys: Mapping[str, Sequence[int]],
) -> list[Finding]:
    """Heads, in the order recorded, that no key signed which was in force then, or that say
    something else than the blocks: block_number, text, signature."""
    roots = [found.hex() for found in roots_so_far([block["text"] for block in blocks])]
    found = []
    for number, head in enumerate(heads, start=1):
        says = _read(head["text"])
        place = Finding("ledger_head", str(head["block_number"]), "broken", number)
        is_own = (head["block_number"], says.get("size")) == (number, number)
        if not (is_own and signs(head, keys)):
            found.append(place)
        elif number > len(roots) or says.get("root") != roots[number - 1]:
            found.append(Finding("ledger_block", str(number), "rewritten", number))
    found += [
        Finding("ledger_head", str(number), "deleted", number)
        for number in range(len(heads) + 1, len(blocks) + 1)
    ]
    return found


def broken_witnesses(
    blocks: Sequence[Mapping[str, Any]],
    kept: Sequence[Mapping[str, Any]],
    given: Mapping[int, Mapping[str, Any]],
    keys: Mapping[str, Sequence[int]],
) -> list[Finding]:
    """Heads on record as given to witnesses (given_id, witness, block_number, text, signature) that
    are not what the events say (`given`: by given_id, witness and block), that no key signed
    or that the blocks do not continue."""
    roots = [found.hex() for found in roots_so_far([block["text"] for block in blocks])]
    found = []
    for row in kept:
        says, number = _read(row["text"]), row["block_number"]
        event = given.get(row["given_id"])
        is_own = signs(row, keys) and says.get("size") == number
        if event is None:
            found.append(Finding("ledger_witness", str(row["given_id"]), "inserted"))
        elif not is_own or (event["witness"], event["block"]) != (row["witness"], number):
            found.append(Finding("ledger_witness", str(row["given_id"]), "changed"))
        elif number > len(roots) or says.get("root") != roots[number - 1]:
            found.append(Finding("ledger_block", str(number), "rewritten", number))
    gone = sorted({*given} - {row["given_id"] for row in kept})
    return [*found, *(Finding("ledger_witness", str(one), "deleted") for one in gone)]


def broken_segments(
    blocks: Sequence[Mapping[str, Any]], segments: Sequence[Mapping[str, Any]]
) -> list[Finding]:
    """Blocks whose segments are not those that they were sealed with, and segments whose columns do
    not say what their text says: segment_id, block_number, table_name, first_position, row_count,
    is_extension, text, in the order recorded."""
    found, of_block = [], dict[int, list[str]]()
    for number, row in enumerate(segments, start=1):
        of_block.setdefault(row["block_number"], []).append(row["text"])
        if row["segment_id"] != number or _columns_of(row) != _said_of(row["text"]):
            place = str(row["segment_id"])
            found.append(Finding("ledger_segment", place, "broken", row["block_number"]))
    for block in blocks:
        leaves = text_leaves(of_block.pop(block["block_number"], []))
        if _read(block["text"]).get("root") != root(leaves).hex():
            place = f"block {block['block_number']}"
            found.append(Finding("ledger_segment", place, "broken", block["block_number"]))
    found += [Finding("ledger_segment", f"block {block}", "inserted", block) for block in of_block]
    return found


def roots_so_far(texts: Sequence[str]) -> Iterator[bytes]:
    """The root after each text, in one pass."""
    peaks: list[tuple[int, bytes]] = []
    for leaf in text_leaves(texts):
        peaks.append((1, leaf))
        while len(peaks) > 1 and peaks[-1][0] == peaks[-2][0]:
            (_, right), (size, left) = peaks.pop(), peaks.pop()
            peaks.append((2 * size, node_hash(left, right)))
        found = peaks[-1][1]
        for _, left in reversed(peaks[:-1]):
            found = node_hash(left, found)
        yield found


def _columns_of(row: Mapping[str, Any]) -> tuple[Any, ...]:
    names = ("block_number", "table_name", "first_position", "row_count", "is_extension")
    return tuple(row[name] for name in names)


def _said_of(text: str) -> tuple[Any, ...]:
    names = ("block", "table", "first", "rows", "is_extension")
    return tuple(_read(text).get(name) for name in names)


def _read(text: str) -> dict[str, Any]:
    """What a text says; nothing where it is no longer JSON."""
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
