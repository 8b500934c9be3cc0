"""Who is linked to an applicant, as the application's page shows it."""

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.operations.personal import masked
from lending_core.store.engine import Store

# A dormitory or a farm of devices has hundreds; the nearest and newest of them are shown.
LINKS_MAX = 120


def linked_people(store: Store, actor: Actor, application_id: int) -> pl.DataFrame:
    """One row per person and thing that others share, two steps around an application at most:
    person, step (0: the applicant), kind, fingerprint, application_id, name, applied_on, outcome.

    Empty when nobody shares anything. Names are masked for everybody: those people did not apply
    here. At most `LINKS_MAX` rows, the nearest first.
    """
    require(actor, Permission.VIEW_APPLICATIONS)
    links = store.read("linked_person", application_id=application_id, links_max=LINKS_MAX)
    return masked(store, actor, links)
