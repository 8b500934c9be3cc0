"""A signed word of when a cost sheet was shown: the house keeps nothing, and nobody can make it
older than it is."""

import hashlib
import hmac
from datetime import UTC, datetime

from lending_core.access.clients import Client
from lending_core.errors import InvalidInput


def shown_now(client: Client, application_id: int, sheet_hash: str, at: datetime) -> str:
    """That this sheet of this application was shown at this instant, to the second."""
    second = int(at.timestamp())
    return f"{second}.{_signature(client, application_id, sheet_hash, second)}"


def shown_at(client: Client, application_id: int, sheet_hash: str, quote: str) -> datetime:
    """When the sheet was shown. Raises `InvalidInput` for a word that the house never gave."""
    second, _, signature = quote.partition(".")
    expected = _signature(client, application_id, sheet_hash, int(second))
    if not hmac.compare_digest(signature, expected):
        raise InvalidInput("api_quote")
    return datetime.fromtimestamp(int(second), UTC)


def _signature(client: Client, application_id: int, sheet_hash: str, second: int) -> str:
    words = f"quote|{application_id}|{sheet_hash}|{second}"
    return hmac.new(client.key_seed.encode(), words.encode(), hashlib.sha256).hexdigest()
