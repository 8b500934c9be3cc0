"""One loan: where it stands, who owes it, what was agreed, and everything that happened to it."""

import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.errors import LendingError
from pages.ui import inputs, loan_demonstration, loan_panels, reads, session
from pages.ui.text import refusal_text, t

actor = session.require(Permission.VIEW_BOOK)

loan_id = inputs.whole_in_url("loan_id")
if loan_id is None:
    st.title(t("loan.title_ask"))
    loan_panels.ask()
    st.stop()

try:
    loan = reads.loan(loan_id)
except LendingError as refusal:
    st.title(t("loan.title_ask"))
    st.error(refusal_text(refusal))
    loan_panels.ask()
    st.stop()

st.title(t("loan.title", loan_id=loan_id))
loan_panels.ways(loan, actor)
loan_demonstration.notices()
loan_panels.figures(loan)
loan_demonstration.controls(loan, actor)
left, right = st.columns([3, 2])
with left:
    loan_panels.schedule(loan_id)
    loan_panels.borrower(loan, actor)
with right:
    loan_panels.lateness(loan_id)
    loan_panels.terms(loan)
loan_panels.records(loan_id)
