"""The ways from late loans, a loan or a customer to collections, for whoever may see them."""

from lending_core.access.permissions import Actor, Permission
from lending_core.operations.collections import CASE_STAGES
from pages.ui import collection_reads, links, session
from pages.ui.text import t


def case(customer_id: int, actor: Actor) -> None:
    """A link to the customer's newest case, where there is one."""
    if not actor.may(Permission.VIEW_COLLECTIONS):
        return
    newest = collection_reads.newest_case(customer_id)
    if newest is not None:
        key = "way_case" if newest.closed_on is None else "way_case_ended"
        links.case(newest.case_id, t(f"collections.{key}", case_id=newest.case_id))


def queue(actor: Actor, buckets: tuple[str, ...]) -> None:
    """A link to the queue of collectors, at these stages of lateness; all where none is late."""
    if session.kind() != "lent" or not actor.may(Permission.VIEW_COLLECTIONS):
        return
    links.way(
        links.COLLECTIONS_PAGE,
        t("collections.way_queue"),
        icon=":material/support_agent:",
        query={"case_stage": [stage for stage in CASE_STAGES if stage in buckets]},
    )
