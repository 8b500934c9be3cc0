"""The reason that every step of provisions asks for."""

from lending_core.errors import InvalidInput

REASON_LENGTH_MAX = 500


def check_reason(reason: str) -> None:
    """Raises `InvalidInput` for a reason that says nothing or too much."""
    if not 0 < len(reason.strip()) <= REASON_LENGTH_MAX:
        raise InvalidInput("provision_reason_missing", maximum=REASON_LENGTH_MAX)
