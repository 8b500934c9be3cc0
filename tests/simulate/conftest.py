"""One small book for all tests of its levels."""

import pytest

from tests.simulate.book import Book, simulated_book


@pytest.fixture(scope="session")
def small_book() -> Book:
    return simulated_book(60_000)
