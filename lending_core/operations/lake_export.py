"""Handing the book to other engines: as files, without what is personal."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl

from lending_core.access.permissions import SYSTEM, Actor, Permission, require
from lending_core.errors import InvalidState, LendingError
from lending_core.ledger.chain import utc_naive
from lending_core.operations.console import book, newest_event_id
from lending_core.store import lake
from lending_core.store.engine import Store
from lending_core.store.lake import Exported, Progress
from lending_core.store.lake_files import books_in

_log = logging.getLogger(__name__)
# Refusals that pass by themselves: the next round looks again.
_PASSING = ("lake_busy", "no_book")
# An export where nothing has changed tells that the copy is still true.
_STILL_TRUE_HOURS = 12

_TABLES = {
    "table_name": pl.String,
    "rows": pl.Int64,
    "parts": pl.Int64,
    "size_bytes": pl.Int64,
    "first_month": pl.String,
    "last_month": pl.String,
}


@dataclass(frozen=True)
class Handed:
    """What a lake holds of the book: up to which day, since when (UTC), and how many events of the
    ledger it is behind. `tables`: one row per table, the largest first: table_name, rows, parts,
    size_bytes, first_month and last_month (null where it does not lie by month)."""

    business_on: date
    exported_at: datetime
    events_behind: int
    tables: pl.DataFrame


def export_book(
    store: Store, actor: Actor, folder: Path, progress: Progress, *, at: datetime
) -> Exported:
    """Writes the tables that reports read to a folder, where they are not there already.

    Returns the manifest that now stands, and how many parts were written and kept. Raises
    `NotAllowed`, and `InvalidState` before there is a book, while another export is at work, where
    the folder cannot be written to, and over a lake, which has nothing to hand over.
    """
    require(actor, Permission.EXPORT_BOOK)
    if store.is_reading:
        raise InvalidState("lake_console")
    book(store)
    return lake.export(store, folder, progress, at=at)


def handed_over(store: Store, actor: Actor, folder: Path) -> Handed | None:
    """What the lake in a folder holds of the book; None for nothing. Raises `NotAllowed`, and
    `InvalidState` where its manifest is not one."""
    require(actor, Permission.EXPORT_BOOK)
    name = book(store).name
    if name not in books_in(folder):
        return None
    found = lake.exported(folder, name)
    behind = newest_event_id(store) - found.event_id
    rows = [
        {
            "table_name": table,
            "rows": sum(part.rows for part in told.parts),
            "parts": len(told.parts),
            "size_bytes": sum(part.size_bytes for part in told.parts),
            "first_month": min((part.month for part in told.parts if part.month), default=None),
            "last_month": max((part.month for part in told.parts if part.month), default=None),
        }
        for table, told in found.tables.items()
    ]
    tables = pl.DataFrame(rows, schema=_TABLES).sort("size_bytes", descending=True)
    return Handed(found.business_on, found.exported_at, behind, tables)


class Exporter:
    """Exports the book of a server every so many minutes where something has changed since, in a
    thread of its own; also where nothing did for half a day, which tells that the copy is true."""

    def __init__(
        self, store: Callable[[], Store], clock: Callable[[], datetime], folder: Path, minutes: int
    ) -> None:
        self._store = store
        self._clock = clock
        self._folder = folder
        self._pause = timedelta(minutes=minutes).total_seconds()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="exporter", daemon=True)

    def start(self) -> None:
        """Begins to export, until `stop`; without a period it does nothing."""
        if self._pause:
            self._thread.start()

    def stop(self) -> None:
        """Breaks off what is under way: the lake stays as it was, and the next export goes on."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def round(self) -> Exported | None:
        """One look whether the book has moved on, and an export where it has; None for none."""
        store, at = self._store(), self._clock()
        if self._is_still_true(store, at):
            return None
        return export_book(store, SYSTEM, self._folder, self._go_on, at=at)

    def _is_still_true(self, store: Store, at: datetime) -> bool:
        try:
            found = handed_over(store, SYSTEM, self._folder)
        except InvalidState:
            # A manifest that cannot be read gives way to the one of an export.
            return False
        if found is None or found.events_behind:
            return False
        return utc_naive(at) - found.exported_at < timedelta(hours=_STILL_TRUE_HOURS)

    def _go_on(self, _done: int, _of: int, _table: str) -> None:
        if self._stop.is_set():
            raise _Stopped

    def _run(self) -> None:
        while True:
            try:
                self.round()
            except _Stopped:
                return
            except LendingError as refusal:
                level = logging.INFO if refusal.reason in _PASSING else logging.ERROR
                _log.log(level, "exporter: %s", refusal.reason)
            except Exception as bug:
                # The lake stays as it was, and its age tells of it.
                _log.error("exporter: %s", type(bug).__name__)
            if self._stop.wait(self._pause):
                return


class _Stopped(Exception):
    """The server ends in the middle of an export."""
