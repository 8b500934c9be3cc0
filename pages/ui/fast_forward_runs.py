"""The run of months ahead that this person started: begun, looked at, stopped.

The run itself belongs to the server and goes on while pages are drawn; the session keeps its key
and, as words, what was compared.
"""

from dataclasses import dataclass

import streamlit as st

from lending_core import settings
from lending_core.access.permissions import Actor
from lending_core.errors import LendingError
from lending_core.operations.fast_forward import Order
from lending_core.operations.fast_forward_run import Run
from pages.ui import notices, session

_KEY = "fast_forward_run"


@dataclass(frozen=True)
class Compared:
    """What a run compares: two policies and a macro path, by code (`fast_forward_choices`)."""

    one: str
    other: str
    path: str


def start(actor: Actor, order: Order, compared: Compared) -> None:
    """Starts a run in the place of this person's last one."""
    stop()
    key = session.new_key()
    try:
        actor = session.as_of_now(actor)
        _held(key).append(Run(session.store(), actor, order, settings.from_environment()))
    except LendingError as refusal:
        notices.refused(refusal)
        return
    st.session_state[_KEY] = {"key": key, "is_known_to_be_over": False, "compared": vars(compared)}


def current() -> tuple[Run, Compared] | None:
    """This person's newest run, while the server keeps it."""
    known = st.session_state.get(_KEY)
    if known is None:
        return None
    held = _held(known["key"])
    return (held[0], Compared(**known["compared"])) if held else None


def is_news_that_it_ended() -> bool:
    """Asked once this person's run is over: True the first time."""
    known = st.session_state[_KEY]
    is_news = not known["is_known_to_be_over"]
    known["is_known_to_be_over"] = True
    return is_news


def stop() -> None:
    """Ends this person's run; what is done can still be looked at."""
    found = current()
    if found is not None:
        found[0].stop()


@st.cache_resource(max_entries=16, show_spinner=False)
def _held(key: str) -> list[Run]:  # noqa: ARG001
    return []
