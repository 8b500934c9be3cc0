"""The key of personal data on screen: when it was changed, and the step that changes it."""

import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations import key_change
from pages.ui import format as shown
from pages.ui import notices, panels, session
from pages.ui.text import person_name, refusal_text, t


def show(actor: Actor) -> None:
    """What opens the keys of people, since when, and a button that draws another."""
    with st.container(border=True, key="people_key"):
        panels.heading(t("people.key_title"), t("people.key_note"))
        st.markdown(_since(actor))
        with st.popover(
            t("people.key_change"), icon=":material/key:", disabled=actor.is_demonstration
        ):
            st.markdown(t("people.key_why"))
            if st.button(t("people.key_confirm"), key="people_key_confirm", type="primary"):
                _change()


def _since(actor: Actor) -> str:
    changes = key_change.key_changes(session.home_store(), actor)
    if changes.is_empty():
        return t("people.key_never")
    newest = changes.row(0, named=True)
    return t(
        "people.key_since",
        at=shown.instant(newest["recorded_at"]),
        who=person_name(newest["changed_by"]),
        keys=shown.count(newest["people"]),
    )


def _change() -> None:
    bar = st.progress(0.0)

    def progress(done: int, total: int) -> None:
        words = t("people.key_running", done=shown.count(done), total=shown.count(total))
        bar.progress(done / max(total, 1), words)

    store = session.home_store()
    try:
        actor = session.require(Permission.CHANGE_KEYS)
        keys = key_change.change_privacy_key(store, actor, at=session.now(), progress=progress)
    except LendingError as refusal:
        st.error(refusal_text(refusal), icon=":material/error:")
        return
    notices.done(t("people.key_done", keys=shown.count(keys), folder=store.key_folder))
    st.rerun()
