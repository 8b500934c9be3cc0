"""A lake in a catalogue on PostgreSQL, for readers with other tools: registering, checking, and
giving up what is old."""

from datetime import datetime
from pathlib import Path

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidState
from lending_core.store import catalogue, catalogue_check, catalogue_door
from lending_core.store.catalogue import Registered
from lending_core.store.catalogue_address import CatalogueAddress, catalogue_address
from lending_core.store.catalogue_check import Difference
from lending_core.store.catalogue_process import apart
from lending_core.store.lake_files import books_in


def reached(text: str) -> CatalogueAddress:
    """The address that was typed. Raises `InvalidInput` where it is none, and `InvalidState` where
    no catalogue answers there: asked before an export that takes long."""
    address = catalogue_address(text)
    catalogue_door.reach(address)
    return address


def register_book(actor: Actor, address: CatalogueAddress, lake: Path, book: str) -> Registered:
    """Lets a catalogue name the parts that the manifest of a book names.

    Raises `NotAllowed`, and `InvalidState` where the catalogue refuses or reads other rows or sums
    than the manifest says; what it had stands then.
    """
    require(actor, Permission.EXPORT_BOOK)
    return apart(catalogue.register, address, lake, book)


def register_lake(actor: Actor, address: CatalogueAddress, lake: Path) -> dict[str, Registered]:
    """By book of a lake, as `register_book`: the books themselves are not opened, so whoever works
    on them works on. Raises `InvalidState` where the lake holds none too."""
    require(actor, Permission.EXPORT_BOOK)
    return {book: register_book(actor, address, lake, book) for book in _books(lake)}


def check_books(actor: Actor, address: CatalogueAddress, lake: Path) -> dict[str, list[Difference]]:
    """By book of a lake, where rows or sums read through a catalogue are not those of the manifest;
    empty means nowhere. Raises `NotAllowed`, `NotFound` where the catalogue has none of a book, and
    `InvalidState` where it has another state of it or the lake holds no book."""
    require(actor, Permission.EXPORT_BOOK)
    return {book: apart(catalogue_check.check, address, lake, book) for book in _books(lake)}


def forget_before(actor: Actor, address: CatalogueAddress, lake: Path, before: datetime) -> int:
    """Gives up the snapshots from before a time; the next export takes away the parts that only
    they named. Returns how many snapshots. Raises `NotAllowed` and `InvalidState`."""
    require(actor, Permission.EXPORT_BOOK)
    return apart(catalogue_check.forget, address, lake, before)


def _books(lake: Path) -> tuple[str, ...]:
    books = books_in(lake)
    if not books:
        raise InvalidState("lake_empty", path=lake)
    return books
