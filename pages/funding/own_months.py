"""A lender's own months: what it was owed, and how much of it was late."""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import funding_own, funding_own_reads, panels, session
from pages.ui.text import t

session.require(Permission.VIEW_OWN_FUNDING)

st.title(t("own_funding.title_months"))
months = funding_own_reads.months()
if months.is_empty():
    panels.empty(t("own_funding.no_months"))
    st.stop()
funding_own.figures(months)
funding_own.lateness(months)
funding_own.month_table(months)
