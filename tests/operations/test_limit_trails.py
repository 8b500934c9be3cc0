"""One application's way through the policy that decided it, worked out again."""

from pathlib import Path

import pytest

from lending_core.errors import NotFound
from lending_core.operations.limit_trails import limit_trail, scaled_amounts
from lending_core.operations.origination import submit_application
from tests.builders import ANALYST, AT, GOOD_RECORD, VIEWER, a_book, a_submission
from tests.policy.builders import POLICY


def test_the_trail_ends_at_the_decision_that_was_stored(tmp_path: Path) -> None:
    store = a_book(tmp_path / "book.duckdb")
    record = {**GOOD_RECORD, "credit_utilisation": 0.85, "monthly_income_fen": 600_000}
    application_id = submit_application(
        store, ANALYST, a_submission(observed=record), key="one", at=AT
    )

    trail = limit_trail(store, VIEWER, application_id)

    decided = store.read("application_case", application_id=application_id).row(0, named=True)
    same = ("outcome", "band", "limit_fen", "annual_rate", "instalments_max", "reasons")
    assert {name: trail[name] for name in same} == {name: decided[name] for name in same}
    assert trail["times_lines_full"] is True
    assert trail["scaled_fen"] == trail["base_fen"] * 80 // 100
    assert [(multiplier.code, amount) for multiplier, amount in scaled_amounts(trail, POLICY)] == [
        ("lines_full", trail["scaled_fen"])
    ]
    assert trail["fires_student"] is False


def test_an_unknown_application_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        limit_trail(a_book(tmp_path / "book.duckdb"), VIEWER, 9)
