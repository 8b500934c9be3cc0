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
# Refusals that pass by themselves: somebody exports, or brings a folder or a server back.
_MENDED = (
    *("database_in_use", "no_book", "lake_broken", "lake_empty", "lake_manifest", "lake_missing"),
    *("lake_part_differs", "lake_part_missing", "lake_version", "spark_lost"),
)
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


def refused(refusal: LendingError) -> None:
    """In the place of what cannot be shown: why. Where the book, the copy of it or who answers over
    that is not there, the page is drawn anew once it is."""
    st.error(refusal_text(refusal))
    if refusal.reason in _MENDED:
        _wait_for_book()


def ago(since: datetime, now: datetime) -> str:
    """`3 hours ago`: in the largest unit of which there are two or more; both in UTC."""
    count, unit = _passed(since, now)
    return t(f"lake.ago_{unit}", count=count) if count else t("lake.ago_now")


def age(since: datetime, now: datetime) -> str:
    """As `ago`, where there is little room: `3 h`."""
    count, unit = _passed(since, now)
    return t(f"lake.for_{unit}", count=count) if count else t("lake.ago_now")


def is_old(copied: Copied, now: datetime, hours_max: int) -> bool:
    """Whether a copy was made so long ago that who looks at it should know."""
    return now - copied.exported_at >= timedelta(hours=hours_max)


def _passed(since: datetime, now: datetime) -> tuple[int, str]:
    """How many of which unit; 0 for less than two minutes."""
    passed = max(now - since, timedelta())
    found = next((each for each in _UNITS if passed >= 2 * each[1]), None)
    return (0, "") if found is None else (passed // found[1], found[0])


@st.fragment(run_every=LOOK_SECONDS)
def _line(drawn_of: str) -> None:
    # Another thread may have seen the lake vanish or change since the page was drawn.
    try:
        # Tells nothing of the book, so nobody is asked who is here.
        store = session.opened().store
        state, copied = console.copy_state(store), console.copied(store)
    except LendingError:
        st.rerun()
    if state != drawn_of or copied is None:
        st.rerun()
    now = utc_naive(session.now())
    words = t("lake.age", on=shown.day(copied.business_on), ago=ago(copied.exported_at, now))
    told = t("lake.age_help", at=shown.instant(copied.exported_at))
    if is_old(copied, now, settings.from_environment().lake_age_hours):
        # A badge is cut where it is too long, and what is cut is how old the copy is.
        st.markdown(t("lake.old", words=words), width="content", help=told)
    else:
        st.markdown(words, width="content", help=told)


@st.fragment(run_every=LOOK_SECONDS)
def _wait_for_book() -> None:
    # Not at once: the page that was refused may be so again.
    if not session.is_part_run():
        return
    try:
        store = session.home().store
        console.book(store)
    except LendingError:
        return
    if console.is_answered(store):
        st.rerun()
