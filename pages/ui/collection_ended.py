"""A case that ended: what happened, and what may still be said of it."""

import streamlit as st

from lending_core.access.permissions import Actor
from pages.ui import (
    collection_case_panels,
    collection_desk,
    collection_forms,
    collection_reads,
    notices,
)
from pages.ui import format as shown
from pages.ui.text import t

# Who paid may still complain of how they were asked to.
_STEPS = ("complaint",)


def page(case_id: int, actor: Actor) -> None:
    """Whose it was, since when nothing is late, a complaint that comes afterwards."""
    case = collection_reads.case_after_all(case_id)
    st.title(t("collection_case.title_ended", case_id=case_id))
    collection_case_panels.ways(case)
    notices.show()
    st.info(t("collection_case.ended", on=shown.day(case["closed_on"])), icon=":material/check:")
    forms = {step: collection_forms.FORMS[step] for step in _STEPS}
    collection_desk.controls(case, actor, forms)
    left, right = st.columns([3, 2])
    with left:
        collection_case_panels.history(case)
    with right:
        collection_case_panels.borrower(case, actor)
