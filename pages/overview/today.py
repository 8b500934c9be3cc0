"""What changed since yesterday, and what needs a person."""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import session
from pages.ui.text import t

session.require(Permission.VIEW_BOOK)

st.title(t("today.title"))
