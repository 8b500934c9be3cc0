"""Which past applications a policy is tried on: two days in one row, kept in the URL."""

import streamlit as st

from lending_core.operations.policy_replay import Window
from pages.ui import inputs, policy_replay_reads
from pages.ui.text import t


def choose() -> Window:
    """The window of applications; all of them unless the person or the URL says otherwise."""
    whole = policy_replay_reads.span(Window())
    if whole["applications"] == 0:
        return Window()
    with st.container(horizontal=True, key="policy_window", vertical_alignment="bottom"):
        from_on = inputs.day(t("policy_replay.from_on"), whole["first_on"], key="applied_from")
        to_on = inputs.day(t("policy_replay.to_on"), whole["last_on"], key="applied_to")
    return Window(
        None if from_on == whole["first_on"] else from_on,
        None if to_on == whole["last_on"] else to_on,
    )
