"""One loan of an imported tape: how it stands, and everything that the tape tells of it."""

import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.errors import LendingError
from pages.ui import inputs, session, tape_loan, tape_reads
from pages.ui.text import plain, refusal_text, t

session.require(Permission.VIEW_BOOK)

loan_id = inputs.whole_in_url("loan_id")
if loan_id is None:
    st.title(t("tape_loan.title_ask"))
    tape_loan.ask()
    st.stop()

try:
    loan = tape_reads.loan(loan_id)
except LendingError as refusal:
    st.title(t("tape_loan.title_ask"))
    st.error(refusal_text(refusal))
    tape_loan.ask()
    st.stop()

st.title(t("tape_loan.title", reference=plain(loan["reference"])))
tape_loan.ways()
tape_loan.standing(loan)
left, right = st.columns([3, 2])
with left:
    tape_loan.months(loan)
    tape_loan.payments(loan)
with right:
    tape_loan.contract(loan)
    tape_loan.origin(loan)
