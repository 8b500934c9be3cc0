"""What a month came to, on paper: the risk pack of each month end, to be downloaded."""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import book_reads, inputs, notices, pack_panels, panels, session
from pages.ui.text import t

actor = session.require(Permission.VIEW_BOOK)

st.title(t("reports.title"))
notices.show()

files = book_reads.risk_packs_made()
if files.is_empty():
    panels.empty(t("reports.empty"))
    pack_panels.make(actor)
    st.stop()

month_end_on = inputs.month(
    t("reports.month"), files["month_end_on"].unique().to_list(), key="month"
)
pack_panels.newest(actor, files, month_end_on)
pack_panels.contents()
pack_panels.make(actor)
pack_panels.earlier(files, month_end_on)
