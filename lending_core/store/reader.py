"""What a report over the whole book may ask: the store answers it, or the engine chosen for it."""

from collections.abc import Iterator
from typing import Any, Protocol

import polars as pl


class Questions(Protocol):
    """Whoever answers questions about the whole book, each the same."""

    def read(self, query: str, **parameters: Any) -> pl.DataFrame:
        """The frame of a query file, as `Store.read`."""

    def read_sql(self, sql: str, /, **parameters: Any) -> pl.DataFrame:
        """The frame of a compiled statement, as `Store.read_sql`."""


class Reports(Questions, Protocol):
    """Whoever answers them outside a transaction: long lists come in frames."""

    def stream(self, sql: str, rows_max: int, /, **parameters: Any) -> Iterator[pl.DataFrame]:
        """The answer of a compiled statement in frames, as `Store.stream`."""


class Engine(Reports, Protocol):
    """Another engine than the store, over a copy of the book."""

    def state(self) -> str:
        """Names the copy as it is now: another name, other answers. Empty where there is none."""
