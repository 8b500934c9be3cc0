"""What each transaction wrote, told by a signed record in the same transaction, and held against
the rows: so that a row which nobody recorded is noticed on the day it came."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from lending_core.errors import InvalidState
from lending_core.ledger.blocks import key_name
from lending_core.ledger.rows import digests
from lending_core.ledger.signing import made_key, public_key, sign
from lending_core.ledger.tables import FactTable, fact_tables
from lending_core.ledger.verify import is_signed, leaf_hash
from lending_core.ledger.written import (
    BULK_ROWS,
    FIRST,
    ColumnsHash,
    Entry,
    IsSigned,
    Mark,
    broken_records,
    entries_of,
    open_leaves,
    record_text,
    rows_hash,
)
from lending_core.store.fact_rows import (
    Column,
    fact_rows,
    new_row_count,
    new_rows,
    raw_names,
    row_counts,
    schema,
)

if TYPE_CHECKING:
    from lending_core.store.engine import Store, Transaction

# Columns of each table; they change with migrations only, before anything is recorded.
Columns = dict[str, tuple[Column, ...]]

# Whose hashes name rows where they were written by the thousand.
ENGINE = duckdb.__version__


class Recorder:
    """Follows one transaction and tells at its end what it wrote into tables of facts."""

    def __init__(self, transaction: "Transaction", key: Path, columns: Columns) -> None:
        self._transaction = transaction
        self._key = key
        self._columns = columns
        # Tables written to; with True where rows that stood there were changed or taken out.
        self._written: dict[str, bool] = {}

    def wrote(self, table: str) -> None:
        """Rows are added to a table."""
        if table in fact_tables():
            self._written.setdefault(table, False)

    def rewrites(self, table: str, columns: Sequence[str] = ()) -> None:
        """Rows of a table are about to be changed, in these columns, or taken out: its open rows
        are recorded anew. Raises `InvalidState` where they are not those recorded so far."""
        if table not in fact_tables() or self._written.get(table):
            return
        if columns and {*columns} <= {*fact_tables()[table].state}:
            return
        if newest_mark(self._transaction) is not None:
            own = new_row_count(self._transaction, fact_tables()[table])
            check_open_rows(self._transaction, self._key, {table: own})
        self._written[table] = True

    def forget(self) -> None:
        """What was written so far is sealed in this transaction."""
        self._written.clear()

    def finish(self) -> None:
        """Writes the record, where there is anything to record. Raises `InvalidState` where the key
        is gone or another one."""
        if not self._written:
            return
        if not self._columns:
            self._columns.update(schema(self._transaction))
        after = newest_mark(self._transaction)
        if after is None:
            # From here on rows have their records; those from before count as they are.
            self._written = dict.fromkeys(self._columns.keys() & fact_tables().keys(), True)
            if self._transaction.read("ledger_head").is_empty():
                made_key(self._key)
        check_key(self._transaction, self._key)
        number = (after or FIRST).number + 1
        entries = [self._entry(table, number) for table in sorted(self._written)]
        text = record_text(after or FIRST, [one for one in entries if one.rows or one.is_anew])
        record = {"number": number, "text": text, "signature": sign(self._key, text)}
        self._transaction.append("ledger_written", pl.DataFrame([record]))

    def _entry(self, name: str, number: int) -> Entry:
        table, is_anew = fact_tables()[name], self._written[name]
        chosen = [one for one in self._columns[name] if one.name not in table.state]
        # In the order in which they are named: the plain ones first.
        chosen.sort(key=lambda one: one.name in table.personal)
        span = self._span(table, chosen)
        for part in span.digests():
            listed = part.with_columns(number=pl.lit(number, pl.Int64), table_name=pl.lit(name))
            self._transaction.append("ledger_written_row", listed)
        names = [one.name for one in chosen]
        plain = len(names) - len([one for one in names if one in table.personal])
        return Entry(
            name,
            span.rows,
            tuple(names[:plain]),
            tuple(names[plain:]),
            span.hash(),
            is_anew,
            ENGINE if span.is_bulk else "",
        )

    def _span(self, table: FactTable, columns: Sequence[Column]) -> "_Span":
        """The rows of a table that the record tells."""
        if not self._written[table.name]:
            count = new_row_count(self._transaction, table)
            is_raw = count >= BULK_ROWS
            return _Span(count, new_rows(self._transaction, table, columns, is_raw=is_raw), columns)
        first = covered_rows(self._transaction).get(table.name, 0)
        count = max(0, row_counts(self._transaction, (table.name,))[table.name] - first)
        return _Span.read(self._transaction, table, columns, first, count)


class _Span:
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
    ) -> "_Span":
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


def check_key(reader: "Store | Transaction", path: Path) -> None:
    """Raises `InvalidState` where the key is gone, or is not that of the newest head."""
    head = reader.read("ledger_written_newest")["head"][0]
    own = key_name(public_key(path))
    if head is not None and json.loads(head)["key"] != own:
        raise InvalidState("ledger_key_other", path=path)


def newest_mark(reader: "Store | Transaction") -> Mark | None:
    """The newest record; None in a book of which none was ever made. Raises `InvalidState` where
    the newest block cannot be read."""
    found = reader.read("ledger_written_newest").row(0, named=True)
    if found["text"] is not None:
        return Mark(found["number"], leaf_hash(found["text"].encode()).hex())
    return sealed_mark(found["block"])


def sealed_mark(block: str | None) -> Mark | None:
    """The record that a block, by its text, was sealed after; None for none. Raises `InvalidState`
    for a block that cannot be read."""
    try:
        said = json.loads(block or "{}").get("written")
        return None if said is None else Mark(said["number"], said["hash"])
    except (ValueError, TypeError, KeyError, AttributeError):
        raise InvalidState("ledger_broken", table="ledger_block") from None


def covered_rows(reader: "Store | Transaction") -> dict[str, int]:
    """How many rows of each table are sealed."""
    rows = reader.read("ledger_covered").select("table_name", "row_count")
    return {table: int(count) for table, count in rows.iter_rows()}


def open_entries(texts: Sequence[str]) -> dict[str, list[Entry]]:
    """What records say of the open rows of each table, in their order."""
    found: dict[str, list[Entry]] = {}
    for text in texts:
        for entry in entries_of(text):
            if entry.is_anew:
                found[entry.table] = []
            found.setdefault(entry.table, []).append(entry)
    return found


def check_open_rows(
    transaction: "Transaction", key: Path, own: dict[str, int] | None = None
) -> None:
    """Raises `InvalidState` unless the rows since the last block are those recorded: of all tables,
    or of one. `own`: that one, and how many rows this transaction itself added to it."""
    after = sealed_mark(transaction.read("ledger_written_newest")["block"][0]) or FIRST
    records = transaction.read("ledger_written").to_dicts()
    if broken_records(records, after, signed_by(public_key(key))):
        raise InvalidState("ledger_open_rows", table="ledger_written")
    present, covered = schema(transaction), covered_rows(transaction)
    entries = open_entries([record["text"] for record in records])
    chosen = [name for name in (own or fact_tables()) if name in present]
    for name, count in row_counts(transaction, chosen).items():
        rows, first = entries.get(name, []), covered.get(name, 0)
        expected = first + sum(one.rows for one in rows) + (own or {}).get(name, 0)
        if count != expected or (rows and not _are_tied(transaction, present, rows, first)):
            raise InvalidState("ledger_open_rows", table=name)


def _are_tied(
    transaction: "Transaction", present: Columns, entries: Sequence[Entry], first: int
) -> bool:
    rows = sum(one.rows for one in entries)
    found = open_rows(transaction, present, entries, first, rows)
    return found is not None and found[1]


def signed_by(key: bytes) -> IsSigned:
    """Whether this key signed a text."""
    return lambda text, signature: is_signed(text, signature, key)


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
        if group[0].is_bulk:
            span = _Span.read(reader, table, columns, at, rows)
            found += span.digests()
            is_tied &= span.hash() == group[0].hash
        else:
            keys, leaves = _leaves(reader, table, columns, at, rows)
            found.append(as_rows(keys, leaves))
            is_tied &= are_tied(leaves, group)
        at += rows
    left = [column for column in present[table.name] if column.name not in table.state]
    left_rows = None if rows_max is None else rows_max - (at - first)
    found.append(as_rows(*_leaves(reader, table, left, at, left_rows)))
    return pl.concat(found), is_tied and found[-1].is_empty()


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
