"""Rows since the last block as they are read and hashed: few as text, many by columns."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from lending_core.ledger.rows import digests
from lending_core.ledger.tables import FactTable, fact_tables
from lending_core.ledger.written import (
    BULK_ROWS,
    ColumnsHash,
    Entry,
    open_leaves,
    rows_hash,
)
from lending_core.store.fact_rows import Column, fact_rows, raw_names

if TYPE_CHECKING:
    from lending_core.store.engine import Store, Transaction

# Columns of each table; they change with migrations only, before anything is recorded.
Columns = dict[str, tuple[Column, ...]]


class Span:
    """Rows that are read and hashed on the way: by columns where they are many."""

    def __init__(
        self, rows: int, slices: Iterator[pl.DataFrame], columns: Sequence[Column]
    ) -> None:
        self.rows = rows
        self.is_bulk = rows >= BULK_ROWS
        self._slices = slices
        self._columns = ColumnsHash(raw_names(columns))
        self._leaves = hashlib.sha256()

    @classmethod
    def read(
        cls,
        reader: "Store | Transaction",
        table: FactTable,
        columns: Sequence[Column],
        first: int,
        rows: int,
    ) -> "Span":
        """So many rows of a table from a position on."""
        if not rows:
            return cls(0, iter(()), columns)
        slices = fact_rows(reader, table, columns, first, is_raw=rows >= BULK_ROWS)
        return cls(rows, _first(slices, rows), columns)

    def digests(self) -> Iterator[pl.DataFrame]:
        """The rows as they are listed: row_key and digest."""
        for part in self._slices:
            if self.is_bulk:
                self._columns.add(part)
                yield part.select("row_key", "digest")
            else:
                leaves = open_leaves(part)
                self._leaves.update(b"".join(leaves))
                yield as_rows(part["row_key"], leaves)

    def hash(self) -> str:
        """The hash over the rows, once all are read."""
        return self._columns.text() if self.is_bulk else self._leaves.hexdigest()


def open_rows(
    reader: "Store | Transaction",
    present: Columns,
    entries: Sequence[Entry],
    first: int,
    rows_max: int | None = None,
) -> tuple[pl.DataFrame, bool] | None:
    """A table's rows from a position on (row_key, digest; `rows_max`: so many), each with the
    columns that its record names, and whether they are just those that the records tell; None where
    a column is gone. Needs an entry, which may be of no rows."""
    table = fact_tables()[entries[0].table]
    known = {column.name: column for column in present[table.name]}
    found, at, is_tied = [as_rows([], [])], first, True
    for group in _groups(entries):
        names = (*group[0].columns, *group[0].personal)
        if not known.keys() >= {*names}:
            return None
        rows = sum(one.rows for one in group)
        columns = [known[name] for name in names]
        # What is personal now may have been recorded in plain.
        table = replace(table, personal=group[0].personal)
        if group[0].is_bulk:
            span = Span.read(reader, table, columns, at, rows)
            found += span.digests()
            is_tied &= span.hash() == group[0].hash
        else:
            keys, leaves = _leaves(reader, table, columns, at, rows)
            found.append(as_rows(keys, leaves))
            is_tied &= are_tied(leaves, group)
        at += rows
    told = at - first
    left = None if rows_max is None else rows_max - told
    if group[0].is_bulk and left != 0:
        # Rows that come after thousands are compared as those are.
        more = fact_rows(reader, table, columns, at, is_raw=True)
        found += [part.select("row_key", "digest") for part in _first(more, left)]
    else:
        found.append(as_rows(*_leaves(reader, table, columns, at, left)))
    everything = pl.concat(found)
    return everything, is_tied and everything.height == told


def _groups(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Entries that are read together; one of many rows by itself."""
    found: list[list[Entry]] = []
    for entry in entries:
        last = found[-1][-1] if found else None
        is_like = last is not None and (last.columns, last.personal) == (
            entry.columns,
            entry.personal,
        )
        if is_like and not entry.is_bulk and last is not None and not last.is_bulk:
            found[-1].append(entry)
        else:
            found.append([entry])
    return found


def _leaves(
    reader: "Store | Transaction",
    table: FactTable,
    columns: Sequence[Column],
    first: int,
    rows: int | None,
) -> tuple[list[str], list[bytes]]:
    keys: list[str] = []
    leaves: list[bytes] = []
    if rows != 0:
        for part in _first(fact_rows(reader, table, columns, first), rows):
            keys += part["row_key"].to_list()
            leaves += open_leaves(part)
    return keys, leaves


def _first(slices: Iterator[pl.DataFrame], left: int | None) -> Iterator[pl.DataFrame]:
    """So many rows of the slices; None: all."""
    for rows in slices:
        yield rows if left is None else rows.head(left)
        if left is not None:
            left -= min(left, rows.height)
            if not left:
                return


def are_tied(leaves: Sequence[bytes], entries: Sequence[Entry]) -> bool:
    """Whether leaves, from the first on, are those that records tell one after the other."""
    at = 0
    for one in entries:
        if rows_hash(leaves[at : at + one.rows]) != one.hash:
            return False
        at += one.rows
    return True


def as_rows(keys: Sequence[str] | pl.Series, leaves: list[bytes]) -> pl.DataFrame:
    """Rows as they are compared: row_key and digest."""
    return pl.DataFrame({"row_key": pl.Series(keys, dtype=pl.String), "digest": digests(leaves)})
