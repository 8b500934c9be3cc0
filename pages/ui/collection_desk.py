"""What may be done with a case: taken and given back; steps filled in and confirmed in a dialog."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations import console
from pages.ui import collection_reads, notices, session
from pages.ui.text import refusal_text, t

# What each step asks of a person; in the order in which the buttons stand.
STEPS = {
    "promise": Permission.COLLECT,
    "complaint": Permission.COLLECT,
    "hold": Permission.MANAGE_COLLECTIONS,
    "hardship": Permission.MANAGE_COLLECTIONS,
    "agency": Permission.MANAGE_COLLECTIONS,
    "report": Permission.MANAGE_COLLECTIONS,
    "lift": Permission.MANAGE_COLLECTIONS,
}
# Steps that have a button in the row; a hold is lifted where it is shown.
_ICONS = {
    "promise": ":material/handshake:",
    "complaint": ":material/report:",
    "hold": ":material/pause_circle:",
    "hardship": ":material/support:",
    "agency": ":material/outbox:",
    "report": ":material/phone_callback:",
}
# Widgets of the open step; another value than the one confirmed is confirmed anew.
INPUTS = "collection_in_"
# The step that is open, for which case, and the key under which it is kept.
_OPEN_KEY = "collection_desk"
_REFUSED_KEY = "collection_desk_refused"


@dataclass(frozen=True)
class Step:
    """What is confirmed: done by a person, at an instant, under a key; and what is said then."""

    do: Callable[[console.Store, Actor, str, datetime], Any]
    said: str


Form = Callable[[dict[str, Any], Actor], Step | None]


def open_step(case_id: int, step: str) -> None:
    """Opens the dialog of a step, with the one key under which it will be kept."""
    for typed in [key for key in st.session_state if str(key).startswith(INPUTS)]:
        del st.session_state[typed]
    st.session_state[_OPEN_KEY] = {"case_id": case_id, "step": step, "key": session.new_key()}


def close() -> None:
    """Puts the dialog away."""
    st.session_state.pop(_OPEN_KEY, None)
    st.session_state.pop(_REFUSED_KEY, None)


def controls(case: dict[str, Any], actor: Actor, forms: dict[str, Form]) -> None:
    """A button for each step of the forms that this person may take; the open one in a dialog."""
    possible = [step for step, needed in STEPS.items() if step in forms and actor.may(needed)]
    with st.container(horizontal=True, key="collection_steps"):
        for step in (step for step in possible if step in _ICONS):
            st.button(
                _label(step, case),
                key=f"collection_step_{step}",
                icon=_ICONS[step],
                disabled=is_anothers(case, actor),
                on_click=open_step,
                args=(case["case_id"], step),
            )
    opened = st.session_state.get(_OPEN_KEY)
    if opened is not None and opened["case_id"] == case["case_id"] and opened["step"] in possible:
        title = _label(opened["step"], case)
        st.dialog(title, width="large", on_dismiss=close)(_dialog)(case, actor, forms)


def is_anothers(case: dict[str, Any], actor: Actor) -> bool:
    """Whether somebody else works on the case now."""
    lock = collection_reads.lock(case["case_id"])
    return lock is not None and lock.locked_by != actor.user_name


def _label(step: str, case: dict[str, Any]) -> str:
    """A step by its name; of a case that an agency has, the way back."""
    is_recall = step == "agency" and case["agency_code"] is not None
    return t("collection_desk.recall") if is_recall else t(f"collection_desk.{step}")


def _dialog(case: dict[str, Any], actor: Actor, forms: dict[str, Form]) -> None:
    # A step is kept before the page is drawn anew; then the dialog has nothing left to ask.
    if _OPEN_KEY not in st.session_state:
        st.rerun()
    opened = st.session_state[_OPEN_KEY]
    step = forms[opened["step"]](case, actor)
    refused = st.session_state.pop(_REFUSED_KEY, None)
    if step is not None:
        st.button(
            t(f"collection_desk.confirm_{opened['step']}"),
            key="collection_desk_confirm",
            type="primary",
            icon=":material/check:",
            on_click=_confirm,
            args=(step, opened, _typed()),
        )
    if refused:
        st.error(refused, icon=":material/error:")


def _confirm(step: Step, opened: dict[str, Any], typed: list[str]) -> None:
    """Does what was shown. What was typed since then is shown first."""
    if typed != _typed():
        st.session_state[_REFUSED_KEY] = t("loan_desk.changed_meanwhile")
        return
    try:
        actor = session.require(STEPS[opened["step"]])
        step.do(session.store(), actor, opened["key"], session.now())
    except LendingError as refusal:
        st.session_state[_REFUSED_KEY] = refusal_text(refusal)
        return
    close()
    notices.done(step.said)


def _typed() -> list[str]:
    return sorted(
        f"{key}={value}" for key, value in st.session_state.items() if str(key).startswith(INPUTS)
    )
