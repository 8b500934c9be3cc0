"""The desk: a store in memory over files that somebody brought."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from lending_core.store.engine import Store
from lending_core.store.opening import IN_FILE_ORDER, lock_down, quoted


def open_desk(readable: Sequence[Path], spill: Path, *, memory_limit: str = "4GB") -> Store:
    """A store in memory without tables, for looking at these files and at no others; what memory
    does not hold goes to the folder `spill`."""
    connection = duckdb.connect(":memory:", config={"memory_limit": memory_limit})
    connection.execute(f"set temp_directory = '{quoted(str(spill))}'")
    connection.execute(IN_FILE_ORDER)
    connection.execute("attach ':memory:' as book")
    lock_down(connection, readable)
    return Store(connection)
