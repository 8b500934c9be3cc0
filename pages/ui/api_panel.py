"""Mini-programs at the HTTP interface on screen: who is let in, their tokens made and revoked."""

from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.clients import Scope, api_rules
from lending_core.access.permissions import Actor
from lending_core.operations import api_clients
from lending_core.operations.api_clients import TokenOrder
from pages.ui import panels, session, tables
from pages.ui.api_steps import take
from pages.ui.text import person_name, t

_COLUMNS = ("token_id", "client_code", "token_scopes", "token_state", "expires_at", "made_by")
# A token that was made: shown until it is noted, and nowhere else.
_MADE_KEY = "token_made"


def show(actor: Actor) -> None:
    """The mini-programs' tokens, a token that was just made, and the steps; nothing of it for
    demonstration roles, which let nobody in."""
    if actor.is_demonstration:
        return
    with st.container(border=True, key="people_api"):
        panels.heading(t("api_clients.title"), t("api_clients.note"))
        _made()
        with st.container(horizontal=True):
            _let_in()
            _new_token(actor)
        known = api_clients.tokens(session.home_store(), actor)
        if known.is_empty():
            st.caption(t("api_clients.none"))
            return
        chosen = tables.selectable(
            _rows(known),
            "token_id",
            alt=t("api_clients.list_alt"),
            key="people_tokens",
            columns=_COLUMNS,
        )
        if chosen is not None:
            _one(known.row(by_predicate=pl.col("token_id") == chosen, named=True))


def _rows(known: pl.DataFrame) -> pl.DataFrame:
    now = session.now().replace(tzinfo=None)
    states = [_state(row, now) for row in known.iter_rows(named=True)]
    scopes = [" · ".join(_scope_name(each) for each in row) for row in known["scopes"]]
    return known.with_columns(
        token_state=pl.Series([t(f"api_clients.{state}") for state in states], dtype=pl.String),
        made_by=pl.Series([person_name(name) for name in known["made_by"]], dtype=pl.String),
        token_scopes=pl.Series(scopes, dtype=pl.String),
    )


def _state(row: dict[str, Any], now: Any) -> str:
    if row["ended_at"] is not None:
        return "revoked"
    return "valid" if row["expires_at"] > now else "expired"


def _made() -> None:
    token = st.session_state.get(_MADE_KEY)
    if token is None:
        return
    st.warning(t("api_clients.made"), icon=":material/key:")
    st.code(token, language=None, wrap_lines=True)
    st.button(t("api_clients.noted"), key="people_token_noted", on_click=_forget)


def _let_in() -> None:
    with st.popover(t("api_clients.let_in"), icon=":material/apps:"):
        name = st.text_input(t("api_clients.name"), key="people_api_name")
        origin = st.text_input(t("api_clients.callback"), key="people_api_callback")
        if st.button(t("api_clients.let_in"), key="people_api_open", type="primary"):
            take(
                lambda store, who, at: api_clients.open_client(
                    store, who, name, origin or None, at=at
                ),
                t("api_clients.let_in_done", name=name),
            )


def _new_token(actor: Actor) -> None:
    codes = api_clients.clients(session.home_store(), actor)["client_code"].to_list()
    if not codes:
        return
    longest, usual = api_rules()["tokens"]["days_max"], api_rules()["tokens"]["days_default"]
    with st.popover(t("api_clients.new"), icon=":material/key:"):
        code = st.selectbox(t("column.client_code"), codes, key="people_token_client")
        scopes = st.multiselect(
            t("column.token_scopes"),
            list(Scope),
            list(Scope),
            format_func=_scope_name,
            key=f"people_token_scopes_{session.language()}",
        )
        days = st.number_input(t("api_clients.days"), 1, longest, usual, key="people_token_days")
        if st.button(t("api_clients.new"), key="people_token_make", type="primary"):
            order = (code, tuple(scopes), int(days))
            take(_make_token(order), t("api_clients.new_done", name=code))


def _make_token(order: tuple[str, tuple[Scope, ...], int]) -> Any:
    def make(store: Any, who: Actor, at: Any) -> None:
        token = api_clients.make_token(store, who, TokenOrder(*order), at=at)
        st.session_state[_MADE_KEY] = token

    return make


def _one(row: dict[str, Any]) -> None:
    if row["ended_at"] is not None:
        return
    number = row["token_id"]
    label = t("api_clients.revoke", number=number)
    with st.popover(label, icon=":material/key_off:"):
        st.markdown(t("api_clients.why_revoke", name=row["client_code"]))
        if st.button(label, key=f"people_token_revoke_{number}", type="primary"):
            take(
                lambda store, who, at: api_clients.revoke_token(store, who, number, at=at),
                t("api_clients.revoked_done", number=number),
            )


def _scope_name(scope: str) -> str:
    return t(f"api_scope.{scope}")


def _forget() -> None:
    st.session_state.pop(_MADE_KEY, None)
