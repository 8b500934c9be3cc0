"""The ways from late loans, a loan or a customer to collections, for whoever may see them."""

import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.operations.collections import CASE_STAGES
from pages.ui import collection_reads, links, session
from pages.ui.text import t


def case(customer_id: int, actor: Actor) -> None:
    """A link to the customer's open case, where there is one."""
    if not actor.may(Permission.VIEW_COLLECTIONS):
        return
    case_id = collection_reads.open_case(customer_id)
    if case_id is not None:
        links.case(case_id, t("collections.way_case", case_id=case_id))


def queue(actor: Actor, buckets: tuple[str, ...]) -> None:
    """A link to the queue of collectors, at these stages of lateness; all where none is late."""
    if session.kind() != "lent" or not actor.may(Permission.VIEW_COLLECTIONS):
        return
    st.page_link(
        links.COLLECTIONS_PAGE,
        label=t("collections.way_queue"),
        icon=":material/support_agent:",
        query_params={"case_stage": [stage for stage in CASE_STAGES if stage in buckets]},
    )
