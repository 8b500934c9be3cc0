"""What an operation answers on the store, and on the engine chosen in its place."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

import polars as pl

from lending_core.store.engine import Store
from lending_core.store.reader import Engine
from tests.store.questions import assert_same_rows


def on_both(store: Store, engine: Engine, ask: Callable[[Store], Any]) -> tuple[Any, Any]:
    """The answers of the store and of the engine to one question."""
    here = ask(store)
    store.engine = engine
    try:
        return here, ask(store)
    finally:
        store.engine = None


def assert_same(found: Any, expected: Any) -> None:
    """The same figures, whatever they are held in; rows in whatever order."""
    if isinstance(found, pl.DataFrame):
        assert_same_rows(found, expected)
    elif is_dataclass(found):
        for field in fields(found):
            assert_same(getattr(found, field.name), getattr(expected, field.name))
    elif isinstance(found, tuple):
        for one, other in zip(found, expected, strict=True):
            assert_same(one, other)
    else:
        assert found == expected
