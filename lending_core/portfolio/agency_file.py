"""A file of an agency's contacts: a table as CSV, each row read or refused with its reason.

Headings: case_id, at (the borrower's clock, `2026-11-22 09:30`), channel, outcome; and where there
is something to say party (borrower if empty), number, reason and note.
"""

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lending_core.errors import InvalidInput, LendingError
from lending_core.portfolio.collection_rules import BORROWER, CHANNELS, PARTIES

# Bytes and rows of one file: a day's work of an agency.
BYTES_MAX, ROWS_MAX = 1_000_000, 500
NEEDED = ("case_id", "at", "channel", "outcome")
OPTIONAL = ("party", "number", "reason", "note")
TIME_FORMAT = "%Y-%m-%d %H:%M"


@dataclass(frozen=True)
class Row:
    """A sound row: which one (1 is the first below the headings), what `contacts.Contact` takes,
    when it was made by the borrower's clock, and the row as it came."""

    number: int
    contact: dict[str, Any]
    made_at: datetime
    text: str


@dataclass(frozen=True)
class AgencyFile:
    """The sound rows, and of the others number, reason and text."""

    rows: tuple[Row, ...]
    rejected: tuple[tuple[int, LendingError, str], ...]


def read_agency_file(content: bytes) -> AgencyFile:
    """What a file says. Raises `InvalidInput` for one that is too large, is no text, lacks a
    heading or has no row."""
    told = _told(content)
    rows: list[Row] = []
    rejected: list[tuple[int, LendingError, str]] = []
    for number, fields in enumerate(told, start=1):
        text = ",".join(str(value or "") for value in fields.values())
        try:
            rows.append(_row(number, fields, text))
        except LendingError as refusal:
            rejected.append((number, refusal, text))
    return AgencyFile(tuple(rows), tuple(rejected))


def _told(content: bytes) -> list[dict[str, str | None]]:
    if len(content) > BYTES_MAX:
        raise InvalidInput("agency_file_size", maximum=BYTES_MAX // 1_000)
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig")), restkey="", strict=True)
        headings = [str(name).strip() for name in reader.fieldnames or ()]
        missing = [name for name in NEEDED if name not in headings]
        if missing:
            raise InvalidInput("agency_file_columns", missing=", ".join(missing))
        reader.fieldnames = headings
        rows = [row for _, row in zip(range(ROWS_MAX + 1), reader, strict=False)]
    except (UnicodeDecodeError, csv.Error):
        raise InvalidInput("agency_file_text") from None
    if not 0 < len(rows) <= ROWS_MAX:
        raise InvalidInput("agency_file_rows", maximum=ROWS_MAX)
    return rows


def _row(number: int, fields: dict[str, str | None], text: str) -> Row:
    said = {name: (fields.get(name) or "").strip() or None for name in (*NEEDED, *OPTIONAL)}
    case_id, party = said["case_id"] or "", said["party"] or BORROWER
    if not (case_id.isascii() and case_id.isdigit() and len(case_id) <= _DIGITS_MAX):
        raise InvalidInput("agency_row_case")
    if said["channel"] not in CHANNELS or party not in PARTIES:
        raise InvalidInput(
            "agency_row_way", channels=", ".join(CHANNELS), parties=", ".join(PARTIES)
        )
    try:
        made_at = datetime.strptime(said["at"] or "", TIME_FORMAT)  # noqa: DTZ007
    except ValueError:
        raise InvalidInput("agency_row_time") from None
    contact = {name: said[name] for name in ("channel", "number", "reason", "note")}
    named = {"case_id": int(case_id), "party": party, "outcome": said["outcome"] or ""}
    return Row(number, {**contact, **named}, made_at, text)


# A number that the store can hold.
_DIGITS_MAX = 18
