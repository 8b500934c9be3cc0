"""The book as files for other engines."""

from pathlib import Path

import pytest

from lending_core.access.permissions import Actor, Role
from lending_core.errors import NotAllowed
from lending_core.operations.lake_export import export_book
from tests.builders import a_book


def test_a_lender_takes_no_book_along(tmp_path: Path) -> None:
    store = a_book(tmp_path / "book.duckdb")
    lender = Actor("bin", Role.FUNDER, "binhai_bank")

    with pytest.raises(NotAllowed):
        export_book(store, lender, tmp_path / "lake", lambda *_: None)

    assert not (tmp_path / "lake").exists()
