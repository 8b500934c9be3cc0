"""May this text advertise a loan? Words that may not be used, and the rate that must be said."""

import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.errors import LendingError
from pages.ui import marketing_panels, session
from pages.ui.text import refusal_text, t

session.require(Permission.VIEW_COMPLIANCE)

st.title(t("marketing.title"))
st.caption(t("marketing.how"))

try:
    text = marketing_panels.asked()
except LendingError as refusal:
    st.error(refusal_text(refusal))
    st.stop()
if text.strip():
    marketing_panels.found(text)
else:
    marketing_panels.empty()
marketing_panels.rules_held()
