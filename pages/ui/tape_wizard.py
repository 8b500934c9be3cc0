"""Bringing in a loan tape, step by step on one page: file, mapping, report, import."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import InvalidInput, LendingError
from lending_core.operations.tape_desk import Tape
from lending_core.portfolio.tape_mapping import TEXT_MAX, read_tape_mapping
from lending_core.portfolio.tape_quality import QualityReport
from pages.ui import (
    panels,
    tape_draft,
    tape_fields,
    tape_file,
    tape_import,
    tape_quality,
    tape_reads,
    tape_sample,
)
from pages.ui.tape_draft import Draft
from pages.ui.tape_file import TapeFiles
from pages.ui.text import refusal_text, t

# The mapping that this person asked to check the whole file by.
_CHECKED_KEY = "tape_checked"


def show(actor: Actor) -> None:
    """The steps, as far as this person has come; the next one opens when one is done."""
    if not actor.may(Permission.IMPORT_TAPE):
        st.caption(t("loan_tapes.who_imports"))
        return
    with st.container(border=True, key="tape_step_file"):
        panels.heading(t("loan_tapes.step_file"), t("loan_tapes.step_file_note"))
        files = tape_file.choose(actor)
        tape = _received(files) if files else None
    if files is None or tape is None:
        return
    with st.container(border=True, key="tape_step_mapping"):
        panels.heading(t("loan_tapes.step_mapping"), t("loan_tapes.step_mapping_note"))
        draft = _mapping(files, tape)
    if draft is None:
        return
    with st.container(border=True, key="tape_step_report"):
        panels.heading(t("loan_tapes.step_report"), t("loan_tapes.step_report_note"))
        report = _report(files, tape_draft.toml_of(draft))
    if report is not None:
        _import(actor, files, draft, report)


def _import(actor: Actor, files: TapeFiles, draft: Draft, report: QualityReport) -> None:
    # A place of its own while it runs: what was asked would otherwise stay below until the first
    # click, and go under it: the way to stop would move away between press and release.
    is_running = tape_import.is_asked()
    with st.container(border=True, key="tape_step_running" if is_running else "tape_step_import"):
        panels.heading(t("loan_tapes.step_import"), t("loan_tapes.step_import_note"))
        tape_import.run(actor)
        tape_import.ask(files, draft, report)


def _received(files: TapeFiles) -> Tape | None:
    try:
        with st.spinner(t("loan_tapes.reading")):
            tape = tape_reads.received(files)
    except LendingError as refusal:
        st.error(refusal_text(refusal), icon=":material/error:")
        return None
    with st.expander(
        t("loan_tapes.file_has", columns=len(tape.columns)), icon=":material/view_column:"
    ):
        tape_fields.columns_of_file(tape.columns)
    return tape


def _mapping(files: TapeFiles, tape: Tape) -> Draft | None:
    """The draft, once rows can be read by it; until then, says why not."""
    draft = tape_draft.kept()
    if draft is None:
        draft = _proposed(files)
        tape_draft.keep(draft, is_new=True)
    _saved(draft)
    draft = tape_fields.edit(draft, tape, lambda shape: _proposed(files, shape))
    tape_draft.keep(draft)
    panels.heading(t("loan_tapes.sample_title"), t("loan_tapes.sample_note"))
    try:
        for is_payments in (False, True)[: 1 + bool(draft.payments)]:
            sample = tape_reads.sample(files, draft, is_payments=is_payments)
            tape_sample.show(sample, draft.currency, key=f"tape_sample_{is_payments}")
        tape_draft.mapping_of(draft)
    except LendingError as refusal:
        st.warning(refusal_text(refusal), icon=":material/rule:")
        return None
    return draft


def _proposed(files: TapeFiles, shape: str | None = None) -> Draft:
    return tape_draft.draft_of(tape_reads.proposed(files, shape))


def _saved(draft: Draft) -> None:
    """A mapping that was saved, taken in; and this one to be saved."""
    with st.container(horizontal=True):
        with st.popover(t("loan_tapes.saved"), icon=":material/upload_file:"):
            house = tape_reads.house_mappings()
            name = st.selectbox(
                t("loan_tapes.saved_house"), list(house), index=None, key="tape_saved_house"
            )
            file = st.file_uploader(
                t("loan_tapes.saved_file"), type="toml", key="tape_saved_file", max_upload_size=1
            )
            if st.button(t("loan_tapes.saved_use"), key="tape_saved_use"):
                _take(house[name].encode() if name else file.getvalue() if file else b"")
        st.download_button(
            t("loan_tapes.mapping_download"),
            tape_draft.toml_of(draft),
            file_name="mapping.toml",
            mime="application/toml",
            key="tape_mapping_save",
            on_click="ignore",
            icon=":material/download:",
        )


def _take(content: bytes) -> None:
    try:
        if not 0 < len(content) <= TEXT_MAX:
            raise InvalidInput("mapping_missing_file")
        mapping = read_tape_mapping(content.decode("utf-8", "replace"))
    except LendingError as refusal:
        st.error(refusal_text(refusal), icon=":material/error:")
        return
    tape_draft.keep(tape_draft.draft_of(mapping), is_new=True)
    st.rerun()


def _report(files: TapeFiles, toml: str) -> QualityReport | None:
    """How the whole file reads, once it was asked for by this mapping."""
    asked = [files.path, toml]
    if st.session_state.get(_CHECKED_KEY) != asked:
        st.button(
            t("loan_tapes.check"),
            key="tape_check",
            type="primary",
            icon=":material/fact_check:",
            on_click=_ask_check,
            args=(asked,),
        )
        return None
    place = st.empty()
    try:
        report = tape_reads.quality_known(files, toml) or tape_reads.quality(
            files, toml, _progress(place)
        )
    except LendingError as refusal:
        place.empty()
        st.error(refusal_text(refusal), icon=":material/error:")
        return None
    place.empty()
    tape_quality.figures(report)
    tape_quality.findings(report)
    tape_quality.sums(report)
    return report


def _progress(place: DeltaGenerator) -> DeltaGenerator:
    """Where the check says how far it has come, with a way to stop it."""
    with place.container():
        bar = st.empty()
        st.button(
            t("loan_tapes.stop"),
            key="tape_check_stop",
            icon=":material/stop_circle:",
            on_click=_stop_check,
        )
    return bar


def _ask_check(asked: list[str]) -> None:
    st.session_state[_CHECKED_KEY] = asked


def _stop_check() -> None:
    st.session_state.pop(_CHECKED_KEY, None)
