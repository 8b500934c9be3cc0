"""One funder: its terms, how far its limits are used, and what it lends."""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import funding_reads, funding_terms, links, notices, panels, session
from pages.ui.text import funder_name, t

session.require(Permission.VIEW_BOOK)

rooms = funding_reads.rooms()
funder_code = st.query_params.get("funder", "")
if funder_code not in rooms["funder_code"]:
    st.title(t("funder.title_ask"))
    panels.empty(t("funder.empty"))
    st.page_link(links.FUNDERS_PAGE, label=t("funder.way_back"), icon=":material/arrow_back:")
    st.stop()

st.title(funder_name(funder_code))
st.page_link(links.FUNDERS_PAGE, label=t("funder.way_back"), icon=":material/arrow_back:")
notices.show()
funding_terms.figures(rooms, funder_code)
funding_terms.terms(funder_code)
