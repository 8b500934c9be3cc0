"""What needs a person, read from a real store."""

from pathlib import Path

import pytest

from lending_core.operations.attention import attention
from lending_core.operations.policy_life import PolicySubmission, submit_policy
from lending_core.policy.document import opening_policy
from lending_core.store.engine import Store
from tests.builders import (
    AT,
    GOOD_RECORD,
    MAKER,
    OPEN_ON,
    VIEWER,
    a_book,
)
from tests.operations.journeys import submit


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_book(tmp_path / "book.duckdb")


def test_an_empty_book_needs_nobody(store: Store) -> None:
    assert attention(store, VIEWER) == []


def test_a_submitted_policy_waits_for_approval(store: Store) -> None:
    submit_policy(store, MAKER, PolicySubmission(opening_policy(), "tighter"), at=AT)

    found = attention(store, VIEWER)

    assert [(alert.measure, alert.facts["newest"]) for alert in found] == [("policy_waiting", 2)]


def test_a_case_of_the_open_day_has_waited_for_no_day(store: Store) -> None:
    submit(store, observed={**GOOD_RECORD, "has_current_overdue": None})

    found = [alert.facts for alert in attention(store, VIEWER)]

    assert found == [{"applications": 1, "oldest_on": OPEN_ON, "days": 0}]
