"""The way in: by account and password, vouched for by the house's identity provider, or as a
demonstration role over simulated data."""

import time

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from lending_core.access.accounts import one_time_days, refusal_seconds
from lending_core.access.permissions import Actor, Role
from lending_core.errors import LendingError
from lending_core.operations import accounts, console, signing_in
from pages.ui import reads, session
from pages.ui.text import refusal_text, sentence, t

_ROLES = tuple(Role)
_FORM_WIDTH = 420
# Whose password must be chosen before anything else, and what opened the account so far.
_CHOOSING_KEY = "chooses_password"
_PROVIDER_SECTION = "auth"


def sign_in() -> None:
    """Every way in that this console has, each saying what it is for."""
    _tidy()
    _welcome_first(session.home())
    if _CHOOSING_KEY in st.session_state:
        _own_password(st.session_state[_CHOOSING_KEY])
        return
    st.title(t("sign_in.title"))
    if session.is_vouched_for():
        _by_provider()
        return
    if session.is_demonstration():
        _demonstration()
    _by_account()


def ask_for_own_password(user_name: str) -> None:
    """Leaves, to come back with a new password."""
    session.sign_out()
    st.session_state[_CHOOSING_KEY] = user_name


def _demonstration() -> None:
    """The demonstration roles as buttons; none over real data."""
    if not reads.home_book().is_simulated:
        st.info(t("sign_in.real_book"))
        return
    st.markdown(t("sign_in.explanation"))
    roles = console.demo_accounts(session.home_store())
    with st.grid(5, min_column_width=200):
        for role in sorted(roles, key=lambda role: _ROLES.index(role.role)):
            _role(role)


def _role(role: Actor) -> None:
    with st.container(border=True, height="stretch"):
        with st.container(height="stretch", gap="xsmall"):
            st.markdown(f"**{t(f'role.{role.role}')}**")
            st.caption(t(f"role_help.{role.role}"))
        st.button(
            t("sign_in.enter"),
            key=f"sign_in_{role.user_name}",
            width="stretch",
            on_click=session.sign_in,
            args=(role.user_name,),
        )


def _by_account() -> None:
    st.subheader(t("sign_in.account_title"))
    with st.form("sign_in", width=_FORM_WIDTH):
        user_name = st.text_input(t("sign_in.user_name"), key="sign_in_name")
        password = st.text_input(t("sign_in.password"), type="password", key="sign_in_password")
        is_sent = st.form_submit_button(t("sign_in.send"), type="primary", width="stretch")
    if is_sent:
        _enter(user_name, password)
    if _has_provider():
        st.button(
            t("sign_in.by_provider"),
            key="sign_in_provider",
            icon=":material/badge:",
            on_click=st.login,
            width=_FORM_WIDTH,
        )


def _enter(user_name: str, password: str) -> None:
    began = time.monotonic()
    try:
        must_choose = signing_in.sign_in(
            session.home_store(), user_name, password, at=session.now()
        )
    except LendingError as refusal:
        _refused(refusal, began)
        return
    name = user_name.strip().lower()
    if must_choose:
        st.session_state[_CHOOSING_KEY] = name
    else:
        session.sign_in(name, "account")
    st.rerun()


def _own_password(user_name: str) -> None:
    """Asks for a new password before the account opens; a wrong one leaves all as it was typed."""
    st.title(t("sign_in.own_password_title"))
    st.markdown(t("sign_in.own_password_why", user_name=user_name))
    with st.form("own_password", width=_FORM_WIDTH):
        old = st.text_input(t("sign_in.password_so_far"), type="password", key="own_old")
        new = st.text_input(t("sign_in.password_new"), type="password", key="own_new")
        again = st.text_input(t("sign_in.password_again"), type="password", key="own_again")
        is_sent = st.form_submit_button(t("sign_in.save_password"), type="primary", width="stretch")
    st.button(t("sign_in.back"), key="own_back", type="tertiary", on_click=_leave_choosing)
    if is_sent and new != again:
        st.error(t("sign_in.not_the_same"))
    elif is_sent:
        _save_password(user_name, old, new)


def _save_password(user_name: str, old: str, new: str) -> None:
    began = time.monotonic()
    try:
        signing_in.choose_password(session.home_store(), user_name, old, new, at=session.now())
    except LendingError as refusal:
        _refused(refusal, began)
        return
    _leave_choosing()
    session.sign_in(user_name, "account")
    st.rerun()


def _refused(refusal: LendingError, began: float) -> None:
    """Says no after the same time whatever was wrong: a quick answer would tell which names there
    are."""
    time.sleep(max(0.0, refusal_seconds() - (time.monotonic() - began)))
    st.error(refusal_text(refusal))


def _leave_choosing() -> None:
    st.session_state.pop(_CHOOSING_KEY, None)


def _has_provider() -> bool:
    try:
        return _PROVIDER_SECTION in st.secrets
    except StreamlitSecretNotFoundError:
        return False


def _by_provider() -> None:
    """Enters as whom the provider names, or says why not and lets the person leave it."""
    try:
        user_name = signing_in.sign_in_by_provider(
            session.home_store(), st.user.to_dict(), at=session.now()
        )
    except LendingError as refusal:
        st.error(refusal_text(refusal))
        st.button(t("bar.sign_out"), key="leave_provider", on_click=st.logout)
        return
    session.sign_in(user_name, "account")
    st.rerun()


@st.cache_resource(max_entries=1, show_spinner=False)
def _tidy() -> None:
    """Takes away, once per server, what sessions of servers before left."""
    session.tidy()


def _welcome_first(home: session.OpenBook) -> None:
    is_open_to_roles = session.is_demonstration() and reads.home_book().is_simulated
    if not is_open_to_roles:
        _welcome(home.opening, home.store)


@st.cache_resource(max_entries=1, show_spinner=False)
def _welcome(opening: str, _store: console.Store) -> None:  # noqa: ARG001
    """Says on the terminal, once, how to enter a house in which nobody has an account yet."""
    password = accounts.first_administrator(_store, at=session.now())
    if password is None:
        return
    name = accounts.FIRST_ADMINISTRATOR
    for language in ("en", "zh"):
        # Whoever reads the terminal runs the house; a file would keep it longer.
        print(
            sentence(
                "sign_in.first_password",
                language,
                user_name=name,
                password=password,
                days=one_time_days(),
            ),
            flush=True,
        )
