"""The imported books: what each is, the way into it, its papers, and taking it away."""

from typing import Any

import streamlit as st

from lending_core import settings
from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations import tape_books
from pages.ui import format as shown
from pages.ui import links, notices, panels, session, tape_reads
from pages.ui.text import person_name, plain, refusal_text, t


def books(actor: Actor) -> None:
    """A card for each imported book; where there is none, what one would be good for."""
    names = session.imported_books()
    if not names:
        panels.empty(t("loan_tapes.none_yet"))
        return
    with st.container(border=True, key="tape_books"):
        panels.heading(t("loan_tapes.books_title"), t("loan_tapes.books_note"))
        for place, name in enumerate(names):
            _book(actor, name, place)


def _book(actor: Actor, name: str, place: int) -> None:
    try:
        origin = tape_reads.origin(name)
    except LendingError as refusal:
        st.warning(f"**{plain(name)}**: {refusal_text(refusal)}", icon=":material/menu_book:")
        _remove_button(actor, name, place)
        return
    told, ways = st.columns([3, 2], vertical_alignment="center")
    with told:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(name)}**", width="content")
            st.badge(t(f"loan_tapes.shape_{origin['shape']}"), color="blue")
            if name == session.shown_book():
                st.badge(t("loan_tapes.is_shown"), icon=":material/visibility:", color="green")
        st.caption(_told(origin))
        if origin["note"]:
            st.caption(t("loan_tapes.assumed", note=plain(origin["note"])))
    with (
        ways,
        st.container(horizontal=True, horizontal_alignment="right", key=f"tape_ways_{place}"),
    ):
        if name != session.shown_book():
            st.button(
                t("loan_tapes.look"),
                key=f"tape_look_{place}",
                icon=":material/visibility:",
                on_click=session.show_book,
                args=(name,),
            )
        with st.popover(t("loan_tapes.papers"), icon=":material/download:"):
            _papers(actor, name, origin, place)
        _remove_button(actor, name, place)
    if name == session.shown_book():
        links.book_screens(origin["shape"])


def _told(origin: dict[str, Any]) -> str:
    return t(
        "loan_tapes.book_told",
        currency=origin["currency"],
        on=shown.day(origin["as_of_on"]),
        loans=shown.count(origin["loans"]),
        rows_in=shown.count(origin["rows_in"]),
        loaded=shown.count(origin["rows_loaded"]),
        rejected=shown.count(origin["rows_rejected"]),
        file=plain(origin["file_name"]),
        person=person_name(origin["imported_by"]),
        at=shown.instant(origin["recorded_at"]),
    )


def _papers(actor: Actor, name: str, origin: dict[str, Any], place: int) -> None:
    st.download_button(
        t("loan_tapes.mapping_download"),
        origin["mapping"],
        file_name=f"{name}.toml",
        mime="application/toml",
        key=f"tape_mapping_{place}",
        on_click="ignore",
        icon=":material/download:",
    )
    if not origin["rows_rejected"]:
        st.caption(t("loan_tapes.nothing_rejected"))
    if not origin["rows_rejected"] or not actor.may(Permission.IMPORT_TAPE):
        return
    st.download_button(
        t("loan_tapes.rejects_download", rows=shown.count(origin["rows_rejected"])),
        tape_reads.rejects_csv(name, session.language()),
        file_name=f"{name}_rejected.csv",
        mime="text/csv",
        key=f"tape_rejects_{place}",
        on_click="ignore",
        icon=":material/download:",
    )


def _remove_button(actor: Actor, name: str, place: int) -> None:
    if not actor.may(Permission.IMPORT_TAPE):
        return
    if st.button(
        t("loan_tapes.remove"),
        key=f"tape_remove_{place}",
        icon=":material/delete:",
        type="tertiary",
    ):
        st.dialog(t("loan_tapes.remove_title"))(_confirm)(actor, name)


def _confirm(actor: Actor, name: str) -> None:
    notices.close_or_say()
    st.markdown(t("loan_tapes.remove_text", name=plain(name)))
    st.button(
        t("loan_tapes.remove_confirm"),
        key="tape_remove_confirm",
        type="primary",
        icon=":material/delete:",
        on_click=_remove,
        args=(actor, name),
    )


def _remove(actor: Actor, name: str) -> None:
    try:
        actor = session.as_of_now(actor)
        session.close_book(name)
        house = session.home_store()
        tape_books.remove_book(settings.from_environment(), house, actor, name, at=session.now())
    except LendingError as refusal:
        notices.refused(refusal)
        return
    if st.query_params.get(session.BOOK_IN_URL) == name:
        session.show_book(None)
    notices.done(t("loan_tapes.removed", name=plain(name)))
