"""The cost sheet must be shown, read for long enough and confirmed before the contract (PR-09)."""

import functools
import tomllib
from datetime import datetime

from lending_core.errors import InvalidState
from lending_core.settings import reference_file


@functools.cache
def min_read_seconds() -> int:
    """Seconds between showing the cost sheet and the earliest confirmation."""
    document = tomllib.loads(reference_file("disclosure.toml").read_text("utf-8"))
    return int(document["min_read_seconds"])


def check_read(shown_at: datetime, confirmed_at: datetime) -> None:
    """Raises `InvalidState` when the sheet was confirmed before it could have been read."""
    if (confirmed_at - shown_at).total_seconds() < min_read_seconds():
        raise InvalidState("cost_sheet_unread", seconds=min_read_seconds())
