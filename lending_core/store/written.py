"""What each transaction wrote, told by a signed record in the same transaction, and held against
the rows: so that a row which nobody recorded is noticed on the day it came."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from lending_core.errors import InvalidState
from lending_core.ledger.blocks import key_name
from lending_core.ledger.keys import Keys, house_keys, key_in_force
from lending_core.ledger.keys import signed_by as is_signed_by
from lending_core.ledger.signing import made_key, public_key, sign
from lending_core.ledger.tables import FactTable, fact_tables
from lending_core.ledger.verify import leaf_hash
from lending_core.ledger.written import (
    BULK_ROWS,
    FIRST,
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
    new_rows,
    new_rows_of,
    row_counts,
    schema,
)
from lending_core.store.open_rows import Columns, Span, as_rows, open_rows

if TYPE_CHECKING:
    from lending_core.store.engine import Store, Transaction

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

    def _span(self, table: FactTable, columns: Sequence[Column]) -> Span:
        """The rows of a table that are told, where they are many or told anew."""
        if not self._written[table.name]:
            slices = new_rows(self._transaction, table, columns)
            return Span(self._added[table.name], slices, columns)
        first = covered_rows(self._transaction).get(table.name, 0)
        count = max(0, row_counts(self._transaction, (table.name,))[table.name] - first)
        return Span.read(self._transaction, table, columns, first, count)


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
