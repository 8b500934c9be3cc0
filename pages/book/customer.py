"""One customer: who it is, all loans with the worst first, lines of credit, consents in force."""

import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.errors import LendingError
from pages.ui import (
    complaint_desk,
    consent_panels,
    customer_panels,
    customer_reads,
    inputs,
    line_panels,
    notices,
    session,
)
from pages.ui.text import refusal_text, t

actor = session.require(Permission.VIEW_BOOK)

customer_id = inputs.whole_in_url("customer_id")
if customer_id is None:
    st.title(t("customer.title_ask"))
    customer_panels.ask()
    st.stop()

try:
    customer = customer_reads.customer(customer_id)
except LendingError as refusal:
    st.title(t("customer.title_ask"))
    st.error(refusal_text(refusal))
    customer_panels.ask()
    st.stop()

lines = customer_reads.lines(customer_id)
st.title(t("customer.title", customer_id=customer_id))
customer_panels.ways(customer_id, actor)
notices.show()
customer_panels.figures(customer, lines)
customer_panels.loans(customer_id)
left, right = st.columns([3, 2])
with left:
    line_panels.lines(lines, actor)
    line_panels.log(customer_id)
with right:
    customer_panels.who(customer, actor)
    complaint_desk.card(customer_id, actor)
    consent_panels.consents_card(customer_id, actor)
