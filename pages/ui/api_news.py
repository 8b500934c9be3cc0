"""Whether news reach the mini-programs: addresses, messages, and the steps with either."""

from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.clients import api_rules
from lending_core.access.permissions import Actor
from lending_core.operations import webhook_care
from pages.ui import format as shown
from pages.ui import panels, session, tables
from pages.ui.api_steps import take
from pages.ui.panels import KeyFigure
from pages.ui.text import t

_ADDRESSES = (
    *("webhook_id", "client_code", "news_state"),
    *("news_waiting", "news_given_up", "news_delivered", "tried_at", "url"),
)
_MESSAGES = (
    *("delivery_id", "news_subject", "news_kind", "delivery_state"),
    *("receiver_said", "attempts", "next_at", "tried_at", "recorded_at"),
)
_COUNTS = ("waiting", "given_up", "delivered")
# A secret that was changed: shown until it is noted, and nowhere else.
_MADE_KEY = "webhook_secret_made"


def show(actor: Actor) -> None:
    """Every address that is told, and below it the messages to the one chosen; nothing where no
    mini-program asked to be told, nor for demonstration roles."""
    if actor.is_demonstration:
        return
    known = webhook_care.addresses(session.home_store(), actor, at=session.now())
    if known.is_empty():
        return
    with st.container(border=True, key="people_news"):
        panels.heading(t("api_news.title"), t("api_news.note"))
        _made()
        _figures(known)
        chosen = tables.selectable(
            _addresses(known),
            "webhook_id",
            alt=t("api_news.list_alt"),
            key="people_webhooks",
            columns=_ADDRESSES,
        )
        if chosen is None:
            chosen = known["webhook_id"][0] if known.height == 1 else None
        if chosen is None:
            st.caption(t("api_news.choose"))
            return
        _address(known.row(by_predicate=pl.col("webhook_id") == chosen, named=True), actor)


def _figures(known: pl.DataFrame) -> None:
    panels.key_figures(
        [
            KeyFigure(
                t(f"api_news.{name}"),
                shown.count(int(known[name].sum())),
                help=t(f"api_news.{name}_help", days=api_rules()["webhooks"]["days"]),
            )
            for name in _COUNTS
        ]
    )


def _addresses(known: pl.DataFrame) -> pl.DataFrame:
    states = [
        t(f"api_news.{'paused' if is_paused else 'told'}") for is_paused in known["is_paused"]
    ]
    counts = {name: f"news_{name}" for name in _COUNTS}
    return known.rename(counts).with_columns(news_state=pl.Series(states, dtype=pl.String))


def _address(address: dict[str, Any], actor: Actor) -> None:
    number = address["webhook_id"]
    with st.container(horizontal=True):
        _pause(address)
        _secret(address)
    found = webhook_care.messages(session.home_store(), actor, number, at=session.now())
    panels.heading(t("api_news.messages", number=number, name=address["client_code"]))
    if found.is_empty():
        st.caption(t("api_news.no_messages"))
        return
    chosen = tables.selectable(
        _messages(found, is_paused=address["is_paused"]),
        "delivery_id",
        alt=t("api_news.messages_alt"),
        key=f"people_messages_{number}",
        columns=_MESSAGES,
    )
    if chosen is not None:
        _again(number, chosen)


def _messages(found: pl.DataFrame, *, is_paused: bool) -> pl.DataFrame:
    """The messages in words. Nobody knows when one is tried while its address is paused."""
    rows = list(found.iter_rows(named=True))
    words: dict[str, list[str | None]] = {
        "news_kind": [t(f"action.{row['action']}") for row in rows],
        "news_subject": [
            t(f"api_news.{row['subject_kind']}", number=row["subject_id"]) for row in rows
        ],
        "delivery_state": [t(f"api_news.is_{row['delivery_state']}") for row in rows],
        "receiver_said": [_answer(row) for row in rows],
    }
    next_at = pl.lit(None, pl.Datetime("us")) if is_paused else pl.col("next_at")
    return found.with_columns(
        *(pl.Series(name, told, pl.String) for name, told in words.items()), next_at=next_at
    )


def _answer(row: dict[str, Any]) -> str | None:
    """What the receiver said last, in words; None before the first attempt."""
    if not row["attempts"]:
        return None
    if row["status"] is None:
        return t("api_news.no_answer")
    return t("api_news.answered", status=row["status"])


def _pause(address: dict[str, Any]) -> None:
    is_paused, number = address["is_paused"], address["webhook_id"]
    step = "resume" if is_paused else "pause"
    icon = ":material/play_arrow:" if is_paused else ":material/pause:"
    # A key of its own: what was open closes once it is done: the way back is not under the finger.
    with st.popover(t(f"api_news.{step}", number=number), icon=icon, key=f"people_{step}_{number}"):
        st.markdown(t(f"api_news.why_{step}", days=api_rules()["webhooks"]["days"]))
        if st.button(
            t(f"api_news.{step}", number=number),
            key=f"people_webhook_{step}_{number}",
            type="primary",
        ):
            take(
                lambda store, who, at: webhook_care.pause_webhook(
                    store, who, number, is_paused=not is_paused, at=at
                ),
                t(f"api_news.{step}_done", number=number),
            )


def _secret(address: dict[str, Any]) -> None:
    number, hours = address["webhook_id"], api_rules()["webhooks"]["overlap_hours"]
    with st.popover(t("api_news.secret"), icon=":material/key:"):
        st.markdown(t("api_news.why_secret", hours=hours))
        if st.button(t("api_news.secret"), key=f"people_webhook_secret_{number}", type="primary"):
            take(
                lambda store, who, at: _keep_made(
                    webhook_care.change_secret(store, who, number, at=at)
                ),
                t("api_news.secret_done", number=number, hours=hours),
            )


def _again(webhook_id: int, delivery_id: int) -> None:
    label = t("api_news.again", number=delivery_id)
    with st.popover(label, icon=":material/send:"):
        st.markdown(t("api_news.why_again"))
        if st.button(label, key=f"people_message_again_{delivery_id}", type="primary"):
            take(
                lambda store, who, at: webhook_care.send_again(
                    store, who, webhook_id, delivery_id, at=at
                ),
                t("api_news.again_done", number=delivery_id),
            )


def _made() -> None:
    secret = st.session_state.get(_MADE_KEY)
    if secret is None:
        return
    st.warning(t("api_news.secret_made"), icon=":material/key:")
    st.code(secret, language=None, wrap_lines=True)
    st.button(t("api_clients.noted"), key="people_secret_noted", on_click=_forget)


def _keep_made(secret: str) -> None:
    st.session_state[_MADE_KEY] = secret


def _forget() -> None:
    st.session_state.pop(_MADE_KEY, None)
