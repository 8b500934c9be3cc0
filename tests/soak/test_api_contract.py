"""As tests/api/test_contract.py, with many requests of each kind, never the same twice."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from lending_core.access.clients import api_rules
from lending_core.store.engine import Store
from tests.api import contract
from tests.api.doors import a_door, accepted, two_programs
from tests.builders import a_book

EXAMPLES = int(os.environ.get("API_EXAMPLES", "1000"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = a_book(tmp_path / "book.duckdb", two_programs)
    yield store
    store.close()


def test_no_request_breaks_the_interface_or_its_document(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(api_rules()["limits"], "requests_per_minute", 10**9)
    door = a_door(store)
    accepted(door)

    came = contract.answers(door, contract.operations(door), EXAMPLES, seed=False)

    print(f"\n{came.total():,} requests: {dict(sorted(came.items()))}")
    assert max(came) < 500
