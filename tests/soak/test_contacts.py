"""Long lives of one case: no sequence of attempts breaks a rule of conduct."""

import pytest
from hypothesis import HealthCheck, given, settings

from lending_core.store.engine import Store
from tests.builders import a_book
from tests.operations.attempts import STEPS, Step, attempt_all, broken_rules
from tests.operations.journeys import rows
from tests.operations.late import late


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A borrower who is late, for trying again and again."""
    return a_book(tmp_path_factory.mktemp("written") / "book.duckdb", late)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_no_sequence_of_attempts_breaks_a_rule(written: Store, steps: list[Step]) -> None:
    attempt_all(written, steps)

    assert broken_rules(rows(written, "contact_attempt").sort("contact_id")) == []
