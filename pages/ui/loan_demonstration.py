"""A host makes a simulated borrower stop paying, runs the next month, and watches what happens."""

from datetime import date
from typing import Any

import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations import demonstration
from pages.ui import format as shown
from pages.ui import notices, panels, reads, session
from pages.ui.text import t


def controls(loan: dict[str, Any], actor: Actor) -> None:
    """The two steps, for whoever may run demonstrations, over simulated borrowers only."""
    if not loan["is_simulated"] or not actor.may(Permission.RUN_DEMONSTRATION):
        return
    with st.container(border=True, key="loan_demonstration", height="stretch"):
        panels.heading(t("loan.demonstration_title"), t("loan.demonstration_note"))
        if loan["stopped_on"]:
            st.markdown(t("loan.stopped", on=shown.day(loan["stopped_on"])))
        with st.container(horizontal=True):
            if not loan["stopped_on"] and st.button(
                t("loan.stop"), key="loan_stop", icon=":material/money_off:"
            ):
                st.dialog(t("loan.stop"))(_confirm_stop)(loan["loan_id"], actor)
            # A second click that was made meanwhile still carries the date of the first.
            st.button(
                t("loan.next_month"),
                key="loan_next_month",
                icon=":material/skip_next:",
                on_click=_run_month,
                args=(actor, reads.book().business_on),
            )


def _confirm_stop(loan_id: int, actor: Actor) -> None:
    # The step runs before the page is drawn anew; then the dialog has nothing left to ask.
    if notices.are_waiting():
        st.rerun()
    st.markdown(t("loan.stop_explained"))
    st.button(
        t("loan.stop_confirm"),
        key="loan_stop_confirm",
        type="primary",
        on_click=_stop,
        args=(loan_id, actor),
    )


def _stop(loan_id: int, actor: Actor) -> None:
    try:
        actor = session.as_of_now(actor)
        demonstration.stop_paying(session.store(), actor, loan_id, at=session.now())
    except LendingError as refusal:
        notices.refused(refusal)
    else:
        notices.done(t("loan.stop_done"))


def _run_month(actor: Actor, seen_on: date) -> None:
    try:
        actor = session.as_of_now(actor)
        with st.spinner(t("loan.next_month_running")):
            closed_on = demonstration.next_month(
                session.store(), actor, at=session.now(), seen_on=seen_on
            )
    except LendingError as refusal:
        notices.refused(refusal)
    else:
        notices.done(t("loan.next_month_done", on=shown.day(closed_on)))
