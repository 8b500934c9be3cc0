"""The edge of the screens: who is here, in which language, over which book, at what time.

The only owner of session state that is not a widget's; holds plain values (a user name).
"""

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, NamedTuple

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lending_core import settings
from lending_core.access import permissions
from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LANGUAGES, InvalidState, LendingError, NotAllowed, NotFound
from lending_core.operations import console, signing_in, tape_books, tape_uploads
from lending_core.operations.lake_export import Exporter
from lending_core.operations.signing_in import Session, Way

# The name of a book in the URL, so that a link shows the same book to whoever opens it.
BOOK_IN_URL = "book"
# Places of the files that a person sent in and that are in no book yet.
FILES_KEY = "tape_files"
_BOOK_KEY = "book_shown"
_CURRENCY_KEY = "currency"
_LANGUAGE_KEY = "language"
_USER_KEY = "user_name"
_WAY_KEY = "signed_in_by"
_SINCE_KEY = "signed_in_at"
_SEEN_KEY = "seen_at"
_DEMONSTRATION: Way = "demonstration"
# What Streamlit says of whom a provider has recognised.
_VOUCHED_FOR = "is_logged_in"
_BOOKS_MAX = 8
_HOUSE_CURRENCY = "CNY"

# What the house lent, or a loan tape that was brought in.
BookKind = Literal["lent", "imported"]


class OpenBook(NamedTuple):
    """A handle on a book, and what tells it apart from every other: also from a later book of the
    same name, so that nothing remembered of the one is said of the other."""

    store: console.Store
    opening: str


def store() -> console.Store:
    """The handle on the book that is shown, opened once per process and never changed."""
    ask_again()
    return opened().store


def home_store() -> console.Store:
    """The handle on the book of what the house lent: the accounts of the staff are in it."""
    ask_again()
    return home().store


def opened() -> OpenBook:
    """The book that is shown. Raises `InvalidState` where it cannot be opened."""
    name = shown_book()
    return home() if name is None else _opened(_book_paths()[name])


def opened_as(name: str) -> OpenBook:
    """The imported book of this name, whichever is shown. Raises `NotFound` where it is gone, and
    `InvalidState` where it cannot be opened."""
    path = _book_paths().get(name)
    if path is None:
        raise NotFound("book_unknown", name=name)
    return _opened(path)


def home() -> OpenBook:
    """The book of what the house lent. Raises `InvalidState` where it cannot be opened."""
    configured = settings.from_environment()
    console.settle_own_file(configured)
    return _opened(configured.database_path)


def _opened(path: Path) -> OpenBook:
    try:
        # A book imported anew is another file under the same name.
        file_number = path.stat().st_ino
    except (FileNotFoundError, NotADirectoryError):
        # Opening would create an empty database, and the book would then never be simulated.
        raise InvalidState("no_book") from None
    # By name: each argument's name is otherwise looked up with every call, and calls are many.
    return _open(path=str(path), file_number=file_number)


@st.cache_resource(max_entries=_BOOKS_MAX, show_spinner=False)
def _open(path: str, file_number: int) -> OpenBook:  # noqa: ARG001
    configured = replace(settings.from_environment(), database_path=Path(path))
    return OpenBook(console.open_console(configured), new_key())


def shown_book() -> str | None:
    """Name of the imported book that is shown; None while it is the book of what was lent."""
    name = st.session_state.get(_BOOK_KEY)
    return name if name in _book_paths() else None


def kind() -> BookKind:
    """Which kind of book is shown."""
    return "lent" if shown_book() is None else "imported"


def imported_books() -> list[str]:
    """Names of the imported books, in the order of the alphabet."""
    return sorted(_book_paths())


def show_book(name: str | None) -> None:
    """From now on this imported book is shown; None: the book of what was lent."""
    if name is None:
        st.session_state.pop(_BOOK_KEY, None)
        st.query_params.pop(BOOK_IN_URL, None)
    else:
        st.session_state[_BOOK_KEY] = name
        st.query_params[BOOK_IN_URL] = name


def settle_book() -> LendingError | None:
    """Settles, before anything is shown, which book this run shows: the one in the URL, else the
    one chosen before. Where it is gone or cannot be opened, the book of what was lent is shown,
    and the reason returned."""
    name = st.query_params.get(BOOK_IN_URL) or st.session_state.get(_BOOK_KEY)
    refusal = None
    if name is not None:
        st.session_state[_BOOK_KEY] = name
        refusal = _refusal_to_open(name)
        show_book(name if refusal is None else None)
    st.session_state[_CURRENCY_KEY] = console.book(store()).currency
    return refusal


def close_book(name: str) -> None:
    """Gives up the handle on an imported book, so that its file may go or be replaced."""
    path = _book_paths().get(name)
    if path is None:
        return
    handle = _opened(path)
    _open.clear(str(path), path.stat().st_ino)
    handle.store.close()


def is_reading() -> bool:
    """Whether this console reads a lake, and nobody works on the book here."""
    return settings.from_environment().engine == settings.LAKE


def currency() -> str:
    """ISO code of the currency of the book that is shown."""
    return str(st.session_state.get(_CURRENCY_KEY, _HOUSE_CURRENCY))


def _refusal_to_open(name: str) -> LendingError | None:
    if name not in _book_paths():
        if _is_demonstration_role():
            return NotAllowed("demonstration_books")
        return NotFound("book_unknown", name=name)
    try:
        console.book(store())
    except LendingError as refusal:
        return refusal
    return None


def _book_paths() -> dict[str, Path]:
    """Name -> file of each imported book; none for a demonstration role, which asks no password."""
    if _is_demonstration_role():
        return {}
    return {book.name: book.path for book in tape_books.imported_books(settings.from_environment())}


def actor() -> Actor | None:
    """The person signed in, None when nobody is; loaded anew, so a lost role acts at once."""
    here = _here()
    if here is not None:
        st.session_state[_SEEN_KEY] = now()
    return here


def _here() -> Actor | None:
    """As `actor`, without counting as a sign of life: parts of a page ask every second."""
    entered = _entered()
    if entered is None:
        return None
    try:
        return signing_in.signed_in(
            home().store, entered, is_demonstration=is_demonstration(), at=now()
        )
    except (NotAllowed, NotFound):
        sign_out()
        return None


def as_of_now(drawn_for: Actor) -> Actor:
    """The person whom a page was drawn for, as they are now: a click takes its step before the page
    asks again who is here. Raises `NotAllowed` where they are here no more."""
    here = person()
    if here.user_name != drawn_for.user_name:
        raise NotAllowed("not_signed_in")
    return here


def ask_again() -> None:
    """A part of a page that runs by itself, as an open dialog does, does not pass by the entry,
    which asks who is here. So it is asked before anything is read; whose session is over gets the
    page anew, which is then the way in."""
    if is_part_run() and _here() is None:
        st.rerun()


def is_part_run() -> bool:
    """Whether only a part of a page runs, as an open dialog does, or one that looks again."""
    run = get_script_run_ctx(suppress_warning=True)
    return run is not None and bool(run.fragment_ids_this_run)


def is_demonstration() -> bool:
    """Whether this console lets people in as demonstration roles."""
    return settings.from_environment().is_demonstration


def person() -> Actor:
    """The person signed in; raises `NotAllowed` where nobody is."""
    here = actor()
    if here is None:
        raise NotAllowed("not_signed_in")
    return here


def require(permission: Permission) -> Actor:
    """The person signed in, if they may; raises `NotAllowed` otherwise. First line of a page."""
    here = person()
    permissions.require(here, permission)
    return here


def sign_in(user_name: str, way: Way = _DEMONSTRATION) -> None:
    """Enters as a demonstration role of the book, or with an account whose owner was recognised."""
    st.session_state[_USER_KEY] = user_name
    st.session_state[_WAY_KEY] = way
    st.session_state[_SINCE_KEY] = st.session_state[_SEEN_KEY] = now()


def sign_out() -> None:
    """Leaves, with all that was typed, drafted or sent in: the next person at this browser may see
    less. The language stays."""
    for path in filter(None, st.session_state.get(FILES_KEY) or ()):
        tape_uploads.discard_upload(Path(path))
    for key in [key for key in st.session_state if key != _LANGUAGE_KEY]:
        del st.session_state[key]
    if is_vouched_for():
        st.logout()


def tidy() -> None:
    """Takes away what people sent in and left behind: files older than any session, and those of
    servers that run no more."""
    tape_uploads.sweep_uploads(at=now())


def exporter() -> Exporter:
    """What hands the book to other engines for as long as a server runs, as often as it is told."""
    told = settings.from_environment()
    return Exporter(home_store, now, told.lake_path, told.lake_minutes)


def is_vouched_for() -> bool:
    """Whether the house's identity provider has said who is at this browser."""
    return bool(st.user.get(_VOUCHED_FOR, False))


def language() -> str:
    """`en` or `zh`: as switched in the frame, else as the browser prefers."""
    if _LANGUAGE_KEY not in st.session_state:
        # Asked of the browser once: every word of a page asks again.
        st.session_state[_LANGUAGE_KEY] = preferred_language()
    return str(st.session_state[_LANGUAGE_KEY])


def switch_language(code: str) -> None:
    """Every word in `en` or `zh` from now on."""
    st.session_state[_LANGUAGE_KEY] = code


def _is_demonstration_role() -> bool:
    entered = _entered()
    return entered is not None and entered.way == _DEMONSTRATION


def _entered() -> Session | None:
    user_name = st.session_state.get(_USER_KEY)
    if user_name is None:
        return None
    at = now()
    return Session(
        user_name,
        st.session_state.get(_WAY_KEY, _DEMONSTRATION),
        st.session_state.get(_SINCE_KEY, at),
        st.session_state.get(_SEEN_KEY, at),
    )


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
