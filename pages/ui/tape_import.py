"""Importing a tape as a book of its own: asked for, run with its progress, and what it came to."""

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lending_core import settings
from lending_core.access.permissions import Actor
from lending_core.errors import LendingError
from lending_core.operations.tape_shapes import Progress
from lending_core.operations.tapes import ImportOrder, import_tape
from lending_core.portfolio.tape_quality import QualityReport
from pages.ui import format as shown
from pages.ui import notices, session, tape_draft, tape_file, tape_reads, tape_work
from pages.ui.tape_draft import Draft
from pages.ui.tape_file import TapeFiles
from pages.ui.text import plain, refusal_text, t

# What this person asked to be imported, until it is done: plain values, the mapping as a draft.
_ORDER_KEY = "tape_order"
_NAME_LENGTH = 60


def ask(files: TapeFiles, draft: Draft, report: QualityReport) -> None:
    """Under which name, and whether in the place of another; then it begins."""
    known = session.imported_books()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(
            t("loan_tapes.book_name"),
            _suggested(files.name),
            max_chars=_NAME_LENGTH,
            help=t("loan_tapes.book_name_help"),
            key=f"tape_book_name_{tape_draft.series()}",
            width=300,
        ).strip()
        replaces = name in known and st.checkbox(
            t("loan_tapes.replace", name=plain(name)), key="tape_replace"
        )
        st.button(
            t("loan_tapes.import", rows=shown.count(report.rows_loaded)),
            key="tape_import",
            type="primary",
            icon=":material/library_add:",
            disabled=not name or (name in known and not replaces),
            on_click=_begin,
            args=(files, draft, name, replaces),
        )
    if name in known and not replaces:
        st.caption(t("loan_tapes.name_taken"))


def is_asked() -> bool:
    """Whether an import waits to be run."""
    return _ORDER_KEY in st.session_state


def run(actor: Actor) -> None:
    """Imports what was asked for, if anything, and draws the page anew, or says why it may not
    happen. Whatever interrupts it leaves nothing behind."""
    order = st.session_state.pop(_ORDER_KEY, None)
    if order is None:
        return
    place = st.empty()
    try:
        with place.container():
            report = _import(actor, order, _progress(order["name"]))
    except LendingError as refusal:
        place.error(refusal_text(refusal), icon=":material/error:")
    else:
        _done(order["name"], report)
        st.rerun()


def _progress(name: str) -> DeltaGenerator:
    """Where the import says how far it has come, with a way to stop it."""
    st.markdown(t("loan_tapes.running", name=plain(name)))
    bar = st.empty()
    st.caption(t("loan_tapes.running_note"))
    st.button(
        t("loan_tapes.stop"),
        key="tape_stop",
        icon=":material/stop_circle:",
        on_click=_stopped,
    )
    return bar


def _import(actor: Actor, order: dict[str, Any], place: DeltaGenerator) -> QualityReport:
    files, draft = TapeFiles(*order["files"]), Draft(**order["draft"])
    if order["replaces"]:
        # Its file is about to make room for another.
        session.close_book(order["name"])
    house, at = settings.from_environment(), session.now()
    asked = ImportOrder(
        tape_reads.received(files),
        tape_draft.mapping_of(draft),
        order["name"],
        replace=order["replaces"],
    )

    def work(progress: Progress) -> QualityReport:
        return import_tape(house, actor, asked, at=at, progress=progress)

    return tape_work.run(work, place)


def _stopped() -> None:
    notices.done(t("loan_tapes.stopped"))


def _done(name: str, report: QualityReport) -> None:
    tape_file.start_over()
    session.show_book(name)
    notices.done(
        t(
            "loan_tapes.done",
            name=plain(name),
            rows_in=shown.count(report.rows_in),
            loaded=shown.count(report.rows_loaded),
            rejected=shown.count(report.rows_rejected),
            loans=shown.count(report.loans),
        )
    )


def _begin(files: TapeFiles, draft: Draft, name: str, replaces: bool) -> None:
    st.session_state[_ORDER_KEY] = {
        "files": list(files),
        "draft": asdict(draft),
        "name": name,
        "replaces": replaces,
    }


def _suggested(file_name: str) -> str:
    """A name for the book out of the file's: letters of any script, digits, _ and -."""
    return re.sub(r"[^\w-]+", "_", Path(file_name).stem).strip("_")[:_NAME_LENGTH]
