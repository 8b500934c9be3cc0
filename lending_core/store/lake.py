"""The book as Parquet files for other engines: parts that are named by what is in them, and one
manifest that says which of them are the book.

Only what reports over the whole book read is there, and no column that is personal. An export
writes the parts that are not there yet, then the manifest; until that stands, readers see the lake
as it was. Killed at any moment, it is run again and finds what it had finished.
"""

import errno
import fcntl
import functools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from lending_core.errors import InvalidState
from lending_core.store import lake_files
from lending_core.store.engine import Store
from lending_core.store.lake_files import exported
from lending_core.store.lake_manifest import (
    FOLDER,
    LedgerHead,
    Manifest,
    Part,
    PartTable,
    book_folder,
)
from lending_core.store.lake_parts import (
    fingerprints,
    footer_rows,
    parts_of,
    path_of,
    select_part,
    write_part,
)
from lending_core.store.query_files import QUERY_FOLDER, query_text
from lending_core.store.reports import (
    is_book_wide,
    month_columns,
    read_tables,
    screen_tables,
    withheld_columns,
)
from lending_core.store.shape import shape
from lending_core.store.transaction import Transaction

__all__ = ("Exported", "Manifest", "export", "exported", "files_of", "lake_columns", "lake_tables")

# What the hashes of fingerprints are of: another version may hash otherwise.
ENGINE = f"duckdb {duckdb.__version__}"

# How many tables of how many are done, and what is at work.
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Exported:
    """The manifest that now stands, and how many parts were written for it, were there already,
    and were swept because nobody names them any more."""

    manifest: Manifest
    written: int
    kept: int
    swept: int

    @property
    def book(self) -> str:
        """The name of the book."""
        return self.manifest.book


def book_wide_queries() -> tuple[str, ...]:
    """Names of the query files that are reports over the whole book, in order."""
    names = (path.relative_to(QUERY_FOLDER).with_suffix("") for path in QUERY_FOLDER.rglob("*.sql"))
    return tuple(sorted(str(name) for name in names if is_book_wide(query_text(str(name)))))


@functools.cache
def lake_tables() -> tuple[str, ...]:
    """The tables that a lake keeps: those that reports read, and what screens show besides."""
    reports = read_tables(query_text(name) for name in book_wide_queries())
    return tuple(sorted({*reports, *screen_tables()}))


def lake_columns(table: str) -> dict[str, str]:
    """The columns of a table that a lake keeps, and their types as DuckDB spells them."""
    withheld = withheld_columns().get(table, ())
    return {name: kind for name, kind in shape().columns[table].items() if name not in withheld}


def files_of(lake: Path, manifest: Manifest, table: str) -> list[Path]:
    """The files of a table, each as long as the manifest says and with as many rows.

    Raises `InvalidState` where one is not, or where the table has other columns than this version
    reads.
    """
    told = manifest.tables.get(table)
    if told is None or dict(told.columns) != lake_columns(table):
        raise InvalidState("lake_version", path=lake, table=table)
    return [_checked(lake, table, manifest.book, part) for part in told.parts]


def export(store: Store, lake: Path, progress: Progress, *, at: datetime) -> Exported:
    """Writes what reports read of the book of a store, all of one moment; whoever writes to the
    store goes on meanwhile. Parts that are there already stay as they are.

    Raises `InvalidState` where another export of this book is at work in the lake, and where the
    folder cannot be written to.
    """
    with store.moment() as moment:
        told = moment.read("book").row(0, named=True)
        with _writable(lake), _alone(lake, told["name"]):
            work = _Work(moment, lake, told["name"])
            tables = work.run(lake_tables(), progress)
            manifest = Manifest(
                book=told["name"],
                is_simulated=told["is_simulated"],
                event_id=int(moment.read("newest_event_id").item()),
                business_on=told["business_on"],
                exported_at=at.astimezone(UTC).replace(tzinfo=None, microsecond=0),
                engine=ENGINE,
                ledger=_ledger_head(moment),
                tables=tables,
            )
            lake_files.stand(lake, manifest)
            return Exported(manifest, work.written, work.kept, _sweep(lake, manifest))


class _Work:
    """One export: which parts it wrote and which it found."""

    def __init__(self, moment: Transaction, lake: Path, book: str) -> None:
        self._moment = moment
        self._lake = lake
        self._book = book
        self.written = 0
        self.kept = 0

    def run(self, tables: tuple[str, ...], progress: Progress) -> dict[str, PartTable]:
        done: dict[str, PartTable] = {}
        for place, table in enumerate(tables):
            columns, by = lake_columns(table), month_columns().get(table)
            parts = parts_of(self._moment.read_sql(fingerprints(table, columns, by)), columns)
            for part in parts:
                progress(place, len(tables), " ".join(filter(None, (table, part.month))))
                self._settle(table, columns, part)
            done[table] = PartTable(columns, tuple(self._sized(table, part) for part in parts))
            progress(place + 1, len(tables), table)
        return done

    def _settle(self, table: str, columns: dict[str, str], part: Part) -> None:
        path = path_of(self._lake, table, self._book, part)
        if path.is_file() and footer_rows(path) == part.rows:
            self.kept += 1
            return
        write_part(
            self._moment, select_part(table, columns, month_columns().get(table), part), path
        )
        self.written += 1

    def _sized(self, table: str, part: Part) -> Part:
        path = path_of(self._lake, table, self._book, part)
        return replace(part, size_bytes=path.stat().st_size)


def _ledger_head(moment: Transaction) -> LedgerHead | None:
    heads = moment.read("ledger_head")
    if heads.is_empty():
        return None
    newest = heads.row(-1, named=True)
    says = json.loads(newest["text"])
    return LedgerHead(root=says["root"], key=says["key"], **newest)


@contextmanager
def _writable(lake: Path) -> Iterator[None]:
    """A folder that takes no files is no bug: whoever chose it is told."""
    try:
        yield
    except OSError as failed:
        is_full = failed.errno in (errno.ENOSPC, errno.EDQUOT)
        raise InvalidState("lake_full" if is_full else "lake_unwritable", path=lake) from failed


@contextmanager
def _alone(lake: Path, book: str) -> Iterator[None]:
    """Whoever sweeps must not take what another export has just written. The lock goes with the
    process that holds it."""
    path = lake / FOLDER / f".{book_folder(book)}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InvalidState("lake_busy", path=lake, book=book) from None
        yield


def _sweep(lake: Path, manifest: Manifest) -> int:
    """Takes away the parts of a book that neither the newest manifest nor the one before names, nor
    a catalogue, and what killed exports left half written; returns how many."""
    before = lake_files.previous(lake, manifest.book)
    named = manifest.all_paths() | lake_files.catalogued(lake, manifest.book)
    named |= before.all_paths() if before else frozenset()
    swept = 0
    for folder in lake.glob(f"*/{book_folder(manifest.book)}"):
        for path in (*folder.rglob("part*.parquet"), *folder.rglob(".part-*.parquet.writing")):
            if path.relative_to(lake).as_posix() not in named:
                path.unlink()
                swept += 1
        for month in folder.glob("month=*"):
            if not any(month.iterdir()):
                month.rmdir()
    return swept


def _checked(lake: Path, table: str, book: str, part: Part) -> Path:
    path = path_of(lake, table, book, part)
    name = path.relative_to(lake).as_posix()
    # A link may lead anywhere: what is not in the lake itself is not of it.
    if not path.is_file() or not path.resolve().is_relative_to(lake.resolve()):
        raise InvalidState("lake_part_missing", path=lake, part=name)
    for what, expected, found in (
        ("bytes", part.size_bytes, path.stat().st_size),
        ("rows", part.rows, footer_rows(path)),
    ):
        if found != expected:
            facts = {"what": what, "found": found, "expected": expected}
            raise InvalidState("lake_part_differs", path=lake, part=name, **facts)
    return path
