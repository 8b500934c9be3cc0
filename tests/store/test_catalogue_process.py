"""Work on a catalogue in a process of its own."""

import os
from pathlib import Path

import pytest

from lending_core.errors import InvalidState
from lending_core.store.catalogue_address import CatalogueAddress
from lending_core.store.catalogue_process import apart
from lending_core.store.lake_files import exported

NOWHERE = CatalogueAddress("127.0.0.1", 1, "lending", "lake")


def breaks_off(_: CatalogueAddress) -> None:
    """As the client of the server does where that is gone in the middle of a transaction."""
    os.abort()


def asks_for(_: CatalogueAddress, lake: Path, book: str) -> int:
    """The newest event of a book of a lake."""
    return exported(lake, book).event_id


def test_a_process_that_was_lost_is_a_refusal_and_ends_nothing_else() -> None:
    with pytest.raises(InvalidState, match="does not answer"):
        apart(breaks_off, NOWHERE)


def test_a_refusal_comes_back_with_what_it_says(tmp_path: Path) -> None:
    with pytest.raises(InvalidState, match="holds nothing of the book “north”") as refusal:
        apart(asks_for, NOWHERE, tmp_path, "north")

    assert refusal.value.reason == "lake_missing"
