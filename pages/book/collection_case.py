"""One case of collections: what may be done now, what was agreed, everything that happened."""

import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.errors import LendingError
from lending_core.operations.collection_cases import CASE_ENDED
from pages.ui import (
    collection_case_panels,
    collection_contact,
    collection_desk,
    collection_ended,
    collection_forms,
    collection_reads,
    inputs,
    notices,
    session,
)
from pages.ui.text import refusal_text, t

actor = session.require(Permission.VIEW_COLLECTIONS)

case_id = inputs.whole_in_url("case_id")
if case_id is None:
    st.title(t("collection_case.title_ask"))
    collection_case_panels.ask(actor)
    st.stop()

try:
    case = collection_reads.case(case_id)
except LendingError as refusal:
    if refusal.reason == CASE_ENDED:
        collection_ended.page(case_id, actor)
        st.stop()
    st.title(t("collection_case.title_ask"))
    notices.show()
    st.error(refusal_text(refusal))
    collection_case_panels.ask(actor)
    st.stop()

st.title(t("collection_case.title", case_id=case_id))
collection_case_panels.ways(case)
notices.show()
collection_case_panels.whose(case, actor)
collection_case_panels.figures(case)
collection_case_panels.waits(case, actor)
collection_desk.controls(case, actor, collection_forms.FORMS)

allowed = collection_reads.allowances(case_id)
left, right = st.columns([3, 2])
with left:
    collection_contact.card(case, allowed, actor)
    collection_case_panels.loans(case)
    collection_case_panels.history(case)
with right:
    collection_contact.allowed_now(case, allowed)
    collection_case_panels.borrower(case, actor)
    collection_case_panels.why(case)
