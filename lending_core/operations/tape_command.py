"""The import of a loan tape as one command, and the report that it prints."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lending_core.access.permissions import SYSTEM
from lending_core.errors import InvalidInput
from lending_core.operations.own_data_report import aligned
from lending_core.operations.tape_books import open_book
from lending_core.operations.tape_desk import receive_tape
from lending_core.operations.tape_loans import tape_rejects
from lending_core.operations.tapes import ImportOrder, import_tape
from lending_core.portfolio.tape_mapping import TapeMapping, read_tape_mapping
from lending_core.portfolio.tape_quality import AmountSum, Finding, QualityReport
from lending_core.settings import Settings
from lending_core.spreadsheets import harmless


@dataclass(frozen=True)
class ImportWords:
    """What a person asked for: a file (and one of payments), a mapping, a name for the book;
    `rejects`: where the rows that were not loaded are written."""

    file: Path
    mapping: Path
    book: str
    payments: Path | None = None
    replace: bool = False
    rejects: Path | None = None


def import_file(
    settings: Settings,
    words: ImportWords,
    *,
    at: datetime,
    progress: Callable[[int, int, str], None],
) -> str:
    """Imports a tape, and returns the report as text. Raises `LendingError` as `import_tape`."""
    mapping = _mapping(words.mapping)
    with tempfile.TemporaryDirectory(prefix="lending_tape_") as folder:
        tape = receive_tape(words.file, Path(folder), payments=words.payments)
        order = ImportOrder(tape, mapping, words.book, words.replace)
        report = import_tape(settings, SYSTEM, order, at=at, progress=progress)
    if words.rejects:
        _write_rejects(settings, words.book, words.rejects)
    return report_text(words.book, report)


def report_text(name: str, report: QualityReport) -> str:
    """How rows and sums reconcile, and why rows were rejected, as lines."""
    rows = [
        ("", "in", "loaded", "rejected"),
        _counts("rows", report.rows_in, report.rows_loaded, report.rows_rejected),
    ]
    if report.payments_in:
        payments = (report.payments_in, report.payments_loaded, report.payments_rejected)
        rows.append(_counts("payments", *payments))
    rows += [
        (f"{each.target}, {report.currency}", *map(_amount, _sides(each))) for each in report.sums
    ]
    verdict = "reconciled" if report.reconciles else "DOES NOT RECONCILE"
    return "\n".join(
        [
            f"book {name}: {report.loans:,} loans, {report.shape}, as of {report.as_of_on}",
            "",
            *aligned(rows),
            "",
            f"{verdict}: in = loaded + rejected",
            *(_line(finding) for finding in report.findings),
        ]
    )


def _mapping(path: Path) -> TapeMapping:
    try:
        return read_tape_mapping(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        raise InvalidInput("file_kind", path=path.name, kinds="TOML") from None


def _write_rejects(settings: Settings, name: str, path: Path) -> None:
    store = open_book(settings, name)
    try:
        rows = tape_rejects(store, SYSTEM)
    finally:
        store.close()
    harmless(rows).write_csv(path, include_bom=True)


def _counts(what: str, *counts: int) -> tuple[str, ...]:
    return (what, *(f"{count:,}" for count in counts))


def _sides(each: AmountSum) -> tuple[int, int, int]:
    return each.in_fen, each.loaded_fen, each.rejected_fen


def _amount(fen: int) -> str:
    return f"{fen / 100:,.2f}"


def _line(finding: Finding) -> str:
    what = "rejected" if finding.is_rejected else "remark"
    shown = "; ".join(f"row {each.row_number}: {each.value}" for each in finding.examples)
    about = "by the mapping" if finding.reason == "excluded" else finding.target
    words = f"{finding.reason} {about}".replace("_", " ").strip()
    return f"{what}: {finding.rows:,} {words}" + (f" ({shown})" if shown else "")
