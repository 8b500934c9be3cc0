"""How old the figures are, where they are taken from a copy of the book: one quiet line in the bar,
in the colour of a warning once the copy is too old, which draws the page anew when there is a newer
one."""

from datetime import datetime, timedelta

import streamlit as st

from lending_core import settings
from lending_core.errors import LendingError
from lending_core.ledger.chain import utc_naive
from lending_core.operations import console
from lending_core.operations.console import Copied
from pages.ui import format as shown
from pages.ui import session
from pages.ui.text import refusal_text, t

# How often an open page looks for a newer copy, and tells anew how old it is.
LOOK_SECONDS = 20
_UNITS = (
    ("days", timedelta(days=1)),
    ("hours", timedelta(hours=1)),
    ("minutes", timedelta(minutes=1)),
)


def line() -> None:
    """Up to which day the figures are, and when they were exported; nothing where figures are the
    book's own. Why, where the copy is gone."""
    try:
        state = console.copy_state(session.store())
        if console.copied(session.store()) is not None:
            _line(state)
    except LendingError as refusal:
        st.badge(
            t("lake.gone"), icon=":material/warning:", color="orange", help=refusal_text(refusal)
        )


@st.fragment(run_every=LOOK_SECONDS)
def wait_for_copy() -> None:
    """Beneath the reason why nothing can be shown: draws the page anew as soon as it can be."""
    try:
        console.copied(session.home().store)
    except LendingError:
        return
    st.rerun()


def ago(since: datetime, now: datetime) -> str:
    """`3 hours ago`: in the largest unit of which there are two or more; both in UTC."""
    passed = max(now - since, timedelta())
    for name, unit in _UNITS:
        if passed >= 2 * unit:
            return t(f"lake.ago_{name}", count=passed // unit)
    return t("lake.ago_now")


def is_old(copied: Copied, now: datetime, hours_max: int) -> bool:
    """Whether a copy was made so long ago that who looks at it should know."""
    return now - copied.exported_at >= timedelta(hours=hours_max)


@st.fragment(run_every=LOOK_SECONDS)
def _line(drawn_of: str) -> None:
    # Another thread may have seen the lake vanish or change since the page was drawn.
    try:
        state, copied = console.copy_state(session.store()), console.copied(session.store())
    except LendingError:
        st.rerun()
    if state != drawn_of or copied is None:
        st.rerun()
    now = utc_naive(session.now())
    words = t("lake.age", on=shown.day(copied.business_on), ago=ago(copied.exported_at, now))
    told = t("lake.age_help", at=shown.instant(copied.exported_at))
    if is_old(copied, now, settings.from_environment().lake_age_hours):
        st.badge(words, icon=":material/history:", color="orange", help=told)
    else:
        st.markdown(words, width="content", help=told)
