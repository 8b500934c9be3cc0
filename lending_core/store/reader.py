"""What a report over the whole book may ask: the store answers it, or the engine chosen for it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

import polars as pl

from lending_core.store.kept import Source

if TYPE_CHECKING:
    from lending_core.store.lake_manifest import Manifest


class Questions(Protocol):
    """Whoever answers questions about the whole book, each the same."""

    def read(self, query: str, **parameters: Any) -> pl.DataFrame:
        """The frame of a query file, as `Store.read`."""

    def read_sql(self, sql: str, /, **parameters: Any) -> pl.DataFrame:
        """The frame of a compiled statement, as `Store.read_sql`."""


class Reports(Questions, Protocol):
    """Whoever answers them outside a transaction: long lists come in frames, and what several
    questions rest on is held in memory."""

    def stream(self, sql: str, rows_max: int, /, **parameters: Any) -> Iterator[pl.DataFrame]:
        """The answer of a compiled statement in frames, as `Store.stream`."""

    def kept(self, key: str, source: Source, /, **parameters: Any) -> AbstractContextManager[str]:
        """Name of a table in memory with the answer of a compiled statement, or with computed rows,
        for the questions of a block: as `Store.kept`."""


class Engine(Reports, Protocol):
    """Another engine than the store, over a copy of the book."""

    def state(self) -> str:
        """Names the copy as it is now: another name, other answers. Empty where there is none."""

    def copied(self) -> "Manifest":
        """What the copy is of, and since when. Raises `InvalidState` where there is none."""

    def is_there(self) -> bool:
        """Whether it can be reached, told at once: a question to a lost one takes long to fail."""
