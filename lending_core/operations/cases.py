"""One application as every step after it needs it."""

from typing import Any

from lending_core.errors import NotFound
from lending_core.store.engine import Store, Transaction


def known_case(reader: Store | Transaction, application_id: int) -> dict[str, Any]:
    """An application with decision, review, line and first loan. Raises `NotFound`."""
    rows = reader.read("application_case", application_id=application_id).rows(named=True)
    if not rows:
        raise NotFound("application_unknown", application_id=application_id)
    return rows[0]
