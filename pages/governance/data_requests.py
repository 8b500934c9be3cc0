"""Requests of people about their own data: a copy of all of it, or that it be erased."""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import notices, privacy_requests, session
from pages.ui.text import t

actor = session.require(Permission.HANDLE_DATA_REQUESTS)

st.title(t("privacy.ask_title"))
notices.show()
privacy_requests.ask(actor)
