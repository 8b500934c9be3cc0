"""Whose money is there, on which terms, and where is room left?"""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import funding_reads, funding_rooms, funding_versions, links, notices, panels, session
from pages.ui.text import t

session.require(Permission.VIEW_BOOK)

st.title(t("funders.title"))
notices.show()

rooms = funding_reads.rooms()
if rooms.is_empty():
    panels.empty(t("funders.empty"))
    st.stop()

funding_versions.pending(funding_reads.versions())
funding_rooms.figures(rooms, funding_reads.waiting_fen())
clicked = funding_rooms.where(rooms) or funding_rooms.listed(rooms)
if clicked is not None:
    st.switch_page(links.FUNDER_PAGE, query_params={"funder": clicked})
