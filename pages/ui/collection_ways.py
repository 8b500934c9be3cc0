"""The way from a loan or a customer to the case of collections, for whoever may see it."""

from lending_core.access.permissions import Actor, Permission
from pages.ui import collection_reads, links
from pages.ui.text import t


def case(customer_id: int, actor: Actor) -> None:
    """A link to the customer's open case, where there is one."""
    if not actor.may(Permission.VIEW_COLLECTIONS):
        return
    case_id = collection_reads.open_case(customer_id)
    if case_id is not None:
        links.case(case_id, t("collections.way_case", case_id=case_id))
