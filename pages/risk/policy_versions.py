"""Which limit policy decides, since when, on whose word, and what it is watched for."""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import (
    notices,
    panels,
    policy_reads,
    policy_version_page,
    policy_versions,
    policy_watch_panels,
    session,
)
from pages.ui.text import t

actor = session.require(Permission.VIEW_POLICY)

st.title(t("policy_versions.title"))
notices.show()

if policy_reads.in_force() is None:
    panels.empty(t("policy_versions.empty"))
    st.stop()

rows = policy_reads.versions()
policy_watch_panels.banner()
policy_versions.strip(actor, rows)

left, right = st.columns(2, gap="medium")
with left:
    policy_watch_panels.guard(actor)
with right:
    policy_watch_panels.trials(actor)

policy_versions.timeline()
policy_version_page.show(actor, policy_versions.chosen(rows))
