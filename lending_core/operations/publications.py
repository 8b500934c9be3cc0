"""The list of active lenders and partners, as it may be published today."""

from datetime import datetime

from lending_core.access.permissions import Actor, Permission, require
from lending_core.compliance.paper import Paper
from lending_core.compliance.publication import Known, list_paper
from lending_core.operations.agreement_register import agreements_in_force
from lending_core.operations.console import book
from lending_core.operations.funder_register import funders_in_force
from lending_core.portfolio.collection_rules import agencies
from lending_core.store.engine import Store


def published_list(store: Store, actor: Actor, language: str, *, at: datetime) -> Paper:
    """The list of the open day in `en` or `zh`. Raises `NotAllowed`."""
    require(actor, Permission.VIEW_COMPLIANCE)
    current = book(store)
    known = Known(
        funders=funders_in_force(store),
        agreements=agreements_in_force(store),
        agencies=tuple(agencies().values()),
        on=current.open_on,
        is_simulated=current.is_simulated,
    )
    return list_paper(known, language, at)
