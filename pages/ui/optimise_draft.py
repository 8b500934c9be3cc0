"""A choice becomes a draft of the limit policy, after a look at what it does when replayed."""

import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations import policy_drafts
from lending_core.operations.policy_replay import Window
from lending_core.policy.checks import findings
from lending_core.policy.document import Policy
from lending_core.policy.optimise import Outcome
from lending_core.policy.optimise_options import with_choice
from lending_core.products.catalogue import catalogue
from pages.ui import format as shown
from pages.ui import optimise_reads, session
from pages.ui.links import POLICY_PAGE
from pages.ui.optimise_start import Start
from pages.ui.text import refusal_text, t


def offer(actor: Actor, start: Start, chosen: Outcome, window: Window) -> None:
    """The button that makes the choice a draft, for whoever may; in words for everybody else."""
    if not actor.may(Permission.SAVE_POLICY):
        at = "elsewhere" if actor.is_reading else "only_maker"
        st.caption(t(f"optimise.draft_{at}"))
        return
    if st.button(
        t("optimise.draft"), key="optimise_draft", type="primary", icon=":material/edit_note:"
    ):
        st.dialog(t("optimise.draft_title"))(_confirm)(start, chosen, window)


def _confirm(start: Start, chosen: Outcome, window: Window) -> None:
    st.markdown(t("optimise.draft_text", start=start.name, version=start.version))
    with st.spinner(t("optimise.replaying")):
        is_same = optimise_reads.reproduced(start.policy, chosen, window)
    if not is_same:
        raise ValueError("a replay in full differs from what the search promised")
    applications = shown.count(chosen.applications)
    st.success(t("optimise.replayed", applications=applications), icon=":material/verified:")
    changed = with_choice(start.policy, chosen)
    found = findings(changed, catalogue().values())
    if found:
        st.warning(t("optimise.draft_findings", count=len(found)), icon=":material/rule:")
    facts = {"profit": shown.money(chosen.profit_fen), "loss": shown.rate(chosen.loss_share)}
    name = st.text_input(
        t("optimise.draft_name"),
        t("optimise.draft_named", **facts),
        max_chars=policy_drafts.NAME_LENGTH_MAX,
        key="optimise_draft_name",
    )
    if st.button(t("optimise.draft"), key="optimise_draft_confirm", type="primary"):
        _begin(start.version, changed, name)


def _begin(version: int, changed: Policy, name: str) -> None:
    actor = session.require(Permission.SAVE_POLICY)
    try:
        draft_id = policy_drafts.start_draft(
            session.store(), actor, changed, version, name, at=session.now()
        )
    except LendingError as refusal:
        st.error(refusal_text(refusal))
        return
    st.switch_page(POLICY_PAGE, query_params={"draft": str(draft_id)})
