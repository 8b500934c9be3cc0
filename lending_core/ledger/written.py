"""Records of the open day: which rows each transaction wrote, signed, each naming the one before.

Blocks cover the rows up to the last close; a record covers those of one transaction since.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from lending_core.ledger.blocks import Finding
from lending_core.ledger.chain import canonical
from lending_core.ledger.rows import text_leaves
from lending_core.ledger.verify import leaf_hash

# From so many rows of a table on, written together, hashing each as text would be felt.
BULK_ROWS = 2_000
NO_RECORD = "0" * 64
_RECORD = "ledger_written"
# Whether a text bears the signature of a key of this house.
IsSigned = Callable[[str, str], bool]


@dataclass(frozen=True)
class Entry:
    """Rows at the end of one table. `columns` as text, `personal` as they are kept. `is_anew`: all
    rows since the last block, whatever records said of them before. `hash`: over the leaves, or for
    many rows over the columns. `engine`: whose digests the list of rows has, for many rows; digests
    of few are of their leaves."""

    table: str
    rows: int
    columns: tuple[str, ...]
    personal: tuple[str, ...]
    hash: str
    is_anew: bool
    engine: str = ""

    @property
    def is_bulk(self) -> bool:
        """Whether there are so many rows that they are hashed by columns."""
        return self.rows >= BULK_ROWS


@dataclass(frozen=True)
class Mark:
    """A place in the chain of records: the number of one and its hash."""

    number: int
    hash: str


FIRST = Mark(0, NO_RECORD)


def record_text(after: Mark, entries: Sequence[Entry]) -> str:
    """What the record after another one says."""
    said = {"number": after.number + 1, "previous": after.hash}
    return canonical({**said, "entries": [vars(entry) for entry in entries]})


def mark_of(text: str) -> Mark:
    """The place of a record. Raises `ValueError`, `TypeError` or `KeyError` for another text."""
    return Mark(int(json.loads(text)["number"]), leaf_hash(text.encode()).hex())


def open_leaves(rows: pl.DataFrame) -> list[bytes]:
    """The leaves of rows (text, personal) that no block covers yet: personal fields as they are
    kept, which is encrypted, because a record goes when its rows are sealed."""
    return text_leaves(
        rows.select(pl.concat_str("text", "personal", ignore_nulls=True)).to_series()
    )


def rows_hash(leaves: Sequence[bytes]) -> str:
    """One hash over rows in their order, as hex."""
    return hashlib.sha256(b"".join(leaves)).hexdigest()


class ColumnsHash:
    """One hash over many rows, column by column, however they are sliced."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._parts = {name: [hashlib.sha256() for _ in range(3)] for name in columns}

    def add(self, rows: pl.DataFrame) -> None:
        """The next rows: whole numbers, dates, booleans and texts."""
        for name, (nulls, lengths, values) in self._parts.items():
            column = rows[name]
            nulls.update(column.is_null().cast(pl.UInt8).to_numpy().tobytes())
            if column.dtype == pl.String:
                lengths.update(column.str.len_bytes().fill_null(0).to_numpy().tobytes())
                values.update(column.str.join("")[0].encode())
            else:
                values.update(column.cast(pl.Int64).fill_null(0).to_numpy().tobytes())

    def text(self) -> str:
        """The hash as hex."""
        parts = (part.digest() for column in self._parts.values() for part in column)
        return hashlib.sha256(b"".join(parts)).hexdigest()


def entries_of(text: str) -> list[Entry]:
    """The entries of a record; none where it is no longer one."""
    try:
        said = json.loads(text)["entries"]
        return [_entry(one) for one in said]
    except (ValueError, TypeError, KeyError):
        return []


def broken_records(
    records: Sequence[Mapping[str, Any]], after: Mark, is_signed: IsSigned
) -> list[Finding]:
    """Records (number, text, signature), in the order recorded, that are not those which the house
    wrote one after the other since a place."""
    found, known = [], {after.number: after.hash}
    numbers = [record["number"] for record in records]
    for place, record in enumerate(records):
        kind = _wrong(record, numbers[:place], after)
        if kind is None and not is_signed(record["text"], record["signature"]):
            kind = "changed"
        if kind is None:
            mark = mark_of(record["text"])
            previous = known.get(mark.number - 1)
            kind = None if previous in {None, json.loads(record["text"])["previous"]} else "changed"
            known[mark.number] = mark.hash
        if kind is not None:
            found.append(Finding(_RECORD, str(record["number"]), kind))
    gone = sorted(set(range(after.number + 1, max(numbers, default=0))) - {*numbers})
    return [*found, *(Finding(_RECORD, str(number), "deleted") for number in gone)]


def _wrong(record: Mapping[str, Any], before: Sequence[int], after: Mark) -> str | None:
    """What is wrong with the place of a record."""
    number = record["number"]
    if number in before or number <= after.number:
        return "inserted"
    if any(other > number for other in before):
        return "moved"
    try:
        is_own = mark_of(record["text"]).number == number
    except (ValueError, TypeError, KeyError):
        is_own = False
    return None if is_own else "changed"


def _entry(said: Mapping[str, Any]) -> Entry:
    lists = {name: tuple(said[name]) for name in ("columns", "personal")}
    return Entry(**{**said, **lists})
