"""The parts of the screen of accounts: how many there are, one account, and the steps with it."""

from collections.abc import Callable
from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.accounts import STAFF_ROLES, one_time_days
from lending_core.access.permissions import Actor, Role
from lending_core.errors import LendingError
from lending_core.operations import accounts
from lending_core.operations.accounts import AccountOrder
from pages.ui import format as shown
from pages.ui import notices, panels, session, tables
from pages.ui.panels import KeyFigure
from pages.ui.text import funder_name, t

COLUMNS = ("user_name", "account_role", "account_state", "signed_in_at", "failures_count")
_HISTORY = ("account_step", "account_role", "changed_by", "recorded_at")
# A password that was made: shown until the dialog is closed, and nowhere else.
_MADE_KEY = "password_made"
# What is being asked for in a dialog.
_NEW_KEY = "people_asks_new"
_STEP_KEY = "people_asks_step"


def figures(known: pl.DataFrame) -> None:
    """How many accounts there are, and which of them need a look."""
    is_open = known.filter(pl.col("step") != "closed")
    counts = {
        "open": is_open.height,
        "administrators": is_open.filter(role=Role.ADMINISTRATOR.value).height,
        "never": is_open["signed_in_at"].null_count(),
        "wrong": is_open.filter(pl.col("failures_count") > 0).height,
        "closed": known.height - is_open.height,
    }
    panels.key_figures(
        [
            KeyFigure(
                t(f"people.count_{name}"), shown.count(number), help=t(f"people.count_{name}_help")
            )
            for name, number in counts.items()
        ]
    )


def rows(known: pl.DataFrame) -> pl.DataFrame:
    """The accounts in words: the columns of `COLUMNS`."""
    return known.with_columns(
        _role_column(known),
        pl.Series(
            "account_state",
            [t(f"people.{'closed' if step == 'closed' else 'in_use'}") for step in known["step"]],
            pl.String,
        ),
    )


def listed(known: pl.DataFrame, actor: Actor) -> None:
    """The accounts, and below them the one that is chosen."""
    user_name = tables.selectable(
        rows(known), "user_name", alt=t("people.list_alt"), key="people", columns=COLUMNS
    )
    if user_name is not None:
        one(known, str(user_name), actor)


def new_account(actor: Actor) -> None:
    """The button that opens the form of a new account."""
    st.button(
        t("people.new"),
        key="people_new",
        icon=":material/person_add:",
        type="primary",
        disabled=actor.is_demonstration,
        on_click=_start_new,
    )
    if st.session_state.get(_NEW_KEY):
        st.dialog(t("people.new_title"), on_dismiss=_stop_asking)(_ask_new)(actor)


def one(known: pl.DataFrame, user_name: str, actor: Actor) -> None:
    """One account: the steps that it allows, and what happened to it."""
    account = known.row(by_predicate=pl.col("user_name") == user_name, named=True)
    st.subheader(user_name)
    if not actor.is_demonstration:
        _steps(account, actor)
    history = accounts.account_history(session.home_store(), actor, user_name)
    named = [t(f"account_step.{step}") for step in history["step"]]
    tables.show(
        history.with_columns(_role_column(history), pl.Series("account_step", named, pl.String)),
        alt=t("people.history_alt", user_name=user_name),
        key="people_history",
        columns=_HISTORY,
    )


def _steps(account: dict[str, Any], actor: Actor) -> None:
    is_closed = account["step"] == "closed"
    with st.container(horizontal=True):
        for step in ("reopened",) if is_closed else ("role", "password", "unlocked", "closed"):
            st.button(
                t(f"people.step_{step}"),
                key=f"people_step_{step}",
                icon=_ICONS[step],
                on_click=_start_step,
                args=(step,),
            )
    asked = st.session_state.get(_STEP_KEY)
    if asked is not None:
        dialog = st.dialog(t(f"people.step_{asked}"), on_dismiss=_stop_asking)
        dialog(_ask_step)(asked, account, actor)


def _ask_new(actor: Actor) -> None:
    if _is_made():
        return
    user_name = st.text_input(t("people.user_name"), key="people_user_name")
    role, funder_code = _role_inputs(Role.VIEWER)
    st.button(
        t("people.open"),
        key="people_open",
        type="primary",
        on_click=_make,
        args=(
            lambda: accounts.open_account(
                session.home_store(),
                session.as_of_now(actor),
                AccountOrder(user_name, role, funder_code),
                at=session.now(),
            ),
        ),
    )


def _ask_step(step: str, account: dict[str, Any], actor: Actor) -> None:
    if _is_made():
        return
    user_name = account["user_name"]
    st.markdown(t(f"people.why_{step}", user_name=user_name))
    chosen = _role_inputs(Role(account["role"])) if step == "role" else None
    st.button(
        t("people.confirm"),
        key="people_confirm",
        type="primary",
        on_click=_carry_out,
        args=(step, user_name, actor, chosen),
    )


def _carry_out(
    step: str, user_name: str, actor: Actor, chosen: tuple[Role, str | None] | None
) -> None:
    store, at = session.home_store(), session.now()
    if step == "password":
        _make(lambda: accounts.reset_password(store, session.as_of_now(actor), user_name, at=at))
        return
    try:
        actor = session.as_of_now(actor)
        if chosen is not None:
            accounts.change_role(store, actor, AccountOrder(user_name, *chosen), at=at)
        else:
            _PLAIN_STEPS[step](store, actor, user_name, at=at)
    except LendingError as refusal:
        notices.refused(refusal)
        return
    notices.done(t(f"people.done_{step}", user_name=user_name))
    _stop_asking()


def _make(step: Callable[[], str]) -> None:
    try:
        st.session_state[_MADE_KEY] = step()
    except LendingError as refusal:
        notices.refused(refusal)


def _is_made() -> bool:
    """Says in a dialog why a step was refused, or shows the password that it made."""
    notices.close_or_say()
    password = st.session_state.get(_MADE_KEY)
    if password is None:
        return False
    st.markdown(t("people.password_made", days=one_time_days()))
    st.code(password, language=None)
    if st.button(t("people.password_noted"), key="people_noted", type="primary"):
        _stop_asking()
        st.rerun()
    return True


def _role_inputs(so_far: Role) -> tuple[Role, str | None]:
    """The role chosen, and the lender where it is one that stands for a lender."""
    role = st.selectbox(
        t("column.account_role"),
        STAFF_ROLES,
        index=STAFF_ROLES.index(so_far),
        format_func=_role_name,
        key=f"people_role_{session.language()}",
    )
    st.caption(t(f"role_help.{role}"))
    if role is not Role.FUNDER:
        return role, None
    return role, st.selectbox(
        t("people.lender"),
        accounts.lender_codes(session.home_store(), session.person()),
        format_func=funder_name,
        key=f"people_funder_{session.language()}",
    )


def _role_name(role: Role) -> str:
    return t(f"role.{role}")


def _role_column(frame: pl.DataFrame) -> pl.Series:
    named = [
        t(f"role.{row['role']}")
        + (f" · {funder_name(row['funder_code'])}" if row["funder_code"] else "")
        for row in frame.iter_rows(named=True)
    ]
    return pl.Series("account_role", named, pl.String)


def _start_new() -> None:
    _stop_asking()
    st.session_state[_NEW_KEY] = True


def _start_step(step: str) -> None:
    _stop_asking()
    st.session_state[_STEP_KEY] = step


def _stop_asking() -> None:
    for key in (_NEW_KEY, _STEP_KEY, _MADE_KEY):
        st.session_state.pop(key, None)


_PLAIN_STEPS: dict[str, Callable[..., None]] = {
    "closed": accounts.close_account,
    "reopened": accounts.reopen_account,
    "unlocked": accounts.unlock_account,
}
_ICONS = {
    "role": ":material/badge:",
    "password": ":material/password:",
    "unlocked": ":material/lock_open:",
    "closed": ":material/person_off:",
    "reopened": ":material/person:",
}
