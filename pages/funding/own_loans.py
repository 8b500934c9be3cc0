"""A lender's own loans: which they are, what is owed of its shares, and one of them."""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import funding_own, funding_own_reads, inputs, session
from pages.ui.text import funder_name, t

actor = session.require(Permission.VIEW_OWN_FUNDING)

# Whose they are comes from who is signed in, never from the address.
st.title(t("own_funding.title"))
st.caption(t("own_funding.of", funder=funder_name(funding_own_reads.terms()["funder_code"])))
funding_own.figures(funding_own_reads.months())
clicked = funding_own.listed(actor)
loan_id = inputs.whole_in_url("loan_id") if clicked is None else clicked
if loan_id is not None:
    funding_own.one(loan_id)
