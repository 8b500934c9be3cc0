"""The edge of the screens: who is here, in which language, over which book, at what time.

The only owner of session state that is not a widget's; holds plain values (a user name).
"""

import uuid
from datetime import UTC, datetime

import streamlit as st

from lending_core import settings
from lending_core.access import permissions
from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LANGUAGES, InvalidState, NotAllowed, NotFound
from lending_core.operations import console

_LANGUAGE_KEY = "language"
_USER_KEY = "user_name"


def store() -> console.Store:
    """The one handle on the book, opened once per process and never changed."""
    configured = settings.from_environment()
    if not configured.database_path.exists():
        # Opening would create an empty database, and the book would then never be simulated.
        raise InvalidState("no_book")
    return _open(str(configured.database_path), configured)


@st.cache_resource(max_entries=4, show_spinner=False)
def _open(_path: str, _settings: settings.Settings) -> console.Store:
    return console.open_console(_settings)


def actor() -> Actor | None:
    """The person signed in, None when nobody is; loaded anew, so a lost role acts at once."""
    user_name = st.session_state.get(_USER_KEY)
    if user_name is None:
        return None
    try:
        return console.actor(store(), user_name)
    except NotFound:
        sign_out()
        return None


def require(permission: Permission) -> Actor:
    """The person signed in, if they may; raises `NotAllowed` otherwise. First line of a page."""
    person = actor()
    if person is None:
        raise NotAllowed("not_signed_in")
    permissions.require(person, permission)
    return person


def sign_in(user_name: str) -> None:
    """Enters as a demonstration account of the book."""
    st.session_state[_USER_KEY] = user_name


def sign_out() -> None:
    """Leaves, with all that was typed or drafted: the next person at this browser may see less.
    The language stays."""
    for key in [key for key in st.session_state if key != _LANGUAGE_KEY]:
        del st.session_state[key]


def language() -> str:
    """`en` or `zh`: as switched in the frame, else as the browser prefers."""
    if _LANGUAGE_KEY not in st.session_state:
        # Asked of the browser once: every word of a page asks again.
        st.session_state[_LANGUAGE_KEY] = preferred_language()
    return str(st.session_state[_LANGUAGE_KEY])


def switch_language(code: str) -> None:
    """Every word in `en` or `zh` from now on."""
    st.session_state[_LANGUAGE_KEY] = code


def preferred_language() -> str:
    """First guess: as configured, else Chinese for a browser that asks for it, else English."""
    asked = settings.from_environment().language
    if asked == "auto":
        asked = (st.context.locale or "").lower()
    return next((code for code in LANGUAGES if asked.startswith(code)), LANGUAGES[0])


def now() -> datetime:
    """The time an action is recorded at: an instant with its zone, UTC."""
    return datetime.now(UTC)


def new_key() -> str:
    """A key nobody used before: kept with a step, it makes a second click harmless."""
    return uuid.uuid4().hex
