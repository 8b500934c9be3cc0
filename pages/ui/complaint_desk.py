"""Complaints of a customer, whether or not something is late: recorded, and listed."""

from functools import partial
from typing import Any

import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations.complaints import CustomerComplaint, complain
from lending_core.operations.contacts import NOTE_LENGTH_MAX
from lending_core.operations.holds import COMPLAINT
from lending_core.portfolio.collection_rules import complaint_kinds, hold_days
from pages.ui import collection_reads, collection_words, notices, panels, session, tables
from pages.ui.text import refusal_text, sentence, t

_LISTED = ("received_on", "complaint_kind", "agency", "case_id", "note", "entry_by")
# The complaint that is being typed: of whom, and the key under which it is kept once.
_OPEN_KEY = "complaint_desk"
_REFUSED_KEY = "complaint_desk_refused"
_KIND_KEY, _NOTE_KEY = "complaint_kind", "complaint_note"


def card(customer_id: int, actor: Actor) -> None:
    """What the customer complained of so far, and the way to record more."""
    if not actor.may(Permission.VIEW_COLLECTIONS):
        return
    with st.container(border=True, key="complaints_card"):
        panels.heading(t("complaints.title"), t("complaints.note"))
        rows = collection_reads.complaints(customer_id)
        if rows.is_empty():
            st.markdown(t("complaints.none"))
        else:
            tables.show(
                collection_words.complaints_in_words(rows),
                alt=t("complaints.title"),
                key="complaints",
                columns=_LISTED,
            )
        button(customer_id, actor)


def button(customer_id: int, actor: Actor) -> None:
    """Opens the dialog in which a complaint is recorded, for whoever may."""
    if not actor.may(Permission.COLLECT):
        return
    st.button(
        t("complaints.record"),
        key="complaint_open",
        icon=":material/report:",
        on_click=_open,
        args=(customer_id,),
    )
    opened = st.session_state.get(_OPEN_KEY)
    if opened is not None and opened["customer_id"] == customer_id:
        st.dialog(t("complaints.record"), on_dismiss=_close)(_dialog)(opened)


def _open(customer_id: int) -> None:
    st.session_state[_OPEN_KEY] = {"customer_id": customer_id, "key": session.new_key()}
    st.session_state[_NOTE_KEY] = ""


def _close() -> None:
    st.session_state.pop(_OPEN_KEY, None)


def _dialog(opened: dict[str, Any]) -> None:
    # It is kept before the page is drawn anew; then the dialog has nothing left to ask.
    if _OPEN_KEY not in st.session_state:
        st.rerun()
    language = session.language()
    st.radio(
        t("collection_desk.complaint_about"),
        complaint_kinds(),
        format_func=partial(_kind_name, language),
        key=_KIND_KEY,
        horizontal=True,
    )
    st.text_area(
        t("collection_case.note"),
        key=_NOTE_KEY,
        max_chars=NOTE_LENGTH_MAX,
        height=80,
        help=t("collection_case.note_help"),
    )
    st.caption(t("complaints.holds", days=hold_days()[COMPLAINT]))
    st.button(
        t("collection_desk.confirm_complaint"),
        key="complaint_confirm",
        type="primary",
        icon=":material/check:",
        on_click=_record,
        args=(opened,),
    )
    if refused := st.session_state.pop(_REFUSED_KEY, None):
        st.error(refused, icon=":material/error:")


def _record(opened: dict[str, Any]) -> None:
    kind = st.session_state[_KIND_KEY]
    note = st.session_state[_NOTE_KEY].strip() or None
    said = CustomerComplaint(opened["customer_id"], kind, note)
    try:
        actor = session.require(Permission.COLLECT)
        complain(session.store(), actor, said, key=opened["key"], at=session.now())
    except LendingError as refusal:
        st.session_state[_REFUSED_KEY] = refusal_text(refusal)
        return
    _close()
    notices.done(t("collection_desk.done_complaint", kind=t(f"complaint_kind.{kind}")))


def _kind_name(language: str, code: str) -> str:
    return sentence(f"complaint_kind.{code}", language)
