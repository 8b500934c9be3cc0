"""Handing the book to other engines: what they have of it, how old it is, and exporting it now."""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import hand_over, notices, session
from pages.ui.text import t

actor = session.require(Permission.EXPORT_BOOK)

st.title(t("hand_over.title"))
notices.show()

found = hand_over.found(actor)
hand_over.figures(found)
hand_over.run()
hand_over.ask(actor, found)
hand_over.contents(found)
hand_over.readers()
