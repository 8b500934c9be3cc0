"""Every cached read of the screens, in one shape: a public function fills in what the answer
depends on, a cached one with a leading underscore asks `operations`.

Every write appends to the ledger, so the newest event's number is the version of the book: it and
every argument are in the cache key, and no answer is ever stale. The cache is shared by all people,
so a cached function must not look at the session.

    def loans_overdue(product_codes: Sequence[str]) -> pl.DataFrame:
        return _loans_overdue(session.store(), event_id(), tuple(product_codes))

    @st.cache_data(max_entries=32, show_spinner=False)
    def _loans_overdue(_store, event_id, product_codes): ...
"""

import streamlit as st

from lending_core.operations import console
from pages.ui import session


def event_id() -> int:
    """Number of the newest event: the version of everything that can be read."""
    return console.newest_event_id(session.store())


def book() -> console.Book:
    """The book in the store: name, whether it is simulated, its business date."""
    return _book(session.store(), event_id())


@st.cache_data(max_entries=4, show_spinner=False)
def _book(_store: console.Store, event_id: int) -> console.Book:  # noqa: ARG001
    return console.book(_store)
