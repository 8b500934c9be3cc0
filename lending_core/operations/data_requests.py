"""What people ask for about their own data: requests that were handled."""

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.store.engine import Store


def data_requests(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per request of a person that was handled, newest first: request_id, customer_id,
    request_kind, request_reason, handled_by, recorded_at."""
    require(actor, Permission.HANDLE_DATA_REQUESTS)
    return store.read("data_request")
