"""Files that people send in while they decide how to read them: kept for a session, in no book."""

import contextlib
import os
import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput

# A tape of some million rows; larger ones are imported by the command, from where they lie.
UPLOAD_BYTES_MAX = 200_000_000
# As long as the longest session.
KEPT_FOR = timedelta(hours=12)
NAME_LENGTH_MAX = 100
_IN_MEMORY = ("/dev/shm",)  # noqa: S108
# What is made of a file while it is read takes up to so many times its room.
_ROOM_FACTOR = 4


def uploads_folder() -> Path:
    """Where files sent in are kept meanwhile: in memory where the machine has a folder for that, so
    that nothing of them is ever on a disk."""
    return Path(next(filter(_has_room, _IN_MEMORY), tempfile.gettempdir())) / "lending_uploads"


def _has_room(folder: str) -> bool:
    is_usable = os.access(folder, os.W_OK) and Path(folder).is_dir()
    return is_usable and shutil.disk_usage(folder).free > _ROOM_FACTOR * UPLOAD_BYTES_MAX


def keep_upload(actor: Actor, file_name: str, content: bytes, *, at: datetime) -> Path:
    """Keeps a file under its own name in a folder of its own, and returns where; files that were
    forgotten are taken away. Raises `InvalidInput` for one that is too large."""
    require(actor, Permission.IMPORT_TAPE)
    name = Path(file_name.replace("\\", "/")).name[-NAME_LENGTH_MAX:] or "tape"
    if len(content) > UPLOAD_BYTES_MAX:
        raise InvalidInput("upload_too_large", path=name, megabytes=UPLOAD_BYTES_MAX // 10**6)
    sweep_uploads(at=at)
    uploads_folder().mkdir(mode=0o700, exist_ok=True)
    kept = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=uploads_folder())) / name
    kept.write_bytes(content)
    return kept


def discard_upload(path: Path) -> None:
    """Takes a kept file away, with all that was made of it."""
    if path.parent.parent == uploads_folder():
        shutil.rmtree(path.parent, ignore_errors=True)


def sweep_uploads(*, at: datetime) -> None:
    """Takes away what is older than any session, and what a server kept that runs no more: for the
    edges that start a server and watch it."""
    oldest = (at - KEPT_FOR).timestamp()
    for folder in uploads_folder().glob("*"):
        # Somebody else may sweep at the same time.
        with contextlib.suppress(FileNotFoundError):
            if folder.stat().st_mtime < oldest or not _runs(folder.name.partition("-")[0]):
                shutil.rmtree(folder, ignore_errors=True)


def _runs(process: str) -> bool:
    """Whether a process of this number runs; of what is no number, nothing is known."""
    if not process.isdigit():
        return True
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
