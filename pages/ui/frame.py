"""The frame around every page: the bar with book, date and person, and the way in."""

import streamlit as st

from lending_core.access.permissions import Actor, Role
from lending_core.operations import console
from pages.ui import format as shown
from pages.ui import reads, session
from pages.ui.text import plain, sentence, t

_ROLES = tuple(Role)
_OTHER_LANGUAGE = {"en": "zh", "zh": "en"}


def bar(person: Actor | None) -> None:
    """Above every page: book, open day, simulated or not; at the right language and person."""
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="bar",
    ):
        with st.container(
            horizontal=True, vertical_alignment="center", width="content", key="bar_book"
        ):
            _book()
        with st.container(
            horizontal=True, vertical_alignment="center", width="content", key="bar_person"
        ):
            _language()
            if person is not None:
                _person(person)


def sign_in() -> None:
    """The demonstration accounts as buttons, each saying what it may do; none over a real book."""
    st.title(t("sign_in.title"))
    if not reads.book().is_simulated:
        st.info(t("sign_in.real_book"))
        return
    st.markdown(t("sign_in.explanation"))
    accounts = console.demo_accounts(session.store())
    with st.grid(5, min_column_width=200):
        for account in sorted(accounts, key=lambda account: _ROLES.index(account.role)):
            _account(account)


def _book() -> None:
    book = reads.book()
    # A simulated book is ours to name, in either language; an own book bears the name it was given.
    name = t("bar.simulated_book") if book.is_simulated else plain(book.name)
    st.markdown(f"**{name}**", width="content")
    st.markdown(
        t("bar.open_day", on=shown.day(book.open_on)),
        width="content",
        help=t("bar.open_day_help", closed_on=shown.day(book.business_on)),
    )
    if book.is_simulated:
        st.badge(t("bar.simulated"), color="gray", help=t("bar.simulated_help"))


def _language() -> None:
    """The way to the other language, under its own name, so that whoever needs it can read it."""
    other = _OTHER_LANGUAGE[session.language()]
    st.button(
        sentence("bar.this_language", other),
        key="switch_language",
        type="tertiary",
        icon=":material/translate:",
        on_click=session.switch_language,
        args=(other,),
    )


def _person(person: Actor) -> None:
    with st.popover(t(f"role.{person.role}"), icon=":material/person:", type="tertiary"):
        st.markdown(t("bar.signed_in_as", user_name=person.user_name))
        st.caption(t(f"role_help.{person.role}"))
        st.button(
            t("bar.sign_out"), key="sign_out", icon=":material/logout:", on_click=session.sign_out
        )


def _account(account: Actor) -> None:
    with st.container(border=True, height="stretch"):
        with st.container(height="stretch", gap="xsmall"):
            st.markdown(f"**{t(f'role.{account.role}')}**")
            st.caption(t(f"role_help.{account.role}"))
        st.button(
            t("sign_in.enter"),
            key=f"sign_in_{account.user_name}",
            width="stretch",
            on_click=session.sign_in,
            args=(account.user_name,),
        )
