"""What an operation answers on the store, and on the engine chosen in its place."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

import polars as pl

from lending_core.store.engine import Store
from lending_core.store.reader import Engine
from tests.store.questions import assert_same_rows


class _Counted:
    """An engine that counts the questions that it answers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.questions = 0

    def __getattr__(self, name: str) -> Any:
        self.questions += name in ("read", "read_sql", "stream")
        return getattr(self._engine, name)


def on_both(store: Store, engine: Engine, ask: Callable[[Store], Any]) -> tuple[Any, Any]:
    """The answers of the store and of the engine, which is asked indeed, to one question."""
    here = ask(store)
    store.engine = counted = _Counted(engine)
    try:
        there = ask(store)
    finally:
        store.engine = None
    assert counted.questions > 0
    return here, there


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
