"""Handing the book to other engines: as files, without what is personal."""

from datetime import datetime
from pathlib import Path

from lending_core.access.permissions import Actor, Permission, require
from lending_core.operations.console import book
from lending_core.store import lake, portable
from lending_core.store.engine import Store
from lending_core.store.lake import Exported, Progress


def export_book(
    store: Store, actor: Actor, folder: Path, progress: Progress, *, at: datetime
) -> Exported:
    """Writes the tables that reports read to a folder, where they are not there already.

    Returns the manifest that now stands, and how many parts were written and kept. Raises
    `NotAllowed`, and `InvalidState` before there is a book or while another export is at work.
    """
    require(actor, Permission.VIEW_BOOK)
    book(store)
    return lake.export(store, folder, progress, at=at)


def not_portable() -> list[str]:
    """Places in reports over the whole book that another engine would not understand, or would
    understand otherwise: file, line and what it is; empty means none."""
    return [str(place) for place in portable.outside_of_all()]
