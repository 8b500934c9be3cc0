"""One borrower's journey as the borrower and as the house see it; or many at once."""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import panels, reads, session
from pages.ui.journey import borrower, bulk, examples, house, state, views
from pages.ui.text import t

actor = session.require(Permission.SUBMIT_APPLICATION)

st.title(t("simulate_application.title"))

if not reads.book().is_simulated:
    panels.empty(t("simulate_application.real_book"))
    st.stop()

if views.choose() == "many":
    session.require(Permission.RUN_DEMONSTRATION)
    bulk.run(actor)
    bulk.next_month(actor)
    st.stop()

example = examples.choose()
journey = state.current()
if example is not None or journey is None:
    journey = examples.start(actor, example or "surprise")

phone, desk = st.columns([2, 3], gap="medium")
with phone:
    borrower.column(journey, actor)
with desk:
    house.column(state.current() or journey)
