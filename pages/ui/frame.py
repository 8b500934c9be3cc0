"""The frame around every page: the bar with book, date and person, and who is there."""

import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.operations import console
from pages.ui import copy_age, entrance, links, reads, session
from pages.ui import format as shown
from pages.ui.text import plain, sentence, t

# The first choice of book: what the house lent.
_LENT = ""
_CHOICE_WIDTH = 210
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
            _book(person)
        with st.container(
            horizontal=True, vertical_alignment="center", width="content", key="bar_person"
        ):
            _language()
            if person is not None:
                _person(person)


def not_of_this_book(book_kind: session.BookKind) -> None:
    """In the place of a page that says nothing of the kind of book that is shown: why, and the way
    to what is known of it."""
    st.title(t(f"books.page_of_other_{book_kind}"))
    st.markdown(t(f"books.page_of_other_{book_kind}_why"))
    with st.container(horizontal=True):
        st.page_link(links.OVERDUE_PAGE, label=t("menu.overdue_loans"), icon=":material/schedule:")
        if book_kind == "imported":
            st.button(
                t("books.back_to_lent"),
                key="back_to_lent",
                type="tertiary",
                icon=":material/undo:",
                on_click=session.show_book,
                args=(None,),
            )


def not_over_a_lake() -> None:
    """In the place of a page where people work, or look at single persons, at a console over a
    lake: why it is not here."""
    st.title(t("lake.page_of_work"))
    st.markdown(t("lake.page_of_work_why"))
    st.page_link(links.OVERDUE_PAGE, label=t("menu.overdue_loans"), icon=":material/schedule:")


def _book(person: Actor | None) -> None:
    # Until somebody has signed in, nothing is said of books that were brought in.
    book = reads.home_book() if person is None else reads.book()
    # Who does not see the book of the house has no business with another's either.
    if person is not None and person.may(Permission.VIEW_BOOK) and session.imported_books():
        _choice_of_book()
    else:
        st.markdown(f"**{_lent_name()}**", width="content")
    if session.is_reading():
        copy_age.line()
    elif person is None or session.kind() == "lent":
        _days(book)
    else:
        _tape(book)
    if book.is_simulated:
        st.badge(t("bar.simulated"), color="gray", help=t("bar.simulated_help"))


def _choice_of_book() -> None:
    shown_name = session.shown_book() or _LENT
    key = f"bar_choose_book_{session.language()}"
    # The URL decides too, so the box follows what is shown.
    st.session_state[key] = shown_name
    st.selectbox(
        t("books.choose"),
        (_LENT, *session.imported_books()),
        format_func=_name_of,
        key=key,
        label_visibility="collapsed",
        width=_CHOICE_WIDTH,
        on_change=_choose,
        args=(key,),
    )


def _choose(key: str) -> None:
    session.show_book(st.session_state[key] or None)


def _name_of(name: str) -> str:
    return name or _lent_name()


def _lent_name() -> str:
    # A simulated book is ours to name, in either language; an own book bears the name it was given.
    book = reads.home_book()
    return t("bar.simulated_book") if book.is_simulated else plain(book.name)


def _days(book: console.Book) -> None:
    st.markdown(
        t("bar.open_day", on=shown.day(book.open_on)),
        width="content",
        help=t("bar.open_day_help", closed_on=shown.day(book.business_on)),
    )
    copy_age.line()


def _tape(book: console.Book) -> None:
    st.markdown(
        t("books.as_of", on=shown.day(book.business_on), currency=book.currency), width="content"
    )
    st.badge(t("books.imported"), color="blue", help=t(f"books.imported_{book.shape}"))


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
        if not person.is_demonstration:
            st.button(
                t("bar.own_password"),
                key="own_password",
                icon=":material/password:",
                on_click=entrance.ask_for_own_password,
                args=(person.user_name,),
            )
        st.button(
            t("bar.sign_out"), key="sign_out", icon=":material/logout:", on_click=session.sign_out
        )
