"""Sealing: the facts recorded since the last block go into a new one, and its head is signed."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from lending_core.access.permissions import SYSTEM, Actor, Permission, require
from lending_core.errors import InvalidState
from lending_core.ledger.blocks import (
    NO_BLOCK,
    Segment,
    block_hash,
    block_text,
    head_text,
)
from lending_core.ledger.chain import utc_naive
from lending_core.ledger.merkle import root
from lending_core.ledger.rows import (
    commitment,
    commitment_rows,
    committed_text,
    digests,
    salt_hash,
    salts,
    text_leaves,
)
from lending_core.ledger.signing import made_key, public_key, sign
from lending_core.ledger.tables import FactTable, fact_tables
from lending_core.ledger.written import FIRST
from lending_core.operations.console import book, has_book
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events, newest_event
from lending_core.store.fact_rows import Column, fact_rows, row_counts, schema
from lending_core.store.written import check_key, check_open_rows, newest_mark

# Rows sealed, of how many, and the table that they are of.
Progress = Callable[[int, int, str], None]


def seal_block(
    store: Store, actor: Actor, *, at: datetime, progress: Progress | None = None
) -> int | None:
    """Seals what was recorded since the last block; the number of the new block, None when nothing
    happened. The first block draws the key. Raises `NotAllowed`, and `InvalidState` where the key
    is gone or another one, or rows are not those that were recorded."""
    require(actor, Permission.SEAL_LEDGER)
    path = signing_key(store)
    with store.transaction() as transaction:
        blocks = transaction.read("ledger_block")
        if not _is_news(transaction, blocks):
            return None
        number = blocks.height + 1
        after = newest_mark(transaction)
        if number == 1 and after is None:
            made_key(path)
        check_key(transaction, path)
        if after is not None:
            check_open_rows(transaction, path)
        moment = Moment(actor, book(transaction).open_on, at)
        append_events(transaction, moment, "block_sealed", [("ledger", number, {"block": number})])
        work = _Work(transaction, number, progress or silent)
        work.seal()
        written = vars(after or FIRST)
        _append_block(transaction, moment, work.segments, [*blocks["text"]], written)
        _append_head(transaction, path, number)
        _forget_records(transaction)
        return number


def seal_if_kept(store: Store, *, at: datetime) -> None:
    """Seals in the name of the product where this store has a ledger that is sealed."""
    if store.signing_key is not None and has_book(store):
        seal_block(store, SYSTEM, at=at)


def signing_key(store: Store) -> Path:
    """Where the key is. Raises `InvalidState` for a store that is not sealed."""
    if store.signing_key is None:
        raise InvalidState("ledger_not_kept")
    return store.signing_key


@dataclass
class _Work:
    """A block in the making."""

    transaction: Transaction
    number: int
    progress: Progress
    segments: list[Segment] = field(default_factory=list)
    done: int = 0
    total: int = 0

    def seal(self) -> None:
        """Writes the segments of all tables with something new."""
        columns = schema(self.transaction)
        tables = {name: table for name, table in fact_tables().items() if name in columns}
        counts = row_counts(self.transaction, tuple(tables))
        covered = _covered(self.transaction)
        self.total = sum(counts.values()) - sum(part.rows for part in covered.values())
        for name, table in tables.items():
            known = covered.get(name, _Covered())
            chosen = tuple(column for column in columns[name] if column.name not in table.state)
            added = [column for column in chosen if column.name not in known.columns]
            if known.rows and added:
                later = tuple(c for c in chosen if c in added or c.name in table.key)
                self._seal_part(_Part(table, later, 0, known.rows, True))
            if counts[name] > known.rows:
                self._seal_part(_Part(table, chosen, known.rows, counts[name], False))

    def _seal_part(self, part: "_Part") -> None:
        segment_id = self.transaction.next_id("ledger_segment", "segment_id")
        leaves: list[bytes] = []
        for rows in _slices(self.transaction, part):
            texts = rows["text"]
            if part.personal:
                texts = self._committed(segment_id, part.first + len(leaves), rows)
            found = text_leaves(texts)
            self.transaction.append("ledger_row", _rows(segment_id, part, len(leaves), rows, found))
            leaves += found
            self.done += rows.height
            self.progress(self.done, self.total, part.table.name)
        segment = part.segment(segment_id, self.number, root(leaves).hex())
        self.transaction.append("ledger_segment", pl.DataFrame([_segment_row(segment)]))
        self.segments.append(segment)

    def _committed(self, segment_id: int, first: int, rows: pl.DataFrame) -> pl.Series:
        """The rows' texts with their commitments, which are kept with their salts."""
        drawn = salts(rows.height)
        made = [commitment(*pair) for pair in zip(drawn, rows["personal"], strict=True)]
        start = self.transaction.next_id("ledger_commitment", "commitment_id")
        places = pl.DataFrame(
            {
                "commitment_id": range(start, start + rows.height),
                "position": range(first, first + rows.height),
                "commitment": made,
                "salt": drawn,
                "salt_hash": [salt_hash(salt) for salt in drawn],
            }
        ).with_columns(segment_id=pl.lit(segment_id, pl.Int64))
        self.transaction.append("ledger_commitment", commitment_rows(places.drop("salt")))
        self.transaction.append("ledger_salt", places.select("commitment_id", "salt"))
        return pl.Series(
            [committed_text(*pair) for pair in zip(rows["text"], made, strict=True)],
            dtype=pl.String,
        )


@dataclass(frozen=True)
class _Part:
    """Rows of a table to seal together: positions from `first` to before `end`."""

    table: FactTable
    columns: tuple[Column, ...]
    first: int
    end: int
    is_extension: bool

    @property
    def personal(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns if c.name in self.table.personal)

    def segment(self, segment_id: int, block: int, root_hex: str) -> Segment:
        plain = tuple(c.name for c in self.columns if c.name not in self.table.personal)
        return Segment(
            segment_id=segment_id,
            block=block,
            table=self.table.name,
            first=self.first,
            rows=self.end - self.first,
            columns=plain,
            personal=self.personal,
            root=root_hex,
            is_extension=self.is_extension,
        )


@dataclass(frozen=True)
class _Covered:
    """What of a table is sealed: how many rows, and which columns of them."""

    rows: int = 0
    columns: frozenset[str] = frozenset()


def _covered(transaction: Transaction) -> dict[str, _Covered]:
    found = {}
    for row in transaction.read("ledger_covered").iter_rows(named=True):
        texts = [row["newest_text"], *(row["extension_texts"] or [])]
        found[row["table_name"]] = _Covered(row["row_count"], frozenset(_columns(texts)))
    return found


def _columns(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        segment = Segment.of(0, text)
        yield from (*segment.columns, *segment.personal)


def _slices(transaction: Transaction, part: _Part) -> Iterator[pl.DataFrame]:
    """The rows of a part, a slice at a time."""
    left = part.end - part.first
    for rows in fact_rows(transaction, part.table, part.columns, part.first):
        yield rows.head(left)
        left -= min(left, rows.height)
        if not left:
            return


def _rows(
    segment_id: int, part: _Part, done: int, rows: pl.DataFrame, leaves: list[bytes]
) -> pl.DataFrame:
    """How sealed rows are listed, so that one which is changed can be named."""
    start = part.first + done
    return rows.select(
        "row_key",
        segment_id=pl.lit(segment_id, pl.Int64),
        position=pl.int_range(start, start + pl.len(), dtype=pl.Int64),
        digest=digests(leaves),
    )


def _segment_row(segment: Segment) -> dict[str, Any]:
    return {
        "segment_id": segment.segment_id,
        "block_number": segment.block,
        "table_name": segment.table,
        "first_position": segment.first,
        "row_count": segment.rows,
        "is_extension": segment.is_extension,
        "text": segment.text,
    }


def _append_block(
    transaction: Transaction,
    moment: Moment,
    segments: list[Segment],
    texts: list[str],
    written: Mapping[str, Any],
) -> None:
    newest = newest_event(transaction)
    facts: Mapping[str, Any] = {
        "block": len(texts) + 1,
        "book": book(transaction).name,
        "business_on": moment.business_on,
        "newest_event_id": newest.event_id if newest else 0,
        "sealed_at": utc_naive(moment.at),
        "sealed_by": moment.actor.user_name,
        # Records of later rows go on from here.
        "written": dict(written),
    }
    text = block_text(facts, segments, block_hash(texts[-1]) if texts else NO_BLOCK)
    row = {"block_number": len(texts) + 1, "text": text, "hash": block_hash(text)}
    transaction.append("ledger_block", pl.DataFrame([row]))


def _append_head(transaction: Transaction, path: Path, number: int) -> None:
    text = head_text([*transaction.read("ledger_block")["text"]], public_key(path))
    row = {"block_number": number, "text": text, "signature": sign(path, text)}
    transaction.append("ledger_head", pl.DataFrame([row]))


def _forget_records(transaction: Transaction) -> None:
    """Takes out the records of rows that the block now covers."""
    for table in ("ledger_written", "ledger_written_row"):
        transaction.clear(table)
    if transaction.record is not None:
        transaction.record.forget()


def _is_news(transaction: Transaction, blocks: pl.DataFrame) -> bool:
    """Whether anything happened since the last block: whatever is recorded has its event."""
    newest = newest_event(transaction)
    if newest is None:
        return False
    if blocks.is_empty():
        return True
    return bool(json.loads(blocks["text"][-1])["newest_event_id"] < newest.event_id)


def silent(done: int, total: int, table: str) -> None:
    """For callers who do not watch."""
