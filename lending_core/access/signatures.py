"""Signed messages, as Standard Webhooks (standardwebhooks.com, version 1) writes them.

The signature covers the message's number, the instant it was sent and its very bytes. Whoever
receives one refuses it where the signature differs, where the instant is far from the own clock,
and where the number was seen before: so a message that somebody caught is worth nothing.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

_PREFIX = "whsec_"
_VERSION = "v1"
_SECRET_BYTES = 32
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"


def new_secret() -> str:
    """What the messages to one address are signed with; shown once."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signed_headers(
    secrets: Sequence[str], message_id: str, body: str, at: datetime
) -> Mapping[str, str]:
    """What is sent beside the bytes of a message, at this instant. While one secret gives way to
    another there is a signature of each, and a receiver takes the message for either."""
    timestamp = str(int(at.timestamp()))
    signatures = (_signature(secret, message_id, timestamp, body) for secret in secrets)
    return {
        ID: message_id,
        TIMESTAMP: timestamp,
        SIGNATURE: " ".join(f"{_VERSION},{each}" for each in signatures),
    }


def _signature(secret: str, message_id: str, timestamp: str, body: str) -> str:
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    words = f"{message_id}.{timestamp}.{body}".encode()
    return base64.b64encode(hmac.new(key, words, hashlib.sha256).digest()).decode()
