"""What would months ahead bring under another policy? Watched as they are run."""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import (
    fast_forward_choices,
    fast_forward_forms,
    fast_forward_view,
    notices,
    panels,
    session,
)
from pages.ui.text import t

actor = session.require(Permission.RUN_DEMONSTRATION)

st.title(t("fast_forward.title"))
notices.show()

if not fast_forward_choices.is_possible(actor):
    panels.empty(t("fast_forward.impossible"))
    st.stop()

fast_forward_view.show()
fast_forward_forms.presets(actor)
fast_forward_forms.own(actor)
