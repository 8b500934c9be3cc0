"""Answers held in memory beside the file: made once per key, kept until room is needed."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

import duckdb
import polars as pl

# Answers held at one time; the longest unused makes room for the next.
KEPT_MAX = 8

# A compiled statement, or what computes the rows.
Source = str | Callable[[], pl.DataFrame]


class Tables(Protocol):
    """Where answers are held: each engine has its own way to make a table in memory."""

    def make(self, name: str, source: Source, parameters: dict[str, Any], /) -> None:
        """A table with the answer of a statement, or with rows that are computed."""

    def drop(self, name: str, /) -> None:
        """Gives its room back."""


class KeptTables:
    """Which answers are held, under which names, and who uses them."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._keeper = threading.RLock()
        # Name of each table, and by how many it is in use; the last used last.
        self._uses: dict[str, int] = {}

    @contextmanager
    def hold(self, key: str, source: Source, parameters: dict[str, Any]) -> Iterator[str]:
        """Name of the table of a key, made of `source` where there is none; it stays at least as
        long as the block runs."""
        name = "kept_" + hashlib.sha256(key.encode()).hexdigest()[:32]
        with self._keeper:
            uses = self._uses.pop(name, None)
            if uses is None:
                self._make_room()
                self._tables.make(name, source, parameters)
            self._uses[name] = (uses or 0) + 1
        try:
            yield name
        finally:
            with self._keeper:
                self._uses[name] -= 1

    def _make_room(self) -> None:
        unused = [name for name, uses in self._uses.items() if uses == 0]
        for name in unused[: max(0, len(self._uses) + 1 - KEPT_MAX)]:
            del self._uses[name]
            self._tables.drop(name)


class TablesBeside:
    """Tables in memory beside the file of a store, which gives a cursor for each statement."""

    def __init__(self, cursor: Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]]):
        self._cursor = cursor

    def make(self, name: str, source: Source, parameters: dict[str, Any], /) -> None:
        """As `Tables.make`."""
        rows = None if isinstance(source, str) else source()
        with self._cursor() as cursor:
            if rows is not None:
                cursor.register("computed", rows)
            sql = source if isinstance(source, str) else "select * from computed"
            cursor.execute(f'create table memory.main."{name}" as {sql}', parameters)

    def drop(self, name: str, /) -> None:
        """As `Tables.drop`."""
        with self._cursor() as cursor:
            cursor.execute(f'drop table memory.main."{name}"')


class Remembered:
    """Small answers of one store that every screen asks for again and again: read once between two
    writes. Whoever has the file open is the only one who writes to it."""

    def __init__(self) -> None:
        self._writes = 0
        self._known: dict[str, tuple[int, pl.DataFrame]] = {}

    def answer(self, query: str, read: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """What `read` says now, or said to the same query since the last write."""
        # Counted before it is read: whatever is written meanwhile makes the answer an old one.
        writes = self._writes
        known = self._known.get(query)
        if known is None or known[0] != writes:
            known = self._known[query] = (writes, read())
        return known[1]

    def forget(self) -> None:
        """Something was written: what was read before is read again. Only for who holds the
        writer's lock."""
        self._writes += 1
