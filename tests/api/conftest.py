"""A door of a mini-program over a small book of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.deliveries import Messenger
from api.house import House
from lending_core.access.permissions import SYSTEM
from lending_core.operations.api_clients import open_client
from lending_core.store.engine import Store
from tests.api.doors import Door, a_door, two_programs
from tests.api.postbox import Postbox
from tests.builders import AT, a_book


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = a_book(tmp_path / "book.duckdb", two_programs)
    yield store
    store.close()


@pytest.fixture
def door(store: Store) -> Door:
    return a_door(store)


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    postbox = Postbox()
    yield postbox
    postbox.close()


@pytest.fixture
def listening(store: Store, postbox: Postbox) -> Door:
    """A third mini-program, whose origin is the postbox's, with an approved application."""
    open_client(store, SYSTEM, "listener", postbox.origin, at=AT)
    return a_door(store, "listener")


@pytest.fixture
def messenger(store: Store, listening: Door) -> Messenger:
    return Messenger(House(lambda: store, lambda: listening.clock.at))
