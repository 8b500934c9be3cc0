"""One borrower or many: what is simulated on the page."""

from functools import partial
from typing import Literal

import streamlit as st

from pages.ui import session
from pages.ui.text import sentence, t

View = Literal["one", "many"]
_VIEWS: tuple[View, ...] = ("one", "many")


def choose() -> View:
    """The view chosen; one borrower at first."""
    return st.segmented_control(
        t("simulate_application.view"),
        _VIEWS,
        default=_VIEWS[0],
        required=True,
        format_func=partial(_name, session.language()),
        key=f"simulate_application_view_{session.language()}",
        label_visibility="collapsed",
    )


def _name(language: str, view: View) -> str:
    return sentence(f"simulate_application.view_{view}", language)
