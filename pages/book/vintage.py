"""How well the loans of each month hold up: what share went bad by which month on book."""

import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.errors import LendingError
from pages.ui import cohort_filters, cohort_reads, links, panels, reads, session, vintage_view
from pages.ui import format as shown
from pages.ui.text import refusal_text, t

actor = session.require(Permission.VIEW_BOOK)

st.title(t("vintage.title"))

book = reads.book()
choice = cohort_filters.choose_vintage(book.shape)
try:
    found = cohort_reads.vintage(choice.asked)
except LendingError as refusal:
    st.error(refusal_text(refusal))
    st.stop()
if found.lent.is_empty():
    panels.empty(t("vintage.empty"))
    links.simulation(actor, t("overdue_loans.way_simulation"))
    st.stop()

if book.shape == "outcomes":
    st.info(t("vintage.proxy"), icon=":material/info:")
ready = vintage_view.prepared(found, choice)
if ready.rows.is_empty():
    panels.empty(t("vintage.too_young", until=shown.day(found.observed_until_on)))
    st.stop()
vintage_view.answer(found, choice)
if session.kind() == "lent":
    st.caption(t("vintage.changed", loans=shown.count(cohort_reads.changed_loans())))
clicked = vintage_view.draw(ready, choice)
if clicked is None:
    st.caption(t("vintage.list_how"))
    st.stop()
vintage_view.loans_behind(choice, ready, found, clicked)
