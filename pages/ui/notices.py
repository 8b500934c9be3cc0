"""What the last step changed, or why it was refused: said once, on the page drawn anew after it."""

import streamlit as st

from lending_core.errors import LendingError
from pages.ui.text import refusal_text

_DONE_KEY = "notice_done"
_REFUSED_KEY = "notice_refused"


def done(sentence: str) -> None:
    """To be said: what was done."""
    st.session_state[_DONE_KEY] = sentence


def refused(refusal: LendingError) -> None:
    """To be said: why a step may not happen."""
    st.session_state[_REFUSED_KEY] = refusal_text(refusal)


def are_waiting() -> bool:
    """Whether something is to be said: then a dialog has nothing left to ask."""
    return _DONE_KEY in st.session_state or _REFUSED_KEY in st.session_state


def close_or_say() -> None:
    """In a dialog: closes it once the step is done; why it was refused is said in it, where what
    was typed still stands."""
    if _DONE_KEY in st.session_state:
        st.rerun()
    show()


def show() -> None:
    """Says what is to be said, and forgets it."""
    sentence = st.session_state.pop(_DONE_KEY, None)
    refusal = st.session_state.pop(_REFUSED_KEY, None)
    if sentence:
        st.success(sentence, icon=":material/check:")
    if refusal:
        st.error(refusal, icon=":material/error:")
