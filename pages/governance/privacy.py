"""Privacy: who saw data in plain, what people asked for, and what goes when its time is over."""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import notices, privacy_panels, session
from pages.ui.text import t

actor = session.require(Permission.VIEW_ACCESS_LOG)

st.title(t("privacy.title"))
notices.show()
due = privacy_panels.retention_rows(actor)
privacy_panels.figures(actor, due)
privacy_panels.access(actor)
privacy_panels.requests(actor)
privacy_panels.retention_panel(actor, due)
