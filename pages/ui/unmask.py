"""One customer's data in plain: shown to who has a reason, for a while, and said beside it."""

from functools import partial
from typing import Any

import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations.unmasking import Plain, Wish, must_hold_case, rules, shown_in_plain
from lending_core.operations.unmasking import unmask as unmask_one
from pages.ui import format as shown
from pages.ui import session
from pages.ui.text import refusal_text, sentence, t

_REASON_KEY, _TICKET_KEY, _REFUSED_KEY = "unmask_reason", "unmask_ticket", "unmask_refused"


def seen(record: dict[str, Any], customer_id: int, actor: Actor) -> dict[str, Any]:
    """The record with what of it the actor may see in plain now. Never kept anywhere: asked anew on
    every run, so that it ends when its time is over."""
    plain = _plain(customer_id, actor)
    if plain is None:
        return record
    known = {name: value for name, value in vars(plain).items() if value is not None}
    return record | {name: known[name] for name in record.keys() & known.keys()}


def control(customer_id: int, actor: Actor) -> None:
    """Says what is masked, and lets who may ask for it in plain."""
    if not actor.may(Permission.VIEW_PERSONAL_DATA):
        st.caption(t("loan.masked"))
        return
    plain = _plain(customer_id, actor)
    if plain is not None:
        st.caption(t("unmask.until", until=shown.instant(plain.until)), width="stretch")
        return
    with st.popover(t("unmask.open"), icon=":material/visibility:"):
        if must_hold_case(actor):
            st.caption(t("unmask.case_note", minutes=rules().minutes))
        else:
            _reason()
        st.button(
            t("unmask.confirm"),
            key="unmask_confirm",
            type="primary",
            on_click=_unmask,
            args=(customer_id,),
        )
    if refused := st.session_state.pop(_REFUSED_KEY, None):
        st.error(refused, icon=":material/error:")


def _plain(customer_id: int, actor: Actor) -> Plain | None:
    return shown_in_plain(session.store(), actor, customer_id, at=session.now())


def _reason() -> None:
    st.caption(t("unmask.note", minutes=rules().minutes))
    st.selectbox(
        t("unmask.reason"),
        rules().reasons,
        format_func=partial(_reason_name, session.language()),
        key=_REASON_KEY,
    )
    st.text_input(
        t("unmask.ticket"),
        key=_TICKET_KEY,
        max_chars=rules().ticket_length_max,
        help=t("unmask.ticket_help"),
    )


def _reason_name(language: str, code: str) -> str:
    return sentence(f"unmask_reason.{code}", language)


def _unmask(customer_id: int) -> None:
    try:
        actor = session.require(Permission.VIEW_PERSONAL_DATA)
        reason = rules().case_reason if must_hold_case(actor) else st.session_state[_REASON_KEY]
        ticket = (st.session_state.get(_TICKET_KEY) or "").strip() or None
        wish = Wish(customer_id, reason, None if must_hold_case(actor) else ticket)
        unmask_one(session.store(), actor, wish, at=session.now())
    except LendingError as refusal:
        st.session_state[_REFUSED_KEY] = refusal_text(refusal)
