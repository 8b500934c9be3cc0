"""A small month-by-month tape, and the ways in which files of tapes come broken."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import xlsxwriter

from lending_core.access.permissions import SYSTEM
from lending_core.errors import LendingError
from lending_core.operations.tape_books import imported_books, open_book
from lending_core.operations.tape_desk import receive_tape
from lending_core.operations.tapes import ImportOrder, import_tape, tape_quality
from lending_core.portfolio.tape_mapping import read_tape_mapping
from lending_core.settings import Settings

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
HEADER = ("loan_no", "month", "days_late", "balance", "city")
ROWS = tuple(
    (
        f"L{loan}",
        f"2024-{month:02d}-28",
        str(max(0, 31 * (month - loan))),
        f"{900 - loan}.50",
        "Öx上海",
    )
    for loan in range(1, 6)
    for month in range(1, 7)
)
MAPPING = read_tape_mapping(
    """
    [tape]
    shape = "months"
    currency = "CNY"
    [columns]
    reference = "loan_no"
    month = "month"
    days_past_due = "days_late"
    principal = "balance"
    region_code = "city"
    """
)
VALUES = (
    *(
        "",
        "n/a",
        "-1",
        "1e400",
        "nan",
        "inf",
        "31/31/2024",
        "2024-02-31",
        "9999-12-31",
        "0000-00-00",
    ),
    *("=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "12,5", "１２", "x" * 300, "x" * 1_500_000, "\x00"),
    *('"', "'", "a\nb", 'a"b', "true", "99999999999999999999", "-0", "1970-01-01", "💥", "\ufeff"),
)
Mutation = Callable[[np.random.Generator], tuple[str, bytes]]


def text(rows: tuple[tuple[str, ...], ...] = ROWS, delimiter: str = ",", end: str = "\n") -> str:
    return end.join(delimiter.join(row) for row in (HEADER, *rows)) + end


def workbook(rows: tuple[tuple[str, ...], ...] = ROWS) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate((HEADER, *rows)):
        sheet.write_row(number, 0, row)
    sheet.write_formula(2, 2, "=1+1", value=2)
    book.close()
    return file.getvalue()


def parquet() -> bytes:
    file = io.BytesIO()
    pl.DataFrame(ROWS, schema=list(HEADER), orient="row").write_parquet(file)
    return file.getvalue()


def bomb(rng: np.random.Generator) -> bytes:
    """A workbook of which one part unpacks to a thousand times its size."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * int(rng.integers(20, 60)) * 1_000_000)
    return file.getvalue()


def _other_value(rng: np.random.Generator) -> tuple[str, bytes]:
    rows = [list(row) for row in ROWS]
    for _ in range(int(rng.integers(1, 6))):
        value = VALUES[int(rng.integers(len(VALUES)))]
        rows[int(rng.integers(len(rows)))][int(rng.integers(len(HEADER)))] = value
    return "tape.csv", text(tuple(map(tuple, rows))).encode()


def _other_encoding(rng: np.random.Generator) -> tuple[str, bytes]:
    names = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030", "big5")
    return "tape.csv", text().encode(names[int(rng.integers(len(names)))], errors="replace")


def _other_marks(rng: np.random.Generator) -> tuple[str, bytes]:
    delimiter = (",", ";", "\t", "|", "~", " ")[int(rng.integers(6))]
    end = ("\n", "\r\n", "\r", "\n\n", "\n,,\n")[int(rng.integers(5))]
    return "tape.txt", text(ROWS, delimiter, end).encode()


def _torn_rows(rng: np.random.Generator) -> tuple[str, bytes]:
    lines = text().splitlines()
    for _ in range(int(rng.integers(1, 8))):
        place = int(rng.integers(len(lines)))
        cut = int(rng.integers(len(lines[place]) + 1))
        lines[place] = lines[place][:cut] + ('"', ",", "\t", '""', "\n", "")[int(rng.integers(6))]
    return "tape.csv", "\n".join(lines).encode()


def _bytes(content: bytes, name: str) -> Mutation:
    def mutated(rng: np.random.Generator) -> tuple[str, bytes]:
        spoiled = bytearray(content)
        for _ in range(int(rng.integers(1, 20))):
            spoiled[int(rng.integers(len(spoiled)))] = int(rng.integers(256))
        end = int(rng.integers(len(spoiled))) if rng.random() < 0.4 else len(spoiled)
        return name, bytes(spoiled[:end])

    return mutated


def _wrong_name(rng: np.random.Generator) -> tuple[str, bytes]:
    contents = (
        text().encode(),
        workbook(),
        parquet(),
        b"\xd0\xcf\x11\xe0" + bytes(600),
        b"%PDF-1.4",
    )
    names = ("tape.csv", "tape.xlsx", "tape.parquet", "tape.xls", "tape", "tape.toml")
    return names[int(rng.integers(len(names)))], contents[int(rng.integers(len(contents)))]


def _hardly_a_file(rng: np.random.Generator) -> tuple[str, bytes]:
    contents = (
        b"",
        b"\n\n\n",
        ",".join(HEADER).encode(),
        b"loan_no\nL1\n",
        text().replace("days_late", "loan_no").encode(),
        b",".join([b"c"] * 1_500) + b"\n",
        bytes(5_000),
        b"PK\x03\x04" + bytes(100),
        b"PAR1" + bytes(100) + b"PAR1",
    )
    return "tape.csv", contents[int(rng.integers(len(contents)))]


def _bomb(rng: np.random.Generator) -> tuple[str, bytes]:
    return "tape.xlsx", bomb(rng)


MUTATIONS: tuple[Mutation, ...] = (
    *(_other_value, _other_value, _other_encoding, _other_marks, _torn_rows, _torn_rows),
    *(_wrong_name, _hardly_a_file, _bytes(text().encode(), "tape.csv")),
    *(_bytes(parquet(), "tape.parquet"), _bytes(workbook(), "tape.xlsx"), _bomb),
)


@dataclass(frozen=True)
class Fate:
    """What became of a file: refused with this reason, or imported so; `left`: books and files."""

    refused: str | None
    reconciles: bool
    rejects_kept: bool
    left: tuple[str, ...]


def fate(folder: Path, number: int, *, is_imported: bool = True) -> Fate:
    """Brings the file of this number in, or only looks at it; anything but a refusal is raised."""
    rng = np.random.default_rng(number)
    name, content = MUTATIONS[number % len(MUTATIONS)](rng)
    folder.mkdir()
    (folder / name).write_bytes(content)
    house = Settings(folder / "lending.duckdb", None, "1GB", "en")
    try:
        tape = receive_tape(folder / name, folder / "desk")
        if not is_imported:
            found = tape_quality(tape, MAPPING, at=AT)
            return Fate(None, found.reconciles, rejects_kept=True, left=())
        report = import_tape(house, SYSTEM, ImportOrder(tape, MAPPING, "tape"), at=AT)
    except LendingError as refusal:
        left = sorted(path.name for path in (folder / "books").glob("*"))
        is_said = bool(refusal.text("en") and refusal.text("zh"))
        return Fate(refusal.reason, is_said, rejects_kept=True, left=tuple(left))
    store = open_book(house, "tape")
    kept = store.read("tape_reject").height == report.rows_rejected
    store.close()
    books = tuple(book.path.name for book in imported_books(house))
    return Fate(None, report.reconciles, kept, books)
