"""Which other books there are, and bringing in a loan tape as one more."""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import notices, session, tape_list, tape_wizard
from pages.ui.text import t

actor = session.require(Permission.VIEW_BOOK)

st.title(t("loan_tapes.title"))
notices.show()
if actor.is_demonstration:
    st.info(t("loan_tapes.needs_account"), icon=":material/password:")
    st.stop()
tape_list.books(actor)
tape_wizard.show(actor)
