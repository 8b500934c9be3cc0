"""A person asks about own data: a copy of all of it, or that it be erased."""

from functools import partial

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations.data_requests import (
    Copy,
    Request,
    erase_person,
    erasure_preview,
    export_person,
    proofs,
)
from lending_core.operations.erasing import Item
from lending_core.workbook import Sheet, Workbook, workbook_bytes
from pages.ui import notices, session, tables
from pages.ui.text import refusal_text, sentence, sentences, t

_CUSTOMER_KEY, _PROOF_KEY, _REFUSED_KEY = "privacy_customer", "privacy_proof", "privacy_refused"
# The copy that was made: until the page is left, and for this person's session only.
_COPY_KEY = "privacy_copy"
_SUFFIXES = (".json", ".xlsx")


def ask(actor: Actor) -> None:
    """Which customer asks, how that was proved, and the two things that may be asked for."""
    with st.container(border=True, key="privacy_ask"):
        st.caption(t("privacy.ask_note"))
        left, right = st.columns(2)
        number = left.number_input(
            t("column.customer_id"), min_value=1, step=1, value=None, key=_CUSTOMER_KEY
        )
        right.selectbox(
            t("privacy.proof"),
            proofs(),
            format_func=partial(_proof_name, session.language()),
            key=_PROOF_KEY,
        )
        if number is not None:
            _of_customer(actor, int(number))
        if refused := st.session_state.pop(_REFUSED_KEY, None):
            st.error(refused, icon=":material/error:")


def _of_customer(actor: Actor, customer_id: int) -> None:
    try:
        items = erasure_preview(session.store(), actor, customer_id)
    except LendingError as refusal:
        st.error(refusal_text(refusal), icon=":material/error:")
        return
    _listed(items)
    with st.container(horizontal=True):
        st.button(
            t("privacy.export"),
            key="privacy_export",
            icon=":material/download:",
            on_click=_export,
            args=(customer_id,),
        )
        if any(each.is_erased for each in items):
            with st.popover(t("privacy.erase"), icon=":material/delete_forever:"):
                st.markdown(t("privacy.erase_note", customer_id=customer_id))
                st.button(
                    t("privacy.erase_confirm"),
                    key="privacy_erase",
                    type="primary",
                    on_click=_erase,
                    args=(customer_id,),
                )
    _download(customer_id)


def _listed(items: tuple[Item, ...]) -> None:
    """What would go, what would stay, until when and why."""
    rows = pl.DataFrame(
        {
            "erasure_item": [t(f"erasure_item.{each.item}") for each in items],
            "erasure_outcome": [
                t("privacy.goes" if each.is_erased else "privacy.stays") for each in items
            ],
            "erasure_reason": [t(f"erasure_reason.{each.reason}") for each in items],
            "kept_until_on": [each.kept_until_on for each in items],
        },
        schema_overrides={"kept_until_on": pl.Date},
    )
    tables.show(rows, alt=t("privacy.erasure_alt"), key="privacy_items")


def _download(customer_id: int) -> None:
    made = st.session_state.get(_COPY_KEY)
    if made is None or made["customer_id"] != customer_id:
        return
    st.caption(t("privacy.copy_note"))
    as_json, as_excel = (f"customer_{customer_id}{suffix}" for suffix in _SUFFIXES)
    with st.container(horizontal=True):
        st.download_button(
            t("privacy.copy_json"),
            made["json"],
            as_json,
            key="privacy_copy_json",
        )
        st.download_button(
            t("privacy.copy_excel"),
            made["excel"],
            as_excel,
            key="privacy_copy_excel",
        )


def _export(customer_id: int) -> None:
    try:
        actor = session.require(Permission.HANDLE_DATA_REQUESTS)
        request = Request(customer_id, st.session_state[_PROOF_KEY])
        copy = export_person(session.store(), actor, request, at=session.now())
    except LendingError as refusal:
        st.session_state[_REFUSED_KEY] = refusal_text(refusal)
        return
    st.session_state[_COPY_KEY] = {
        "customer_id": customer_id,
        "json": copy.json,
        "excel": _workbook(customer_id, copy),
    }


def _workbook(customer_id: int, copy: Copy) -> bytes:
    """A sheet for each table, under the names that screens have for its columns."""
    named = sentences(session.language())
    sheets = [
        Sheet(
            table,
            pl.DataFrame([_as_text(values) for values in frame]),
            [named.get(f"column.{name}", name) for name in frame.columns],
            ["plain"] * frame.width,
        )
        for table, frame in copy.tables.items()
    ]
    title = t("privacy.copy_title", customer_id=customer_id)
    return workbook_bytes(Workbook(title, session.now(), (), sheets))


def _as_text(values: pl.Series) -> pl.Series:
    texts = [None if value is None else str(value) for value in values.to_list()]
    return pl.Series(values.name, texts, pl.String)


def _erase(customer_id: int) -> None:
    try:
        actor = session.require(Permission.HANDLE_DATA_REQUESTS)
        request = Request(customer_id, st.session_state[_PROOF_KEY])
        items = erase_person(session.store(), actor, request, at=session.now())
    except LendingError as refusal:
        st.session_state[_REFUSED_KEY] = refusal_text(refusal)
        return
    gone = sum(each.is_erased for each in items)
    st.session_state[_CUSTOMER_KEY] = None
    notices.done(t("privacy.erased", customer_id=customer_id, gone=gone, kept=len(items) - gone))


def _proof_name(language: str, code: str) -> str:
    return sentence(f"request_proof.{code}", language)
