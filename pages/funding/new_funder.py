"""A lender that is not in the register yet: all its terms, proposed to a second person."""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import funding_edit, funding_reads, links, notices, reads, session
from pages.ui.text import t

session.require(Permission.PROPOSE_FUNDER)

st.title(t("new_funder.title"))
st.page_link(links.FUNDERS_PAGE, label=t("funder.way_back"), icon=":material/arrow_back:")
notices.show()
st.caption(t("new_funder.note"))
versions = funding_reads.versions()
newest_id = 0 if versions.is_empty() else int(versions["version_id"][0])
funding_edit.new(reads.book().open_on, newest_id)
