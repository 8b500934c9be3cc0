"""A file that somebody brings, copied once into what one engine reads: UTF-8 text or Parquet.

What a file is, its first bytes say, not its name. Text may come in any usual encoding, with any
usual delimiter; of a workbook the first sheet counts. The copy is what everything later reads, so
that a file that changes meanwhile changes nothing.
"""

import codecs
import csv
import hashlib
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from lending_core.errors import InvalidInput
from lending_core.store.zip_bounds import check_workbook

FILE_BYTES_MAX = 4_000_000_000
COLUMNS_MAX = 1_000
NAME_LENGTH_MAX = 200
KINDS = "CSV, Parquet, Excel (.xlsx)"

_CHUNK = 1 << 22
_HEAD = 1 << 18
_DELIMITERS = (",", ";", "\t", "|")
_QUOTES = ('"', "'")
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Rows looked at to tell what separates the fields.
_ROWS_LOOKED_AT = 50
_WORKBOOK = Path(__file__).with_name("workbook.py")
_WORKBOOK_SECONDS = 300
_WORKBOOK_BYTES = 4_000_000_000


@dataclass(frozen=True)
class TapeFile:
    """A received file: the copy at `path`, and what is known of it.

    kind: csv, parquet or xlsx (whose copy is Parquet). `columns`: names as the file has them, made
    unlike each other. `file_hash`: SHA-256 of the file as it was brought, hexadecimal.
    """

    name: str
    path: Path
    kind: str
    file_hash: str
    bytes: int
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    columns: tuple[str, ...] = ()


def receive(path: Path, folder: Path) -> TapeFile:
    """Copies a file into `folder`. Raises `InvalidInput` where it cannot be what a tape is."""
    if not path.is_file():
        raise InvalidInput("file_kind", path=path.name, kinds=KINDS)
    size = path.stat().st_size
    if size > FILE_BYTES_MAX:
        raise InvalidInput("file_too_large", path=path.name, rows_max=FILE_BYTES_MAX // 100)
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip():
        raise InvalidInput("tape_empty", path=path.name)
    kept = folder / f"{len(list(folder.iterdir()))}.kept"
    file_hash, is_utf8, has_returns = _copied(path, kept)
    received = TapeFile(path.name, kept, "parquet", file_hash, size)
    if head.startswith(b"PAR1"):
        return received
    if head.startswith(b"PK\x03\x04"):
        return _workbook(received)
    return _text(received, head, is_utf8=is_utf8, has_returns=has_returns)


def _copied(path: Path, kept: Path) -> tuple[str, bool, bool]:
    """Copies; the file's hash, whether it is UTF-8 throughout, and whether it has returns."""
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
    is_utf8, has_returns = True, False
    with path.open("rb") as source, kept.open("wb") as target:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            target.write(chunk)
            has_returns = has_returns or b"\r" in chunk
            is_utf8 = is_utf8 and _decodes(decoder, chunk)
    return digest.hexdigest(), is_utf8 and _decodes(decoder, b"", final=True), has_returns


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _text(received: TapeFile, head: bytes, *, is_utf8: bool, has_returns: bool) -> TapeFile:
    encoding = _encoding(head, is_utf8=is_utf8)
    if encoding is None:
        raise InvalidInput("file_kind", path=received.name, kinds=KINDS)
    path = received.path
    if encoding != "utf-8" or has_returns:
        path, encoding = _rewritten(received, encoding)
    with path.open(encoding="utf-8", newline="") as file:
        start = file.read(_HEAD)
    delimiter, quote = _dialect(start)
    columns = _header(start, delimiter, quote, received.name)
    facts = vars(received) | {"path": path, "kind": "csv", "encoding": encoding}
    return TapeFile(**facts | {"delimiter": delimiter, "quote": quote, "columns": columns})


def _encoding(head: bytes, *, is_utf8: bool) -> str | None:
    """Of a text by its first bytes; None where it is no text."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    nulls = head.count(0)
    if nulls:
        even, odd = head[::2].count(0), head[1::2].count(0)
        is_wide = max(even, odd) > len(head) // 4 and min(even, odd) < len(head) // 50 + 1
        return ("utf-16-be" if even > odd else "utf-16-le") if is_wide else None
    if is_utf8:
        return "utf-8"
    return "gb18030" if _is_chinese(head) else "latin-1"


def _is_chinese(head: bytes) -> bool:
    """Whether a text reads as Chinese, mostly in characters of everyday use: Latin letters, read
    so, come out broken or rare."""
    try:
        text = codecs.getincrementaldecoder("gb18030")().decode(head)
    except UnicodeDecodeError:
        return False
    beyond = [letter for letter in text if letter > "\x7f"]
    usual = sum(bool(letter.encode("gb2312", errors="ignore")) for letter in beyond)
    return 2 * usual > len(beyond)


def _rewritten(received: TapeFile, encoding: str) -> tuple[Path, str]:
    """The copy as UTF-8 with plain line ends, and the encoding that it turned out to have."""
    path = received.path.with_suffix(".text")
    for attempt in (encoding, "latin-1"):
        try:
            with (
                received.path.open(encoding=attempt, newline=None) as source,
                path.open("w", encoding="utf-8", newline="\n") as target,
            ):
                while chunk := source.read(_CHUNK):
                    target.write(chunk)
        except UnicodeError:
            continue
        received.path.unlink()
        return path, attempt
    raise InvalidInput("file_kind", path=received.name, kinds=KINDS)


def _dialect(start: str) -> tuple[str, str]:
    """What separates fields and what quotes them: what cuts the first rows most evenly."""
    choices = [(delimiter, quote) for quote in _QUOTES for delimiter in _DELIMITERS]
    return max(choices, key=lambda choice: _evenness(start, *choice))


def _evenness(start: str, delimiter: str, quote: str) -> tuple[int, int, int]:
    try:
        rows = _rows(start, delimiter, quote)
    except csv.Error:
        return 0, 0, 0
    fields = len(rows[0]) if rows else 0
    if fields < 2:
        return 0, 0, 0
    alike = Counter(len(row) for row in rows)[fields]
    bare = sum(field[:1] == field[-1:] == quote for row in rows for field in row if field)
    return 100 * alike // len(rows), fields, -bare


def _rows(start: str, delimiter: str, quote: str) -> list[list[str]]:
    lines = start.splitlines(keepends=True)
    # The last line may be cut.
    whole = lines[:-1] if len(start) == _HEAD and len(lines) > 1 else lines
    rows = csv.reader(whole, delimiter=delimiter, quotechar=quote)
    return [row for _, row in zip(range(_ROWS_LOOKED_AT), rows, strict=False) if row]


def _header(start: str, delimiter: str, quote: str, name: str) -> tuple[str, ...]:
    try:
        header = _rows(start, delimiter, quote)[0]
    except (csv.Error, IndexError):
        raise InvalidInput("tape_header", path=name) from None
    return column_names(header, name)


def column_names(header: list[str], name: str) -> tuple[str, ...]:
    """A file's column names made unlike each other, empty ones by their number."""
    if not 0 < len(header) <= COLUMNS_MAX:
        raise InvalidInput("tape_header", path=name)
    names: list[str] = []
    seen: set[str] = set()
    for number, given in enumerate(header, start=1):
        wanted = " ".join(given.split())[:NAME_LENGTH_MAX] or f"column {number}"
        chosen, repeat = wanted, 2
        while chosen.lower() in seen:
            chosen, repeat = f"{wanted} {repeat}", repeat + 1
        seen.add(chosen.lower())
        names.append(chosen)
    return tuple(names)


def _workbook(received: TapeFile) -> TapeFile:
    """Reads the first sheet in a process of its own, which may use so much memory and no more."""
    check_workbook(received.path, received.name)
    target = received.path.with_suffix(".parquet")
    command = [sys.executable, "-I", str(_WORKBOOK), str(received.path), str(target)]
    try:
        done = subprocess.run(  # noqa: S603
            [*command, str(_WORKBOOK_BYTES)],
            capture_output=True,
            text=True,
            check=False,
            timeout=_WORKBOOK_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise InvalidInput("tape_workbook", path=received.name) from None
    if done.returncode or not target.exists():
        raise InvalidInput("tape_workbook", path=received.name)
    received.path.unlink()
    header = [line.strip() for line in done.stdout.splitlines()]
    facts = vars(received) | {"path": target, "kind": "xlsx"}
    return TapeFile(**facts | {"columns": column_names(header, received.name)})
