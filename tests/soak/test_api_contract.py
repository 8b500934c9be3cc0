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
# What no request by chance brings about: a card that can be read, another acceptance, and a review
# of what was not declined.
NOT_DONE = {
    "POST /applications",
    "POST /applications/{application_id}/acceptance",
    "POST /applications/{application_id}/review",
}


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

    print(f"\n{came.total():,} requests")
    for (operation, status), times in sorted(came.items()):
        print(f"{operation}: {times} times {status}")
    done = {operation for operation, status in came if status < 300}
    assert max(status for _, status in came) < 500
    assert {operation for operation, _ in came} - done == NOT_DONE
