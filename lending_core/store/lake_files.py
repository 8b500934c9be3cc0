"""The manifests of a lake as files, and putting files in their place.

    <lake>/manifest/book=<name>.json             the newest export; one rename puts it in place
    <lake>/manifest/book=<name>.previous.json    the one before: who began on it can read on
    <lake>/catalogue/book=<name>.json            parts that a catalogue names, of any export

Whoever reads a lake reads the files that a manifest names and no others.
"""

import functools
import json
import os
from pathlib import Path

from lending_core.errors import InvalidState
from lending_core.store.lake_manifest import FOLDER, Manifest, Wrong, book_folder, read, told

# Far above a manifest of a hundred tables by month over thirty years.
_BYTES_MAX = 64_000_000
# A lake has the house's book and the imported ones, and every statement over it looks at them all.
_REMEMBERED_MAX = 128


def manifest_path(lake: Path, book: str, *, is_previous: bool = False) -> Path:
    """Where the manifest of a book lies."""
    suffix = ".previous.json" if is_previous else ".json"
    return lake / FOLDER / (book_folder(book) + suffix)


def exported(lake: Path, book: str) -> Manifest:
    """What a lake holds of a book. Raises `InvalidState` where it holds nothing of it, or where its
    manifest is not one."""
    path = manifest_path(lake, book)
    found = _kept(path)
    if found is None:
        raise InvalidState("lake_missing", path=lake, book=book)
    if found.book != book:
        raise InvalidState("lake_manifest", path=path, place="book")
    return found


def previous(lake: Path, book: str) -> Manifest | None:
    """The manifest before the newest one; None where there is none that can be read."""
    return _readable(manifest_path(lake, book, is_previous=True))


def books_in(lake: Path) -> tuple[str, ...]:
    """Names of the books that a lake holds, in order. Raises as `exported`."""
    paths = sorted((lake / FOLDER).glob("book=*.json"))
    newest = [path for path in paths if not path.name.endswith(".previous.json")]
    return tuple(sorted(found.book for path in newest if (found := _kept(path))))


def stand(lake: Path, manifest: Manifest) -> None:
    """Puts a manifest in the place of the one before, which is kept as the previous one as long as
    it names other files. Until the last step the old one stands; one that cannot be read just gives
    way."""
    path = manifest_path(lake, manifest.book)
    path.parent.mkdir(parents=True, exist_ok=True)
    before = _readable(path)
    if before is not None and before.all_paths() != manifest.all_paths():
        aside = manifest_path(lake, manifest.book, is_previous=True)
        put(aside, path.read_bytes())
    put(path, (json.dumps(told(manifest), ensure_ascii=False, indent=1) + "\n").encode())


def keep(lake: Path, manifest: Manifest) -> None:
    """From here on the parts of a manifest are kept, also when later exports do not name them: a
    catalogue does."""
    before = catalogued(lake, manifest.book)
    keep_only(lake, manifest.book, before | manifest.all_paths())


def keep_only(lake: Path, book: str, parts: frozenset[str]) -> None:
    """Says which parts of a book a catalogue names, besides those of the newest manifests."""
    path = _catalogued_path(lake, book)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or parts != catalogued(lake, book):
        put(path, (json.dumps(sorted(parts), indent=1) + "\n").encode())


def catalogued(lake: Path, book: str) -> frozenset[str]:
    """The parts of a book that a catalogue names, as they lie under the lake. Raises `InvalidState`
    where the list of them cannot be read: nobody then knows what may be taken away."""
    path = _catalogued_path(lake, book)
    try:
        return frozenset(json.loads(path.read_text("utf-8"))) if path.exists() else frozenset()
    except (OSError, ValueError, TypeError):
        raise InvalidState("lake_manifest", path=path, place="JSON") from None


def _catalogued_path(lake: Path, book: str) -> Path:
    return lake / "catalogue" / f"{book_folder(book)}.json"


def put(path: Path, content: bytes) -> None:
    """Writes a file under another name, onto the disk, and then gives it its name."""
    draft = path.with_name(f".{path.name}.writing")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    settle(path.parent)


def settle(folder: Path) -> None:
    """Waits until the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _kept(path: Path) -> Manifest | None:
    """The manifest in a file; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return _read(path, found.st_ino, found.st_mtime_ns, found.st_size)


def _readable(path: Path) -> Manifest | None:
    try:
        return _kept(path)
    except InvalidState:
        return None


@functools.lru_cache(maxsize=_REMEMBERED_MAX)
def _read(path: Path, _inode: int, _changed_ns: int, size_bytes: int) -> Manifest:
    """Screens ask for it again and again: the same file is read once."""
    if size_bytes > _BYTES_MAX:
        raise InvalidState("lake_manifest", path=path, place="size")
    try:
        says = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        raise InvalidState("lake_manifest", path=path, place="JSON") from None
    try:
        return read(says)
    except Wrong as wrong:
        raise InvalidState("lake_manifest", path=path, place=str(wrong)) from None
