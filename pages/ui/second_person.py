"""The answer of a second person to what another proposed: terms of a funder, joint lending, loans
that change hands."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations import agreement_register, funder_register, transfers
from pages.ui import notices, session
from pages.ui.text import t

Kind = Literal["funder", "agreement", "transfer"]
_REASON_MAX = 500
_MAY = {
    "funder": Permission.APPROVE_FUNDER,
    "agreement": Permission.APPROVE_FUNDER,
    "transfer": Permission.APPROVE_TRANSFER,
}
_APPROVE: dict[str, Callable[..., None]] = {
    "funder": funder_register.approve_funder,
    "agreement": agreement_register.approve_agreement,
    "transfer": transfers.approve_transfer,
}
_REFUSE: dict[str, Callable[..., None]] = {
    "funder": funder_register.refuse_funder,
    "agreement": agreement_register.refuse_agreement,
    "transfer": transfers.refuse_transfer,
}


@dataclass(frozen=True)
class Proposal:
    """What waits for a second person: its kind, its number there, and whose it is."""

    kind: Kind
    number: int
    proposed_by: str


def answers(proposal: Proposal, actor: Actor) -> None:
    """Approving and refusing, for whoever may; for everybody else, who does."""
    kind = proposal.kind
    if not actor.may(_MAY[kind]):
        st.caption(t(f"second_person.who_{kind}"))
        return
    if proposal.proposed_by == actor.user_name:
        st.caption(t("second_person.not_own"))
        return
    with st.container(horizontal=True):
        for step in ("approve", "refuse"):
            if st.button(t(f"second_person.{step}"), key=f"{kind}_{step}_{proposal.number}"):
                st.dialog(t(f"second_person.{step}"))(_confirm)(proposal, step)


def _confirm(proposal: Proposal, step: str) -> None:
    notices.close_or_say()
    st.markdown(t(f"second_person.explain_{step}_{proposal.kind}"))
    if step == "refuse":
        key = _reason_key(proposal)
        st.text_area(t("funder_input.reason"), key=key, max_chars=_REASON_MAX)
    st.button(
        t(f"second_person.{step}"),
        key=f"{proposal.kind}_confirm_{step}",
        type="primary",
        on_click=_answer,
        args=(proposal, step),
    )


def _answer(proposal: Proposal, step: str) -> None:
    store, at, kind = session.store(), session.now(), proposal.kind
    try:
        actor = session.require(_MAY[kind])
        if step == "approve":
            _APPROVE[kind](store, actor, proposal.number, at=at)
        else:
            reason = st.session_state.get(_reason_key(proposal), "")
            _REFUSE[kind](store, actor, proposal.number, reason, at=at)
    except LendingError as refusal:
        notices.refused(refusal)
    else:
        notices.done(t(f"second_person.done_{step}_{kind}", number=proposal.number))


def _reason_key(proposal: Proposal) -> str:
    return f"{proposal.kind}_refuse_reason_{proposal.number}"
