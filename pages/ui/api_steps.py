"""A step that an administrator takes with a mini-program: as the person is now, or refused where it
was asked for. What it is taken with stands in its button's key: lists change while people look at
them, and a click never means what has come into that place since."""

from collections.abc import Callable
from datetime import datetime

import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations.console import Store
from pages.ui import notices, session
from pages.ui.text import refusal_text

Step = Callable[[Store, Actor, datetime], object]


def take(step: Step, done: str) -> None:
    """Takes a step and says that it is done; a refusal stands where it was asked for."""
    try:
        actor = session.require(Permission.MANAGE_ACCOUNTS)
        step(session.home_store(), actor, session.now())
    except LendingError as refusal:
        st.error(refusal_text(refusal), icon=":material/error:")
        return
    notices.done(done)
    st.rerun()
