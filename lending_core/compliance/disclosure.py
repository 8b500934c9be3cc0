"""The cost sheet must be shown, read for long enough and confirmed before the contract (PR-09)."""

import functools
import tomllib
from datetime import datetime, timedelta
from typing import Any

from lending_core.errors import InvalidState
from lending_core.settings import reference_file


def min_read_seconds() -> int:
    """Seconds between showing the cost sheet and the earliest confirmation."""
    return int(_rules()["min_read_seconds"])


def check_read(shown_at: datetime, confirmed_at: datetime) -> None:
    """Raises `InvalidState` when the sheet was confirmed before it could have been read, or long
    after it was shown."""
    if (confirmed_at - shown_at).total_seconds() < min_read_seconds():
        raise InvalidState("cost_sheet_unread", seconds=min_read_seconds())
    hours = _rules()["max_hours"]
    if confirmed_at - shown_at > timedelta(hours=hours):
        raise InvalidState("cost_sheet_old", hours=hours)


@functools.cache
def _rules() -> dict[str, Any]:
    return tomllib.loads(reference_file("disclosure.toml").read_text("utf-8"))
