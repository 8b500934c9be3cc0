"""Cached reads of tapes: those that are imported, and those that somebody is about to import."""

import contextlib
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lending_core import settings
from lending_core.access.permissions import Permission
from lending_core.errors import LendingError
from lending_core.operations import console, tape_loans
from lending_core.operations.tape_desk import Tape, receive_tape
from lending_core.operations.tape_sample import sample_tape
from lending_core.operations.tape_shapes import Progress
from lending_core.operations.tapes import tape_quality
from lending_core.portfolio.tape_mapping import TapeMapping, read_tape_mapping
from lending_core.portfolio.tape_proposal import proposed_mapping
from lending_core.portfolio.tape_quality import QualityReport
from pages.ui import session, tables, tape_draft, tape_words, tape_work
from pages.ui.reads import answer
from pages.ui.tape_draft import Draft
from pages.ui.tape_file import TapeFiles

# As many as are seen without scrolling.
SAMPLE_ROWS = 8
_REPORTS_MAX = 16


def loan(loan_id: int) -> dict[str, Any]:
    """One loan of the tape. Raises `NotFound`."""
    return answer(tape_loans.tape_loan, loan_id)


def months(loan_id: int) -> pl.DataFrame:
    """One row per month end that is told of a loan."""
    return answer(tape_loans.tape_months, loan_id)


def payments(loan_id: int) -> pl.DataFrame:
    """One row per payment that is told of a loan."""
    return answer(tape_loans.tape_payments, loan_id)


def loan_called(reference: str) -> int:
    """Number of the loan of this reference. Raises `NotFound`."""
    return answer(tape_loans.loan_called, reference)


def origin(name: str) -> dict[str, Any]:
    """Where the imported book `name` comes from, with its currency and what was assumed (`note`).
    Raises `NotFound`, and `InvalidState` where it cannot be opened."""
    actor = session.require(Permission.VIEW_BOOK)
    store = session.opened_as(name).store
    told = tape_loans.tape_origin(store, actor)
    note = read_tape_mapping(told["mapping"]).note
    return told | {"currency": console.book(store).currency, "note": note}


def rejects_csv(name: str, language: str) -> Callable[[], bytes]:
    """Makes, when it is asked for, the file of the rows of book `name` that were not loaded, with
    the reason of each in words. It does not look at the session, which is gone by then."""
    actor, store = session.require(Permission.VIEW_BOOK), session.opened_as(name).store

    def made() -> bytes:
        rows = tape_loans.tape_rejects(store, actor)
        words = {code: tape_words.reason(code, language) for code in rows["reason"].unique()}
        readable = rows.select(
            "row_number",
            tape_reason=pl.col("reason").replace(words),
            tape_detail="detail",
            tape_row="content",
        )
        return tables.csv_bytes(readable, language)

    return made


def received(files: TapeFiles) -> Tape:
    """The file as it is kept, with what its columns hold. Raises `InvalidInput` for what is no
    tape."""
    return _received(files.path, files.payments)


def quality_known(files: TapeFiles, toml: str) -> QualityReport | None:
    """How the file reads by a mapping, once it was read so: see `quality`."""
    return _reports().get((files.path, files.payments, toml))


def quality(files: TapeFiles, toml: str, place: DeltaGenerator) -> QualityReport:
    """How the file reads by a mapping; while it is read for the first time, `place` says how far.
    Raises `InvalidInput`."""
    known, asked = _reports(), (files.path, files.payments, toml)
    if asked not in known:
        tape, mapping, at = received(files), read_tape_mapping(toml), session.now()

        def work(progress: Progress) -> QualityReport:
            return tape_quality(tape, mapping, at=at, progress=progress)

        report = tape_work.run(work, place)
        for oldest in list(known)[: max(0, len(known) + 1 - _REPORTS_MAX)]:
            known.pop(oldest, None)
        known[asked] = report
    return known[asked]


# Paths of files that are kept are never used again, so they name what is in them.
@st.cache_data(max_entries=16, show_spinner=False)
def _received(path: str, payments: str | None) -> Tape:
    folder = Path(path).parent / "read"
    return receive_tape(Path(path), folder, payments=Path(payments) if payments else None)


@st.cache_resource(show_spinner=False)
def _reports() -> dict[tuple[str, str | None, str], QualityReport]:
    """Reports by file and mapping. A cached function may not draw the progress of its making."""
    return {}


def proposed(files: TapeFiles, shape: str | None = None) -> TapeMapping:
    """What names and contents of the columns seem to mean; it need not be whole."""
    tape = received(files)
    return proposed_mapping(
        tape.columns, tape.payments.columns if tape.payments else None, shape=shape
    )


def sample(files: TapeFiles, draft: Draft, *, is_payments: bool = False) -> pl.DataFrame:
    """The first rows (of payments) as the draft reads them: see `tape_sample.sample_tape`. Raises
    `InvalidInput`."""
    return _sample(received(files), files.path, draft, is_payments)


@st.cache_data(max_entries=32, show_spinner=False)
def _sample(_tape: Tape, path: str, draft: Draft, is_payments: bool) -> pl.DataFrame:  # noqa: ARG001
    return sample_tape(
        _tape,
        tape_draft.unchecked(draft),
        at=session.now(),
        rows=SAMPLE_ROWS,
        is_payments=is_payments,
    )


@functools.cache
def house_mappings() -> dict[str, str]:
    """Name -> document of each mapping of a tape that comes with the console."""
    found = {}
    for file in sorted((settings.REFERENCE_FOLDER / "mappings").glob("*.toml")):
        with contextlib.suppress(LendingError):
            read_tape_mapping(file.read_text("utf-8"))
            found[file.stem] = file.read_text("utf-8")
    return found
