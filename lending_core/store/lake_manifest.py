"""What the manifest of a lake says: which files are the book as it stood at one moment, and what is
in them. It is read as something that anybody may have written."""

import functools
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from urllib.parse import quote

FORMAT = 1
FOLDER = "manifest"
_ROWS_MAX = 2**62
_TABLE = re.compile(r"[a-z][a-z0-9_]{0,62}")
_KIND = re.compile(r"[A-Z][A-Z0-9_(), \[\]]{0,199}")
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
_FINGERPRINT = re.compile(r"[0-9a-f]{32}")
_SUM = re.compile(r"-?\d{1,60}(?:\.\d{1,20})?")
_WHOLE_NUMBERS = ("BIGINT", "INTEGER")
# File systems take names of 255 bytes; a name of many Chinese signs is longer as it is quoted.
_NAME_MAX = 180

_Kind = TypeVar("_Kind")


@dataclass(frozen=True)
class Part:
    """One file: the rows of a table, or of one month of it.

    `fingerprint` names these rows with their columns: the same rows, the same file. `sums` are
    exact, by column of money, as text.
    """

    month: str | None
    fingerprint: str
    rows: int
    size_bytes: int
    sums: Mapping[str, str]


@dataclass(frozen=True)
class PartTable:
    """A table of a lake: its columns with their types as DuckDB spells them, and its files."""

    columns: Mapping[str, str]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class LedgerHead:
    """The newest signed head of the book's ledger: what was signed (`text`), by which key, over how
    many blocks and with which root."""

    block_number: int
    root: str
    key: str
    text: str
    signature: str


@dataclass(frozen=True)
class Manifest:
    """Which state of which book a lake holds, and the files that it consists of.

    `event_id`: the ledger's newest event; `business_on`: the newest closed day; `exported_at`: in
    UTC; `engine`: which engine's fingerprints these are; `ledger`: None where nothing is sealed.
    """

    book: str
    is_simulated: bool
    event_id: int
    business_on: date
    exported_at: datetime
    engine: str
    ledger: LedgerHead | None
    tables: Mapping[str, PartTable]

    def paths(self, table: str) -> tuple[str, ...]:
        """The files of a table, as they lie under the lake."""
        return tuple(part_path(table, self.book, part) for part in self.tables[table].parts)

    def all_paths(self) -> frozenset[str]:
        """The files of all tables."""
        return frozenset(path for table in self.tables for path in self.paths(table))

    @functools.cached_property
    def state(self) -> str:
        """Names what is in these files: other rows in any of them, another name."""
        files = "\n".join(sorted(self.all_paths()))
        digest = hashlib.sha256(files.encode()).hexdigest()[:16]
        return f"{self.book} {self.business_on} {self.event_id} {digest}"


def book_folder(book: str) -> str:
    """How folders and files of a book are called in a lake."""
    name = quote(book, safe="")
    if len(name) > _NAME_MAX:
        name = name[:_NAME_MAX].rpartition("%")[0] + hashlib.sha256(book.encode()).hexdigest()
    return f"book={name}"


def part_path(table: str, book: str, part: Part) -> str:
    """Where a part of a table of a book lies under the lake; nothing that a manifest says leads
    anywhere else."""
    month = [] if part.month is None else [f"month={part.month}"]
    return "/".join([table, book_folder(book), *month, f"part-{part.fingerprint}.parquet"])


def money_columns(columns: Mapping[str, str]) -> tuple[str, ...]:
    """Columns whose sums a manifest tells: amounts in fen, and exact decimals."""
    return tuple(
        name
        for name, kind in columns.items()
        if (name.endswith("_fen") and kind in _WHOLE_NUMBERS) or kind.startswith("DECIMAL(")
    )


def told(manifest: Manifest) -> dict[str, Any]:
    """What a manifest says, for JSON."""
    return {
        "format": FORMAT,
        "book": manifest.book,
        "is_simulated": manifest.is_simulated,
        "event_id": manifest.event_id,
        "business_on": manifest.business_on.isoformat(),
        "exported_at": manifest.exported_at.isoformat(timespec="seconds") + "Z",
        "engine": manifest.engine,
        "ledger": None if manifest.ledger is None else vars(manifest.ledger),
        "tables": {
            name: {
                "columns": dict(table.columns),
                "parts": [_told_part(name, manifest.book, part) for part in table.parts],
            }
            for name, table in manifest.tables.items()
        },
    }


def _told_part(table: str, book: str, part: Part) -> dict[str, Any]:
    return {
        "path": part_path(table, book, part),
        "month": part.month,
        "fingerprint": part.fingerprint,
        "rows": part.rows,
        "sums": dict(part.sums),
        "bytes": part.size_bytes,
    }


class Wrong(Exception):
    """Where a manifest says something that it must not."""


def read(told: Any) -> Manifest:
    """The manifest that JSON says. Raises `Wrong` where it says something that it must not."""
    if _of(told, "format", int) != FORMAT:
        raise Wrong("format")
    book = _of(told, "book", str)
    tables = _of(told, "tables", dict)
    return Manifest(
        book=book,
        is_simulated=_of(told, "is_simulated", bool),
        event_id=_count(told, "event_id"),
        business_on=_date(told, "business_on"),
        exported_at=_time(told, "exported_at"),
        engine=_of(told, "engine", str),
        ledger=None if told.get("ledger") is None else _ledger(told["ledger"]),
        tables={_table_name(name): _table(name, book, table) for name, table in tables.items()},
    )


def _ledger(told: Any) -> LedgerHead:
    words = {name: _of(told, name, str) for name in ("root", "key", "text", "signature")}
    try:
        says = json.loads(words["text"])
        is_same = (says["root"], says["key"]) == (words["root"], words["key"])
    except (ValueError, TypeError, KeyError, RecursionError):
        is_same = False
    if not is_same:
        raise Wrong("ledger")
    return LedgerHead(block_number=_count(told, "block_number"), **words)


def _table_name(name: str) -> str:
    if not _TABLE.fullmatch(name) or name == FOLDER:
        raise Wrong("tables")
    return name


def _table(name: str, book: str, told: Any) -> PartTable:
    columns = _of(told, "columns", dict)
    if not columns or not all(_TABLE.fullmatch(column) for column in columns):
        raise Wrong(f"{name}.columns")
    for kind in columns.values():
        _match(kind, _KIND, f"{name}.columns")
    parts = tuple(_part(name, book, columns, part) for part in _of(told, "parts", list))
    # A month that stood there twice would count twice.
    if len({part.month for part in parts}) < len(parts):
        raise Wrong(f"{name}.parts")
    return PartTable(columns=columns, parts=parts)


def _part(table: str, book: str, columns: Mapping[str, str], told: Any) -> Part:
    sums = _of(told, "sums", dict)
    if sums.keys() != set(money_columns(columns)):
        raise Wrong(f"{table}.sums")
    for total in sums.values():
        _match(total, _SUM, f"{table}.sums")
    month = told.get("month")
    part = Part(
        month=None if month is None else _match(month, _MONTH, f"{table}.month"),
        fingerprint=_match(told.get("fingerprint"), _FINGERPRINT, f"{table}.fingerprint"),
        rows=_count(told, "rows"),
        size_bytes=_count(told, "bytes"),
        sums=sums,
    )
    if told.get("path") != part_path(table, book, part):
        raise Wrong(f"{table}.path")
    return part


def _of(told: Any, name: str, kind: type[_Kind]) -> _Kind:
    if not isinstance(told, dict) or not isinstance(told.get(name), kind):
        raise Wrong(name)
    found: _Kind = told[name]
    return found


def _count(told: Any, name: str) -> int:
    found = _of(told, name, int)
    if isinstance(found, bool) or not 0 <= found <= _ROWS_MAX:
        raise Wrong(name)
    return found


def _date(told: Any, name: str) -> date:
    try:
        return date.fromisoformat(_of(told, name, str))
    except ValueError:
        raise Wrong(name) from None


def _time(told: Any, name: str) -> datetime:
    try:
        return datetime.fromisoformat(_of(told, name, str)).astimezone(UTC).replace(tzinfo=None)
    except ValueError:
        raise Wrong(name) from None


def _match(told: Any, form: re.Pattern[str], place: str) -> str:
    if not isinstance(told, str) or not form.fullmatch(told):
        raise Wrong(place)
    return told
