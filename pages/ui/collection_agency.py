"""Contacts that an agency reports: one by one on the case, or many in a file; held to the rules."""

from datetime import datetime, time
from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations.agency_reports import (
    AgencyContact,
    Upload,
    report_contact,
    upload_contacts,
)
from lending_core.operations.contacts import NOTE_LENGTH_MAX, WAYS, Contact
from lending_core.portfolio.agency_file import BYTES_MAX, NEEDED, OPTIONAL, ROWS_MAX
from lending_core.portfolio.collection_rules import BORROWER, outcomes_of
from lending_core.portfolio.collection_rules import agencies as register
from pages.ui import collection_words, notices, panels, reads, session, tables
from pages.ui.collection_desk import INPUTS, Step
from pages.ui.text import refusal_text, sentence, t

_NOON = time(12)
_UPLOADED_KEY = "collection_agency_uploaded"
_REJECTED = ("file_row", "why_rejected", "row_text")


def report(case: dict[str, Any], _: Actor) -> Step | None:
    """Which agency tried whom, when, and what it came to."""
    st.caption(t("collection_agency.report_note"))
    agency = _agency(case["agency_code"])
    left, right = st.columns(2)
    with left:
        on = st.date_input(
            t("column.happened_on"),
            reads.book().open_on,
            max_value=reads.book().open_on,
            key=f"{INPUTS}on",
            format="YYYY-MM-DD",
        )
    with right:
        clock = st.time_input(t("collection_agency.clock"), _NOON, key=f"{INPUTS}clock", step=60)
    contact = _contact(case["case_id"])
    made = AgencyContact(agency, contact, datetime.combine(on, clock))
    return Step(
        lambda store, actor, key, at: report_contact(store, actor, made, key=key, at=at),
        t("collection_agency.done_report", agency=collection_words.agency_name(agency)),
    )


def upload(actor: Actor) -> None:
    """A file of an agency's contacts, and what became of the newest one."""
    if not actor.may(Permission.MANAGE_COLLECTIONS):
        return
    with st.container(border=True, key="collection_agency_upload"):
        panels.heading(
            t("collection_agency.upload_title"),
            t(
                "collection_agency.upload_note",
                needed=", ".join(NEEDED),
                optional=", ".join(OPTIONAL),
                rows=ROWS_MAX,
            ),
        )
        with st.form("collection_agency_form", border=False, clear_on_submit=True):
            agency = _agency(None)
            file = st.file_uploader(
                t("collection_agency.file"),
                type="csv",
                key="collection_agency_file",
                max_upload_size=BYTES_MAX // 1_000_000,
            )
            asked = st.form_submit_button(
                t("collection_agency.upload"), icon=":material/upload_file:"
            )
        if asked and file is not None:
            _take(actor, agency, file.getvalue())
        _rejected()


def _take(actor: Actor, agency: str, content: bytes) -> None:
    try:
        done = upload_contacts(session.store(), actor, agency, content, at=session.now())
    except LendingError as refusal:
        st.session_state.pop(_UPLOADED_KEY, None)
        st.error(refusal_text(refusal), icon=":material/error:")
        return
    st.session_state[_UPLOADED_KEY] = _told(done)
    counts = {"kept": done.kept, "findings": done.findings, "rejected": len(done.rejected)}
    notices.done(
        t(
            "collection_agency.done_upload",
            agency=collection_words.agency_name(agency),
            **counts,
        )
    )
    st.rerun()


def _told(done: Upload) -> list[list[Any]]:
    return [[row, refusal_text(refusal), text] for row, refusal, text in done.rejected]


def _rejected() -> None:
    """Rows of the newest file that were not kept, each with its reason; a file of them."""
    told = st.session_state.get(_UPLOADED_KEY)
    if not told:
        return
    st.markdown(t("collection_agency.rejected"))
    tables.show(
        pl.DataFrame(told, schema=_REJECTED, orient="row"),
        alt=t("collection_agency.rejected"),
        key="collection_agency_rejected",
    )


def _agency(code: str | None) -> str:
    codes = list(register())
    chosen = st.radio(
        t("collection_agency.which"),
        codes,
        index=codes.index(code) if code in codes else 0,
        format_func=collection_words.agency_name,
        key=f"{INPUTS}reporting_{session.language()}",
        horizontal=True,
    )
    return str(chosen)


def _contact(case_id: int) -> Contact:
    language = session.language()
    place = st.segmented_control(
        t("collection_case.way"),
        list(range(len(WAYS))),
        default=0,
        required=True,
        format_func=[collection_words.way_name(way) for way in WAYS].__getitem__,
        key=f"{INPUTS}way_{language}",
    )
    way = WAYS[place or 0]
    outcome = st.selectbox(
        t("collection_agency.outcome"),
        outcomes_of(way.channel, way.party),
        format_func=partial(_outcome_name, language),
        key=f"{INPUTS}outcome_{way.channel}_{way.party}_{language}",
    )
    number = reason = None
    if way.party != BORROWER:
        number = _typed("number", 20)
        reason = _typed("reason", 200)
    note = _typed("note", NOTE_LENGTH_MAX)
    return Contact(case_id, way.channel, outcome, way.party, number, reason, note)


def _typed(name: str, length_max: int) -> str | None:
    typed = st.text_input(
        t(f"collection_case.{name}"), key=f"{INPUTS}{name}_reported", max_chars=length_max
    )
    return typed.strip() or None


def _outcome_name(language: str, code: str) -> str:
    return sentence(f"contact_outcome.{code}", language)
