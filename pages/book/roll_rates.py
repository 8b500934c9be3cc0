"""Where the loans of each stage stand a month later, whether that is steady, and what is ahead."""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import links, panels, reads, roll_forecast, roll_view, session
from pages.ui.text import t

actor = session.require(Permission.VIEW_BOOK)

st.title(t("roll_rates.title"))

if reads.book().shape == "outcomes":
    panels.empty(t("roll_rates.outcomes"))
    links.book_screens("outcomes")
    st.stop()
chosen, weight = roll_view.choose()
rolls = roll_view.read(chosen, weight)
if rolls is None:
    panels.empty(t("roll_rates.empty"))
    links.simulation(actor, t("overdue_loans.way_simulation"))
    st.stop()

known = roll_forecast.chain_of(rolls)
roll_view.answer(rolls, roll_forecast.figure(known))
clicked = roll_view.map_and_flow(rolls)
if clicked is not None:
    roll_view.loans_behind(rolls, clicked)
roll_view.findings(rolls)
roll_forecast.show(rolls, known)
