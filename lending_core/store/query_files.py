"""Where the query files are, and their text."""

import functools
from pathlib import Path

QUERY_FOLDER = Path(__file__).parent / "queries"


@functools.cache
def query_text(query: str) -> str:
    """The text of a query file."""
    return (QUERY_FOLDER / f"{query}.sql").read_text("utf-8")
