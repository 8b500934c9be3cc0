"""Whose money is there, on which terms, and where is room left?"""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import (
    funding_edit,
    funding_reads,
    funding_rooms,
    funding_versions,
    links,
    notices,
    panels,
    session,
)
from pages.ui.text import t

actor = session.require(Permission.VIEW_BOOK)

st.title(t("funders.title"))
notices.show()

rooms, versions = funding_reads.rooms(), funding_reads.versions()
funding_versions.pending(versions)
if rooms.is_empty():
    panels.empty(t("funders.empty"))
    funding_edit.way_to_new(actor)
    st.stop()

funding_rooms.figures(rooms, funding_reads.waiting_fen())
clicked = funding_rooms.where(rooms) or funding_rooms.listed(rooms)
funding_edit.way_to_new(actor)
if clicked is not None:
    st.switch_page(links.FUNDER_PAGE, query_params={"funder": clicked})
