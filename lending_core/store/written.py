"""What each transaction wrote, told by a signed record in the same transaction, and held against
the rows: so that a row which nobody recorded is noticed on the day it came."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from lending_core.errors import InvalidState
from lending_core.ledger.blocks import key_name
from lending_core.ledger.keys import Keys, house_keys, key_in_force
from lending_core.ledger.keys import signed_by as is_signed_by
from lending_core.ledger.rows import digests
from lending_core.ledger.signing import made_key, public_key, sign
from lending_core.ledger.tables import FactTable, fact_tables
from lending_core.ledger.verify import leaf_hash
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
    new_rows,
    new_rows_of,
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
        # Which key signs: another one, once the transaction changes it.
        self.key = key
        self._columns = columns
        # Tables written to; with True where rows that stood there were changed or taken out.
        self._written: dict[str, bool] = {}
        self._added: Counter[str] = Counter()

    def wrote(self, table: str, rows: int) -> None:
        """So many rows were added to a table."""
        if table in fact_tables():
            self._written.setdefault(table, False)
            self._added[table] += rows

    def rewrites(self, table: str, columns: Sequence[str] = ()) -> None:
        """Rows of a table are about to be changed, in these columns, or taken out: its open rows
        are recorded anew. Raises `InvalidState` where they are not those recorded so far."""
        if table not in fact_tables() or self._written.get(table):
            return
        if columns and {*columns} <= {*fact_tables()[table].state}:
            return
        if newest_mark(self._transaction) is not None:
            check_open_rows(self._transaction, self.key, {table: self._added[table]})
        self._written[table] = True

    def adopts(self, table: str, rows: int) -> None:
        """So many rows at the end of a table came with a migration: they are recorded. Raises
        `InvalidState` where those before them are not those recorded so far."""
        if newest_mark(self._transaction) is not None:
            check_open_rows(self._transaction, self.key, {table: rows})
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
                made_key(self.key)
        check_key(self._transaction, self.key)
        number = (after or FIRST).number + 1
        told = self._told()
        listed = [
            rows.with_columns(number=pl.lit(number, pl.Int64), table_name=pl.lit(name))
            for name, (_, parts) in told.items()
            for rows in parts
        ]
        entries = [entry for entry, _ in told.values() if entry.rows or entry.is_anew]
        text = record_text(after or FIRST, entries)
        record = {"number": number, "text": text, "signature": sign(self.key, text)}
        if listed:
            self._transaction.append("ledger_written_row", pl.concat(listed))
        self._transaction.append("ledger_written", pl.DataFrame([record]))

    def _told(self) -> dict[str, tuple[Entry, list[pl.DataFrame]]]:
        """What the record tells of each table, by name: its entry, and rows for the list."""
        few = {
            name: self._of(name)
            for name, is_anew in sorted(self._written.items())
            if not is_anew and self._added[name] < BULK_ROWS
        }
        told = self._few(few)
        for name in self._written.keys() - few.keys():
            span = self._span(fact_tables()[name], self._of(name))
            parts = [*span.digests()]
            told[name] = (self._entry(name, span.rows, span.hash()), parts)
        return dict(sorted(told.items()))

    def _few(self, columns: dict[str, list[Column]]) -> dict[str, tuple[Entry, list[pl.DataFrame]]]:
        """Of tables with few new rows, which are read together."""
        told: dict[str, tuple[Entry, list[pl.DataFrame]]] = {}
        asked = tuple((fact_tables()[name], tuple(of)) for name, of in columns.items())
        rows = new_rows_of(self._transaction, asked)
        leaves = open_leaves(rows)
        listed, at = as_rows(rows["row_key"], leaves), 0
        for name, count in rows.group_by("table_name", maintain_order=True).len().iter_rows():
            own = rows_hash(leaves[at : at + count])
            told[name] = (self._entry(name, count, own), [listed[at : at + count]])
            at += count
        return told

    def _of(self, name: str) -> list[Column]:
        """The columns that are told of a table: the plain ones first."""
        table = fact_tables()[name]
        chosen = [one for one in self._columns[name] if one.name not in table.state]
        return sorted(chosen, key=lambda one: one.name in table.personal)

    def _entry(self, name: str, rows: int, own_hash: str) -> Entry:
        names, personal = [one.name for one in self._of(name)], fact_tables()[name].personal
        plain = tuple(one for one in names if one not in personal)
        own = tuple(names[len(plain) :])
        engine = ENGINE if rows >= BULK_ROWS else ""
        return Entry(name, rows, plain, own, own_hash, self._written[name], engine)

    def _span(self, table: FactTable, columns: Sequence[Column]) -> "_Span":
        """The rows of a table that are told, where they are many or told anew."""
        if not self._written[table.name]:
            slices = new_rows(self._transaction, table, columns)
            return _Span(self._added[table.name], slices, columns)
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
    """Raises `InvalidState` where the key is gone, or is not the one in force: that of the newest
    change, or else of the newest head."""
    if not _is_in_force(reader, path):
        raise InvalidState("ledger_key_other", path=path)


def waiting_key(path: Path) -> Path:
    """Where another key waits until the change to it is kept for good."""
    return path.with_name(f"{path.name}.new")


def settle_key(reader: "Store | Transaction", path: Path) -> None:
    """Puts the key that a change put in force into its place, where that was broken off too."""
    fresh = waiting_key(path)
    if fresh.exists() and not _is_in_force(reader, path) and _is_in_force(reader, fresh):
        fresh.replace(path)


def _is_in_force(reader: "Store | Transaction", path: Path) -> bool:
    newest, own = reader.read("ledger_written_newest").row(0, named=True), public_key(path)
    try:
        if newest["change"] is not None:
            return key_in_force(newest["change"]) == own.decode().strip()
        return newest["head"] is None or json.loads(newest["head"])["key"] == key_name(own)
    except (ValueError, KeyError, TypeError):
        raise InvalidState("ledger_broken", table="ledger_key") from None


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


def fact_counts(reader: "Store | Transaction") -> Counter[str]:
    """How many rows each table of facts has that there is."""
    present = [name for name in schema(reader) if name in fact_tables()]
    return Counter(row_counts(reader, present))


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
    changes = transaction.read("ledger_key").to_dicts()
    if broken_records(records, after, signed_by(house_keys(changes, public_key(key)))):
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


def signed_by(keys: Keys) -> IsSigned:
    """Whether one of these keys signed a text."""
    return lambda text, signature: is_signed_by(keys, text, signature)


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
