"""Whether a workbook may be opened: its parts unpacked piece by piece, counted, never kept.

What a zip says of its sizes may be a lie; what comes out of it is counted here, up to the bounds.
"""

import zipfile
import zlib
from pathlib import Path

from lending_core.errors import InvalidInput

PARTS_MAX = 2_000
UNPACKED_BYTES_MAX = 2_000_000_000
# Sheets full of the same value pack 200 times; bombs a thousand times and more.
RATIO_MAX = 300
_SMALL_BYTES = 1_000_000
_PIECE = 1 << 20
_PARTS = ("[Content_Types].xml", "xl/workbook.xml")


def check_workbook(path: Path, name: str) -> None:
    """Raises `InvalidInput` for what is no workbook, or unpacks to more than the bounds."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > PARTS_MAX:
                raise InvalidInput("tape_workbook_size", path=name)
            if not set(_PARTS) <= {part.filename for part in parts}:
                raise InvalidInput("tape_workbook", path=name)
            _count(archive, parts, path.stat().st_size, name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, zlib.error):
        raise InvalidInput("tape_workbook", path=name) from None


def _count(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], packed: int, name: str) -> None:
    bound = min(UNPACKED_BYTES_MAX, max(_SMALL_BYTES, RATIO_MAX * packed))
    unpacked = 0
    for part in parts:
        # Read to the end of the stream, whatever size it says it has; the bound comes first.
        part.file_size = bound + 2 * _PIECE
        with archive.open(part) as stream:
            while piece := stream.read(_PIECE):
                unpacked += len(piece)
                if unpacked > bound:
                    raise InvalidInput("tape_workbook_size", path=name)
