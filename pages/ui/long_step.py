"""A step that takes a while: confirmed in a dialog, taken where the page is drawn anew, counted,
and to be stopped."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st

from pages.ui import notices, panels
from pages.ui.text import t

# Told as it goes: how much is done, of how much, in which words.
Show = Callable[[int, int, str], None]


def ask(name: str, asked: dict[str, Any]) -> None:
    """For the button of a dialog: the step is to be taken, by the page, with these plain facts."""
    st.session_state[_key(name)] = asked


def close_or_say(name: str) -> None:
    """In the dialog: closes it once the step is asked for; says in it why one was refused."""
    if _key(name) in st.session_state:
        st.rerun()
    notices.close_or_say()


def asked(name: str) -> dict[str, Any] | None:
    """What the step is to be taken with, once: whoever stops it has not asked for it again."""
    return st.session_state.pop(_key(name), None)


@contextmanager
def running(name: str, title: str) -> Iterator[Show]:
    """A bar with a count and a button to stop, for as long as the block runs. Any click draws the
    page anew, which ends the block at its next count; what it had begun to write is undone."""
    place = st.empty()
    with place.container(border=True, key=f"{name}_running"):
        panels.heading(title, t("long_step.note"))
        bar = st.progress(0.0)
        st.button(t("long_step.stop"), key=f"{name}_stop", icon=":material/stop_circle:")

    def show(done: int, of: int, words: str) -> None:
        bar.progress(min(1.0, done / max(of, 1)), text=words)

    yield show
    place.empty()


def _key(name: str) -> str:
    return f"{name}_asked"
