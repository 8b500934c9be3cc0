"""Proofs for a lender: that its loans stand in the ledger, and heads to keep as a witness."""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import funding_own, funding_own_reads, session
from pages.ui.text import t

actor = session.require(Permission.VIEW_OWN_FUNDING)

st.title(t("own_funding.title_proofs"))
funding_own.proof(actor)
funding_own.heads(funding_own_reads.given_heads())
