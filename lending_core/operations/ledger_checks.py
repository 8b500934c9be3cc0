"""Verification: every fact and every row of the ledger against what was sealed and signed."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.ledger.blocks import (
    Finding,
    Segment,
    broken_blocks,
    broken_heads,
    broken_segments,
)
from lending_core.ledger.differences import differences
from lending_core.ledger.keys import house_keys
from lending_core.ledger.merkle import root
from lending_core.ledger.openings import (
    broken_openings,
    committed,
    forged_places,
    not_blamed,
    openings,
)
from lending_core.ledger.signing import public_key
from lending_core.ledger.tables import FactTable, fact_tables
from lending_core.operations.ledger import verify_chain
from lending_core.operations.ledger_kept import changes_broken, witnesses_broken
from lending_core.operations.ledger_open import NO_ROWS, OpenDay, OpenRows
from lending_core.operations.ledger_words import leaves_as_sealed
from lending_core.operations.sealing import Progress, signing_key, silent
from lending_core.store.engine import Store, Transaction
from lending_core.store.fact_rows import Column, fact_rows, row_counts, schema
from lending_core.store.open_rows import as_rows
from lending_core.store.written import settle_key, signed_by

# Findings told of one table; a table that was emptied would otherwise be told row by row.
FINDINGS_MAX = 1_000


@dataclass(frozen=True)
class Verification:
    """What was checked and found. `waiting`: rows recorded since the last block, by table: they
    are sealed with the next one."""

    blocks: int
    rows: int
    waiting: dict[str, int]
    findings: tuple[Finding, ...]

    @property
    def is_whole(self) -> bool:
        """Whether everything is as it was sealed."""
        return not self.findings


def verify_ledger(store: Store, actor: Actor, progress: Progress | None = None) -> Verification:
    """Recomputes everything from the rows: leaves, trees, blocks, heads and signatures, and names
    each row that is not as it was sealed. `progress`: rows checked, of how many, and of which
    table. Raises `NotAllowed`, and `InvalidState` where the key is gone."""
    require(actor, Permission.VIEW_EVENTS)
    path = signing_key(store)
    settle_key(store, path)
    key = public_key(path)
    # All of one moment: what is written or sealed meanwhile would look like a forgery.
    with store.moment() as reader:
        found = _verified(reader, key, progress or silent)
    broken = _events_broken(store, actor, found.findings)
    return replace(found, findings=(*found.findings, *broken))


def _verified(reader: Transaction, key: bytes, progress: Progress) -> Verification:
    blocks, segments, heads = (
        reader.read(name).to_dicts() for name in ("ledger_block", "ledger_segment", "ledger_head")
    )
    changes = reader.read("ledger_key").to_dicts()
    keys = house_keys(changes, key)
    unkeyed = changes_broken(reader, changes, key)
    findings = [
        *unkeyed,
        *broken_blocks(blocks),
        # Where a change of the key is gone, heads of before are not to blame.
        *(broken_heads(blocks, heads, keys) if not unkeyed else ()),
        *broken_segments(blocks, segments),
    ]
    doubted = frozenset(one.block or 0 for one in findings if one.table == "ledger_segment")
    open_day = OpenDay.of(reader, blocks[-1]["text"] if blocks else None, signed_by(keys))
    walk = _walk(reader, open_day, segments, doubted, progress)
    walk.last_block = len(blocks)
    strays = walk.strays()
    walk.forged = forged_places(walk.commitments, strays)
    # What the records of a block that is gone told, went with it: its rows are not blamed.
    open_day.is_begun &= not any(one.table == "ledger_block" for one in strays)
    findings += open_day.findings
    for name, table in fact_tables().items():
        if walk.counts.get(name) or name in walk.sealed or open_day.expected(name):
            findings += walk.check(table)
    findings += strays
    findings += witnesses_broken(reader, blocks, keys, findings) if not unkeyed else []
    return Verification(len(blocks), walk.done, walk.waiting, tuple(dict.fromkeys(findings)))


@dataclass
class _Walk:
    """A verification in progress: what is sealed, what the tables hold, what was found so far."""

    store: Transaction
    open_day: OpenDay
    sealed: dict[str, list[Segment]]
    columns: dict[str, tuple[Column, ...]]
    counts: dict[str, int]
    commitments: pl.DataFrame
    renewed: frozenset[str]
    # Blocks whose segments are not what they were: their roots say nothing of the rows.
    doubted: frozenset[int]
    progress: Progress
    total: int
    last_block: int = 0
    # Places of rows whose commitments were changed: they are not to blame.
    forged: pl.DataFrame = field(default_factory=pl.DataFrame)
    done: int = 0
    waiting: dict[str, int] = field(default_factory=dict)

    def check(self, table: FactTable) -> list[Finding]:
        """What is not as sealed or recorded in one table."""
        if table.name not in self.columns:
            return [Finding(table.name, "", "columns_gone")]
        segments = self.sealed.get(table.name, [])
        listed = self.store.read("ledger_row", table_name=table.name, last_block=self.last_block)
        found, listed = _as_listed(segments, listed)
        opened = openings(listed, self.commitments)
        later = [segment for segment in segments if segment.is_extension]
        first = [segment for segment in segments if not segment.is_extension]
        sealed_rows = _rows_of(first)
        start = self._start(table, sealed_rows)
        now = self._read(table, first, listed, opened, end=start)
        open_rows = self.open_day.rows(table.name, self.columns, start)
        if now is None or open_rows is None:
            return [*found, Finding(table.name, "", "columns_gone")]
        found += [*now.openings, *open_rows.findings]
        self.done += open_rows.actual.height
        of_first = listed.filter(~pl.col("segment_id").is_in(_ids(later)))
        compared = self._compared(table, first, of_first, now, open_rows)
        found += not_blamed(compared, listed, self.forged)
        for segment in later:
            found += self._check_later(table, segment, listed, opened)
        self.waiting[table.name] = max(0, self.counts.get(table.name, 0) - sealed_rows)
        return _once(found)

    def _start(self, table: FactTable, sealed: int) -> int:
        """Where the open rows of a table start: after the sealed ones, unless some of those are
        gone or more have come."""
        count, expected = self.counts.get(table.name, 0), self.open_day.expected(table.name)
        if not expected or count in {sealed + expected, 0}:
            return min(sealed, count)
        places = (min(sealed, count), max(0, count - expected))
        starts = (place for place in places if self.open_day.starts(table.name, place))
        return next(starts, places[0])

    def strays(self) -> list[Finding]:
        """Rows of the ledger that belong to nothing, and blocks that are gone."""
        rows = self.store.read("ledger_stray").head(FINDINGS_MAX)
        return [Finding(*row) for row in rows.iter_rows()]

    def _compared(
        self,
        table: FactTable,
        segments: list[Segment],
        listed: pl.DataFrame,
        now: "_Rows",
        open_rows: OpenRows,
    ) -> list[Finding]:
        """What differs in the sealed rows and in the open ones after them. `now`: all rows before
        the open ones."""
        broken = [
            segment
            for segment in segments
            if segment.block not in self.doubted
            and root(now.leaves[segment.first : segment.first + segment.rows]).hex() != segment.root
        ]
        actual, told, start = as_rows(now.keys, now.leaves), list[Finding](), 0
        sealed = listed.select("row_key", "digest")
        if not broken and len(now.leaves) >= _rows_of(segments):
            told = _mislisted(listed, actual)
            start = _rows_of(segments)
            actual, sealed = actual.slice(start), sealed.clear()
        differing = differences(
            pl.concat([sealed, open_rows.recorded]),
            pl.concat([actual, open_rows.actual]),
            may_grow=not self.open_day.is_begun,
        )
        told += [
            Finding(table.name, one.row_key, one.kind, _block_at(segments, one.position, start))
            for one in differing[:FINDINGS_MAX]
        ]
        if broken and not told:
            told = [Finding(table.name, _span(part), "changed", part.block) for part in broken]
        return told

    def _check_later(
        self, table: FactTable, segment: Segment, listed: pl.DataFrame, opened: pl.DataFrame
    ) -> list[Finding]:
        """Columns that came after their rows were sealed: changes of their values only, whatever
        else happened to the rows is told already."""
        mine = listed.filter(pl.col("segment_id") == segment.segment_id)
        own = opened.filter(pl.col("segment_id") == segment.segment_id)
        now = self._read(table, [segment], mine, own, end=segment.first + segment.rows)
        if now is None:
            return [Finding(table.name, "", "columns_gone")]
        told = self._compared(table, [segment], mine, now, NO_ROWS)
        return [*now.openings, *(one for one in told if one.kind == "changed")]

    def _read(
        self,
        table: FactTable,
        segments: list[Segment],
        listed: pl.DataFrame,
        opened: pl.DataFrame,
        *,
        end: int,
    ) -> "_Rows | None":
        """The rows of now up to `end` with the columns that they were sealed with, more than those
        with the newest; None where a column is gone."""
        found = _Rows([], [], [])
        if not end and not segments:
            return found
        groups = [list(same) for _, same in groupby(segments, _columns_of)]
        for number, group in enumerate(groups or [[]], start=1):
            columns = self._columns(table, group)
            if columns is None:
                return None
            upto = end if number >= len(groups) else group[-1].first + group[-1].rows
            start = group[0].first if group else 0
            # What is personal now may have been sealed in plain.
            sealed = replace(table, personal=group[0].personal) if group else table
            for rows in _until(fact_rows(self.store, sealed, columns, start), start, upto):
                if sealed.personal:
                    found.openings += broken_openings(table.name, rows, opened, self.renewed)
                    rows = rows.with_columns(text=committed(rows, opened))
                found.keys += rows["row_key"].to_list()
                found.leaves += leaves_as_sealed(self.store, rows, listed)
                self.done += rows.height
                self.progress(min(self.done, self.total), self.total, table.name)
        return found

    def _columns(self, table: FactTable, group: list[Segment]) -> tuple[Column, ...] | None:
        present = {column.name: column for column in self.columns.get(table.name, ())}
        if not group:
            return tuple(one for name, one in present.items() if name not in table.state)
        wanted = (*group[0].columns, *group[0].personal)
        return tuple(present[name] for name in wanted) if present.keys() >= {*wanted} else None


@dataclass
class _Rows:
    """The rows of a table as they are now: their keys, their leaves, and what did not open."""

    keys: list[str]
    leaves: list[bytes]
    openings: list[Finding]


def _walk(
    store: Transaction,
    open_day: OpenDay,
    segments: list[dict[str, Any]],
    doubted: frozenset[int],
    progress: Progress,
) -> _Walk:
    sealed: dict[str, list[Segment]] = {}
    for row in segments:
        with suppress(ValueError, TypeError, KeyError, AttributeError):
            segment = Segment.of(row["segment_id"], row["text"])
            sealed.setdefault(segment.table, []).append(segment)
    columns = schema(store)
    counts = row_counts(store, [name for name in fact_tables() if name in columns])
    return _Walk(
        store=store,
        open_day=open_day,
        sealed=sealed,
        columns=columns,
        counts=counts,
        commitments=store.read("ledger_commitment"),
        renewed=frozenset(store.read("ledger_renewed")["commitment"]),
        doubted=doubted,
        progress=progress,
        total=sum(counts.values()),
    )


def _as_listed(segments: list[Segment], listed: pl.DataFrame) -> tuple[list[Finding], pl.DataFrame]:
    """What is wrong with the list of sealed rows itself, and the list in the order sealed."""
    places = ["segment_id", "position"]
    parts = [
        pl.select(
            segment_id=pl.lit(segment.segment_id, pl.Int64).repeat_by(segment.rows).explode(),
            position=pl.int_range(segment.first, segment.first + segment.rows, dtype=pl.Int64),
        )
        for segment in segments
    ]
    expected = pl.concat(parts) if parts else listed.select(places).clear()
    if expected.equals(listed.select(places)):
        return [], listed
    found = differences(_placed(expected), _placed(listed), may_grow=False)
    told = [Finding("ledger_row", one.row_key, one.kind) for one in found[:FINDINGS_MAX]]
    return told, listed.unique(places, keep="first").sort(places)


def _placed(listed: pl.DataFrame) -> pl.DataFrame:
    """A list of sealed rows as rows of their own, named by their places."""
    key = pl.concat_str(["segment_id", "position"], separator=" ")
    return listed.select(row_key=key, digest=key.hash())


def _mislisted(listed: pl.DataFrame, actual: pl.DataFrame) -> list[Finding]:
    """Rows that are as sealed, while the list of sealed rows says something else of them."""
    sealed = actual.with_row_index("position").with_columns(pl.col("position").cast(pl.Int64))
    both = listed.join(sealed, on="position", suffix="_now", maintain_order="left")
    differs = pl.col("digest") != pl.col("digest_now")
    differs |= pl.col("row_key") != pl.col("row_key_now")
    wrong = both.filter(differs).select(pl.concat_str(["segment_id", "position"], separator=" "))
    return [
        Finding("ledger_row", key, "changed") for (key,) in wrong.head(FINDINGS_MAX).iter_rows()
    ]


def _until(slices: Iterator[pl.DataFrame], start: int, end: int) -> Iterator[pl.DataFrame]:
    """The slices up to a position."""
    for rows in slices:
        kept = rows.head(max(0, end - start))
        start += rows.height
        if not kept.is_empty():
            yield kept
        if start >= end:
            return


def _columns_of(segment: Segment) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return segment.columns, segment.personal


def _rows_of(segments: list[Segment]) -> int:
    """How many rows of a table are sealed."""
    return max((segment.first + segment.rows for segment in segments), default=0)


def _ids(segments: list[Segment]) -> list[int]:
    return [segment.segment_id for segment in segments]


def _block_at(segments: list[Segment], position: int | None, start: int) -> int | None:
    """The block that a position, counted from another one, was sealed in; None for open rows."""
    if position is None:
        return None
    position += start
    blocks = (part.block for part in segments if part.first <= position < part.first + part.rows)
    return next(blocks, None)


def _span(segment: Segment) -> str:
    """Rows that cannot be told apart any more, because their list was changed with them."""
    return f"{segment.first + 1} - {segment.first + segment.rows}"


def _once(found: list[Finding]) -> list[Finding]:
    """Findings without those told before: a row whose commitment was changed is not changed."""
    return list({(one.table, one.row_key): one for one in reversed(found)}.values())[::-1]


def _events_broken(store: Store, actor: Actor, found: tuple[Finding, ...]) -> list[Finding]:
    """Where the chain of events breaks, unless the event was found already."""
    broken = verify_chain(store, actor)
    if broken is None or any(one.table == "event" for one in found):
        return []
    return [Finding("event", str(broken.event_id), "broken")]
