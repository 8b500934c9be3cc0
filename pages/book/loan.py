"""One loan: where it stands, what may be done with it, its plan, and everything that happened."""

import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.errors import LendingError
from pages.ui import (
    funding_loan,
    inputs,
    loan_cost,
    loan_demonstration,
    loan_desk,
    loan_history,
    loan_known,
    loan_panels,
    loan_reads,
    loan_records,
    loan_schedule,
    loan_trace,
    notices,
    reads,
    session,
)
from pages.ui.text import refusal_text, t

actor = session.require(Permission.VIEW_BOOK)

loan_id = inputs.whole_in_url("loan_id")
if loan_id is None:
    st.title(t("loan.title_ask"))
    loan_panels.ask()
    st.stop()

try:
    loan = reads.loan(loan_id)
    state = loan_reads.state_now(loan_id)
except LendingError as refusal:
    st.title(t("loan.title_ask"))
    st.error(refusal_text(refusal))
    loan_panels.ask()
    st.stop()

st.title(t("loan.title", loan_id=loan_id))
loan_panels.ways(loan, actor)
notices.show()
loan_panels.standing(loan, state)
with st.container(horizontal=True):
    loan_desk.controls(loan, state, actor)
    loan_demonstration.controls(loan, actor)
loan_schedule.schedule(loan_id, state)
loan_trace.card(loan, state)
funding_loan.card(loan_id, reads.book().open_on, actor)
loan_history.history(loan, state, actor)
loan_known.card(loan)
left, right = st.columns([3, 2])
with left:
    loan_panels.lateness(loan_id)
    loan_panels.borrower(loan, actor)
with right:
    loan_panels.terms(loan)
    loan_cost.card(loan, actor)
loan_records.records(loan_id)
