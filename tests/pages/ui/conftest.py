"""What words about lenders need: a book whose register names them."""

from pathlib import Path

import pytest

from tests.builders import a_book


@pytest.fixture(scope="session")
def book_with_lenders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lenders") / "book.duckdb"
    a_book(path).close()
    return path


@pytest.fixture
def lenders(book_with_lenders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The book of the house is one with the lenders of the reference data."""
    monkeypatch.setenv("LENDING_DATABASE", str(book_with_lenders))
