"""The sealed ledger: whether every fact is as it was sealed, and proofs to hand out."""

import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.operations import ledger_views, ledger_witnesses
from pages.ui import ledger_seal, notices, panels, reads, session, tables
from pages.ui.text import t

actor = session.require(Permission.VIEW_EVENTS)

st.title(t("ledger.title"))
notices.show()

figures = reads.answer(ledger_views.ledger_figures)
ledger_seal.figures(figures)
ledger_seal.seal(actor)
if not figures.blocks:
    panels.empty(t("ledger.empty"))
    st.stop()

ledger_seal.verification(actor)
ledger_seal.proofs(actor)
ledger_seal.witnesses(actor)
ledger_seal.signing_key(actor)

with st.expander(t("ledger.blocks")):
    blocks = reads.answer(ledger_views.ledger_blocks)
    tables.show(ledger_seal.named(blocks), alt=t("ledger.blocks_alt"), key="ledger_blocks")
given = reads.answer(ledger_witnesses.given_heads)
if not given.is_empty():
    with st.expander(t("ledger.given")):
        tables.show(ledger_seal.named(given), alt=t("ledger.given_alt"), key="ledger_given")
