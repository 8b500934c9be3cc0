"""Who applied, how far they got, and who waits for a person."""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import applications, reviews, session
from pages.ui.text import t

actor = session.require(Permission.VIEW_APPLICATIONS)

st.title(t("applications.title"))

chosen, period = applications.filters()
applications.funnel(chosen, period)
reviews.queue(actor, chosen.product_codes)
applications.found(chosen)
