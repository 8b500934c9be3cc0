"""Imported books: files beside the book that the house lent, each with its own ledger."""

import dataclasses
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput, InvalidState, NotFound
from lending_core.operations.console import book, has_book, open_console
from lending_core.settings import Settings
from lending_core.store.engine import Store, open_store
from lending_core.store.events import Moment, append_events, newest_event
from lending_core.store.tape_files import TapeFile

FOLDER = "books"
SUFFIX = ".duckdb"
_DRAFT = ".building"
# The refusal to open what another process has open.
_IN_USE = "database_in_use"
# Tables with as many rows as a tape: checked when all are in, not row by row.
_FILLED = ("tape_loan", "loan_month")
# A name is a file's name and stands in addresses: letters of any script, digits, _ and -.
_NAME = re.compile(r"\w[\w-]{0,59}")


@dataclass(frozen=True)
class BookFile:
    """An imported book that can be opened: its name and its file."""

    name: str
    path: Path


def imported_books(settings: Settings) -> list[BookFile]:
    """All imported books, by name."""
    folder = settings.database_path.parent / FOLDER
    return [BookFile(path.stem, path) for path in sorted(folder.glob(f"*{SUFFIX}"))]


def book_path(settings: Settings, name: str) -> Path:
    """Where the book of this name is, or would be. Raises `InvalidInput` for what is no name."""
    if not _NAME.fullmatch(name):
        raise InvalidInput("book_name", name=name[:60])
    return settings.database_path.parent / FOLDER / f"{name}{SUFFIX}"


def open_book(settings: Settings, name: str) -> Store:
    """The imported book of this name. Raises `NotFound`, and `InvalidState` where another process
    has it open."""
    path = book_path(settings, name)
    if not path.exists():
        raise NotFound("book_unknown", name=name)
    return open_console(dataclasses.replace(settings, database_path=path))


def remove_book(settings: Settings, house: Store, actor: Actor, name: str, *, at: datetime) -> None:
    """Takes an imported book away with its file; the ledger of the `house` says which it was.
    Raises `NotAllowed` and `NotFound`, and `InvalidState` where a process has it open: close it
    first."""
    require(actor, Permission.IMPORT_TAPE)
    path = book_path(settings, name)
    # Opening it proves that nobody else is at work on it.
    removed = open_book(settings, name)
    facts = {"name": name, **_what_it_was(removed)}
    removed.close()
    with house.transaction() as transaction:
        on = book(transaction).open_on if has_book(transaction) else at.date()
        append_events(transaction, Moment(actor, on, at), "book_removed", [("book", 1, facts)])
        _take_away(path)


def _what_it_was(removed: Store) -> dict[str, Any]:
    """Shape, last day told, and the newest event of the book's own ledger, which goes with it."""
    if not has_book(removed):
        return {}
    newest = newest_event(removed)
    was = book(removed)
    return {
        "shape": was.shape,
        "as_of_on": was.business_on,
        "last_event_hash": None if newest is None else newest.hash,
    }


@contextmanager
def draft_of(
    settings: Settings, name: str, files: Sequence[TapeFile], *, replace: bool
) -> Iterator[Store]:
    """A new, empty store that may read these files; once the block ends well it is the book `name`.

    Raises `InvalidState` where there is one already and `replace` is not asked for, or another
    process has it open: at the start, and again before the draft takes its place.
    """
    path = book_path(settings, name)
    _check_place(settings, name, replace=replace)
    draft = path.with_suffix(_DRAFT)
    store = _opened(settings, draft, files)
    is_done = False
    try:
        # Nobody sees the draft: it is a book once it holds against all checks, or nothing.
        with store.transaction() as transaction:
            checks = {table: transaction.open_up(table) for table in _FILLED}
        yield store
        with store.transaction() as transaction:
            for table, conditions in checks.items():
                transaction.check(table, conditions)
        is_done = True
    finally:
        store.close()
        if not is_done:
            _take_away(draft)
    try:
        _check_place(settings, name, replace=replace)
    except InvalidState:
        _take_away(draft)
        raise
    path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
    draft.replace(path)


def _check_place(settings: Settings, name: str, *, replace: bool) -> None:
    """Whoever had the book open would go on writing the log of a file that is no more."""
    if not book_path(settings, name).exists():
        return
    if not replace:
        raise InvalidState("tape_book_exists", name=name)
    try:
        open_book(settings, name).close()
    except InvalidState as refusal:
        # A book that this key does not open may go all the same.
        if refusal.reason == _IN_USE:
            raise


def _opened(settings: Settings, draft: Path, files: Sequence[TapeFile]) -> Store:
    readable = [file.path for file in files]

    def opened() -> Store:
        return open_store(
            draft,
            key=settings.database_key,
            memory_limit=settings.memory_limit,
            readable=readable,
        )

    was_there = draft.exists()
    store = opened()
    if not was_there:
        return store
    # An import that was killed left something that nobody has seen; nobody else has it open.
    store.close()
    _take_away(draft)
    return opened()


def _take_away(path: Path) -> None:
    for suffix in ("", ".wal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
