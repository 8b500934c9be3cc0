"""Bringing in a loan tape: a report on it, and the import as a book of its own.

`receive_tape` (`tape_desk`) copies a file once; what follows reads that copy. A book is made in a
file beside its place and moved there when it is complete, so that a failed import leaves nothing.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput, NotAllowed
from lending_core.ledger.chain import utc_naive
from lending_core.operations.console import Book
from lending_core.operations.tape_books import draft_of
from lending_core.operations.tape_desk import (
    PAYMENTS,
    ROWS,
    Look,
    StagedRows,
    Tape,
    as_of,
    desk,
    stage,
)
from lending_core.operations.tape_findings import findings, refused_rows, rejects, sums
from lending_core.operations.tape_halt import breakable
from lending_core.operations.tape_shapes import (
    Derived,
    Progress,
    Shaping,
    months,
    outcomes,
    payments,
)
from lending_core.portfolio.tape_mapping import TapeMapping, check_mapping, write_tape_mapping
from lending_core.portfolio.tape_quality import Finding, QualityReport
from lending_core.servicing.buckets import buckets
from lending_core.settings import Settings
from lending_core.store.engine import Transaction
from lending_core.store.events import Moment, append_events

_SHAPERS = {"outcomes": outcomes, "months": months, "payments": payments}
IMPORT_ID = 1


@dataclass(frozen=True)
class ImportOrder:
    """Which tape, read how, becomes the book of which name; `replace`: in the place of the one
    that has the name."""

    tape: Tape
    mapping: TapeMapping
    name: str
    replace: bool = False


def tape_quality(
    tape: Tape, mapping: TapeMapping, *, at: datetime, progress: Progress | None = None
) -> QualityReport:
    """How a tape reads by a mapping, without loading anything. A `Halt` as progress can end it.

    Raises `InvalidInput` where the mapping asks for what the file does not have.
    """
    with (
        desk(tape.files) as store,
        store.transaction() as transaction,
        breakable(transaction, progress) as told,
    ):
        return _Run(transaction, tape, mapping, at, told).report(writes=False)


def import_tape(
    settings: Settings,
    actor: Actor,
    order: ImportOrder,
    *,
    at: datetime,
    progress: Progress | None = None,
) -> QualityReport:
    """Loads a tape as a book, in one transaction; the report says how it reconciles. A `Halt` as
    progress can end it: then this raises `Halted`, or what the engine says that was broken off.

    Raises `NotAllowed`, also for a demonstration role, which would see real data without a
    password; `InvalidState` where there is a book of that name and `replace` is not
    asked for; `InvalidInput` for a name, mapping or file that cannot be used, and for a tape of
    which no row is sound. Whatever is raised, no book and no file is left behind.
    """
    require(actor, Permission.IMPORT_TAPE)
    if actor.is_demonstration:
        raise NotAllowed("demonstration_books")
    files = order.tape.files
    draft = draft_of(settings, order.name, files, replace=order.replace)
    with (
        draft as store,
        store.transaction() as transaction,
        breakable(transaction, progress) as told,
    ):
        run = _Run(transaction, order.tape, order.mapping, at, told)
        report = run.report(writes=True)
        run.record(actor, order.name, report)
    return report


class _Run:
    """One reading of a tape within a transaction."""

    def __init__(
        self,
        transaction: Transaction,
        tape: Tape,
        mapping: TapeMapping,
        at: datetime,
        progress: Progress,
    ) -> None:
        check_mapping(mapping)
        self._transaction, self._tape, self._mapping, self._at = transaction, tape, mapping, at
        self._progress, self._rows = progress, 0

    def report(self, *, writes: bool) -> QualityReport:
        """Reads all rows, derives the loans, and counts what was found."""
        told = [self._stage(ROWS)]
        if self._mapping.shape == "payments":
            told.append(self._stage(PAYMENTS))
        as_of_on = as_of(self._transaction, self._mapping, told)
        self._progress(0, self._rows, "loans")
        shaping = Shaping(as_of_on, writes, self._follow)
        derived = _SHAPERS[self._mapping.shape](self._transaction, told, shaping)
        if not derived.loans:
            raise InvalidInput("tape_nothing_sound")
        self._told = [
            (rows, refused_rows(self._transaction, rows, late))
            for rows, late in zip(told, derived.late, strict=True)
        ]
        self._progress(self._rows, self._rows, "counting")
        return self._reported(as_of_on, derived)

    def record(self, actor: Actor, name: str, report: QualityReport) -> None:
        """Writes what a book of a tape stands on, its import and its rejects, and the event."""
        transaction = self._transaction
        from_on = report.from_on or report.as_of_on
        started = Book(
            name=name,
            is_simulated=False,
            seed=None,
            currency=report.currency,
            first_business_on=from_on,
            business_on=report.as_of_on,
            shape=report.shape,
        )
        transaction.append("book", pl.DataFrame([asdict(started)], infer_schema_length=None))
        transaction.append("bucket", pl.DataFrame([asdict(stage) for stage in buckets()]))
        facts = self._facts(report)
        row = {
            **facts,
            "import_id": IMPORT_ID,
            "imported_by": actor.user_name,
            "recorded_at": utc_naive(self._at),
            "mapping": write_tape_mapping(self._mapping),
        }
        transaction.append("tape_import", pl.DataFrame([row]))
        for rows, refused in self._told:
            for part in rejects(transaction, rows, refused):
                numbered = part.with_columns(import_id=pl.lit(IMPORT_ID, pl.Int64))
                transaction.append("tape_reject", numbered)
        moment = Moment(actor, report.as_of_on, self._at)
        event = {**facts, "book": name, "as_of_on": report.as_of_on.isoformat()}
        append_events(transaction, moment, "tape_imported", [("book", IMPORT_ID, event)])
        self._progress(self._rows, self._rows, "done")

    def _stage(self, table: str) -> StagedRows:
        # How many rows a file has is known when they are read.
        self._progress(self._rows, 0, "reading")
        on = self._mapping.as_of_on
        look = Look(table, on if isinstance(on, date) else self._at.date())
        staged = stage(self._transaction, self._tape, self._mapping, look)
        self._rows += staged.rows_in
        return staged

    def _follow(self, done: int, of: int) -> None:
        self._progress(self._rows * done // max(of, 1), self._rows, "loans")

    def _reported(self, as_of_on: date, derived: Derived) -> QualityReport:
        transaction, (rows, refused) = self._transaction, self._told[0]
        paid, unpaid = self._told[1] if len(self._told) > 1 else (None, None)
        found = [each for told in self._told for each in findings(transaction, *told)]
        rejected = refused.height + rows.broken.height
        rejected_paid = unpaid.height + paid.broken.height if paid and unpaid is not None else 0
        payments_in = paid.rows_in if paid else 0
        return QualityReport(
            shape=self._mapping.shape,
            currency=self._mapping.currency,
            as_of_on=as_of_on,
            from_on=derived.from_on,
            rows_in=rows.rows_in,
            rows_loaded=derived.loaded[0],
            rows_rejected=rejected,
            loans=derived.loans,
            payments_in=payments_in,
            payments_loaded=derived.loaded[1] if paid else 0,
            payments_rejected=rejected_paid,
            findings=(*found, *self._remarks(derived)),
            sums=tuple(each for told in self._told for each in sums(transaction, *told)),
        )

    def _remarks(self, derived: Derived) -> list[Finding]:
        remarks = []
        if derived.gaps:
            remarks.append(Finding("gap", "month", derived.gaps, is_rejected=False))
        used = {name.lower() for each in self._mapping.columns.values() for name in each.columns}
        remarks += [
            Finding("ambiguous_date", column.name, 0, is_rejected=False)
            for column in self._tape.columns
            if column.is_ambiguous and column.name.lower() in used
        ]
        return remarks

    def _facts(self, report: QualityReport) -> dict[str, Any]:
        return {
            "file_name": self._tape.file.name,
            "file_hash": self._tape.file.file_hash,
            "shape": report.shape,
            "as_of_on": report.as_of_on,
            "rows_in": report.rows_in + report.payments_in,
            "rows_loaded": report.rows_loaded + report.payments_loaded,
            "rows_rejected": report.rows_rejected + report.payments_rejected,
            "sums": json.dumps({each.target: asdict(each) for each in report.sums}),
        }
