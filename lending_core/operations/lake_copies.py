"""Taking a lake along: a database of one book in it, to analyse elsewhere."""

from dataclasses import dataclass
from pathlib import Path

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput
from lending_core.settings import Settings
from lending_core.store.lake import Manifest, Progress, exported
from lending_core.store.lake_copy import Copying, write_copy


@dataclass(frozen=True)
class CopyOrder:
    """Which book of which lake, and where its database is made."""

    lake: Path
    book: str
    path: Path


def copy_lake(settings: Settings, actor: Actor, order: CopyOrder, progress: Progress) -> Manifest:
    """Makes a database of a book in a lake, encrypted where the settings name a key: what reports
    read, personal columns null, to be read only. It is there once rows, sums and fingerprints are
    those of the manifest, or not at all.

    Returns the manifest. Raises `NotAllowed`, `InvalidInput` where there is a file already, and
    `InvalidState` where the lake has no such book or is not what its manifest says.
    """
    require(actor, Permission.EXPORT_BOOK)
    if order.path.exists():
        raise InvalidInput("copy_exists", path=order.path)
    copying = Copying(order.lake, exported(order.lake, order.book), order.path)
    order.path.parent.mkdir(parents=True, exist_ok=True)
    write_copy(copying, progress, key=settings.database_key, memory_limit=settings.memory_limit)
    return copying.manifest
