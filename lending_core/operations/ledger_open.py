"""The open day under verification: what its records say of each table, and whether they hold."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from lending_core.ledger.blocks import Finding
from lending_core.ledger.tables import fact_tables
from lending_core.ledger.written import (
    FIRST,
    Entry,
    IsSigned,
    broken_records,
    entries_of,
    rows_hash,
)
from lending_core.store.engine import Transaction
from lending_core.store.fact_rows import fact_rows
from lending_core.store.written import (
    ENGINE,
    Columns,
    as_rows,
    open_entries,
    open_rows,
    sealed_mark,
)

_LIST = "ledger_written_row"
_LISTED = {"number": pl.Int64, "row_key": pl.String, "digest": pl.UInt64}


@dataclass(frozen=True)
class OpenRows:
    """The rows of a table since the last block: keys, leaves and digests of now (row_key, digest),
    the recorded ones alike, and whether both are the same."""

    actual: pl.DataFrame
    recorded: pl.DataFrame
    is_tied: bool
    findings: tuple[Finding, ...] = ()


@dataclass
class OpenDay:
    """What the records say. `is_begun`: whether any was ever made; before that, rows may come."""

    reader: Transaction
    is_begun: bool
    entries: dict[str, list[Entry]]
    numbers: dict[str, list[int]]
    # Records that are not what they were: the list alone says what they told.
    doubted: frozenset[int]
    newest: int
    # How many rows of each table the list has of records that are gone or not what they were.
    unknown: dict[str, int]
    findings: list[Finding] = field(default_factory=list)

    @classmethod
    def of(cls, reader: Transaction, block: str | None, is_own: IsSigned) -> "OpenDay":
        """As the records stand, after the newest block by its text."""
        after = sealed_mark(block)
        records = reader.read("ledger_written").to_dicts()
        found = broken_records(records, after or FIRST, is_own)
        doubted = frozenset(int(one.row_key) for one in found)
        sound = [one for one in records if one["number"] not in doubted]
        newest = max((one["number"] for one in sound), default=(after or FIRST).number)
        return cls(
            reader=reader,
            is_begun=bool(records) or after is not None,
            entries=open_entries([one["text"] for one in sound]),
            numbers=_numbers(sound),
            doubted=doubted,
            newest=newest,
            unknown=_unknown_rows(reader, doubted, newest),
            findings=[*found, *_strays(reader)],
        )

    def expected(self, table: str) -> int:
        """How many rows of a table the records tell."""
        return sum(one.rows for one in self.entries.get(table, [])) + self.unknown.get(table, 0)

    def rows(self, table: str, present: Columns, first: int) -> OpenRows | None:
        """The open rows of a table from a position on, beside what records tell of them; None where
        a column is gone."""
        entries, numbers = self.entries.get(table, []), self.numbers.get(table, [])
        told = self.reader.read(_LIST, table_name=table).cast(pl.Schema(_LISTED))
        reading = entries or [_as_now(table, present)]
        found = open_rows(self.reader, present, reading, first)
        if found is None:
            return None
        actual, is_tied = found
        own = told.filter(pl.col("number").is_in([*numbers, *self._unknown(told)]))
        is_known = own.height == sum(one.rows for one in entries)
        wrong = self._misnumbered(table, told, numbers) + self._mislisted(table, entries, told)
        recorded = own.select("row_key", "digest")
        if is_tied:
            if is_known and not wrong:
                is_known_engine = {one.engine for one in entries} <= {"", ENGINE}
                wrong = _relisted(table, own, actual) if is_known_engine else []
            recorded = actual
        return OpenRows(actual, recorded, is_tied, tuple(wrong))

    def starts(self, table: str, position: int) -> bool:
        """Whether the row at a position is the first of those that the records tell."""
        told = self.reader.read(_LIST, table_name=table)
        own = told.filter(
            pl.col("number").is_in([*self.numbers.get(table, []), *self._unknown(told)])
        )
        slices = fact_rows(self.reader, fact_tables()[table], (), position)
        found = next(slices, None)
        return found is not None and found["row_key"][:1].equals(own["row_key"][:1])

    def _unknown(self, told: pl.DataFrame) -> list[int]:
        """Records in the list that are gone or not what they were."""
        return [one for one in told["number"].unique() if one in self.doubted or one > self.newest]

    def _misnumbered(self, table: str, told: pl.DataFrame, numbers: Sequence[int]) -> list[Finding]:
        known = {*numbers, *self.doubted}
        strays = [one for one in told["number"].unique().sort() if one not in known]
        # The list of a record that is gone stays behind.
        gone = [one for one in strays if one > self.newest]
        told_gone = [Finding("ledger_written", str(one), "deleted") for one in gone]
        others = [one for one in strays if one not in gone and not self._is_replaced(table, one)]
        return told_gone + [Finding(_LIST, f"{one} {table}", "inserted") for one in others]

    def _is_replaced(self, table: str, number: int) -> bool:
        """Whether a later record tells the table anew."""
        entries = self.entries.get(table, [])
        return bool(entries) and entries[0].is_anew and number < self.numbers[table][0]

    def _mislisted(self, table: str, entries: Sequence[Entry], told: pl.DataFrame) -> list[Finding]:
        """Records whose list has more or fewer rows than they tell."""
        listed = dict(told.group_by("number").len().iter_rows())
        numbers = self.numbers.get(table, [])
        return [
            Finding(_LIST, f"{number} {table}", "deleted" if have < one.rows else "inserted")
            for number, one in zip(numbers, entries, strict=True)
            if (have := listed.get(number, 0)) != one.rows
        ]


def _unknown_rows(reader: Transaction, doubted: frozenset[int], newest: int) -> dict[str, int]:
    rows = reader.read("ledger_written_count")
    unknown = rows.filter(pl.col("number").is_in([*doubted]) | (pl.col("number") > newest))
    return dict(unknown.group_by("table_name").agg(pl.col("row_count").sum()).iter_rows())


def _strays(reader: Transaction) -> list[Finding]:
    """Rows of the list that stand out of order, or are of no table of facts."""
    rows = reader.read("ledger_written_stray")
    known = [*fact_tables()]
    wrong = rows.filter(~pl.col("table_name").is_in(known) | pl.col("is_moved"))
    return [
        Finding(_LIST, f"{number} {table} {key}", "moved" if is_moved else "inserted")
        for number, table, key, is_moved in wrong.iter_rows()
    ]


def _as_now(table: str, present: Columns) -> Entry:
    """No rows, with the columns of now: how rows are read of which no record tells."""
    facts = fact_tables()[table]
    names = [one.name for one in present[table] if one.name not in facts.state]
    plain, own = (
        tuple(name for name in names if (name in facts.personal) is is_own)
        for is_own in (False, True)
    )
    return Entry(table, 0, plain, own, rows_hash(()), is_anew=False)


def _relisted(table: str, told: pl.DataFrame, actual: pl.DataFrame) -> list[Finding]:
    """Rows that are as recorded, while the list says something else of them."""
    same = (told["row_key"] == actual["row_key"]) & (told["digest"] == actual["digest"])
    wrong = told.filter(~same)
    return [
        Finding(_LIST, f"{number} {table} {key}", "changed")
        for number, key in wrong.select("number", "row_key").iter_rows()
    ]


def _numbers(records: Sequence[dict[str, Any]]) -> dict[str, list[int]]:
    """Numbers of the records that `open_entries` keeps, table by table."""
    found: dict[str, list[int]] = {}
    for record in records:
        for entry in entries_of(record["text"]):
            if entry.is_anew:
                found[entry.table] = []
            found.setdefault(entry.table, []).append(int(record["number"]))
    return found


NO_ROWS = OpenRows(as_rows([], []), as_rows([], []), is_tied=True)
