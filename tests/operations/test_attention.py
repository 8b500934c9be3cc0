"""What needs a person, read from a real store."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lending_core.operations.attention import attention
from lending_core.operations.months import run_month
from lending_core.operations.policy_life import PolicySubmission, submit_policy
from lending_core.policy.document import opening_policy
from lending_core.store.engine import Store
from tests.builders import (
    ANALYST,
    AT,
    BUSINESS_ON,
    GOOD_RECORD,
    MAKER,
    OPEN_ON,
    VIEWER,
    a_book,
)
from tests.operations.journeys import accept, run_to, submit


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_book(tmp_path / "book.duckdb")


def stop_at_once(store: Store) -> int:
    """A loan of whose borrower nothing is ever paid; returns its number."""
    loan_id = accept(store, submit(store))
    stop = pl.DataFrame([{"customer_id": 1, "stopped_on": BUSINESS_ON}])
    with store.transaction() as transaction:
        transaction.append("simulated_stop", stop)
    return loan_id


def entered_90(store: Store, months: int) -> list[dict[str, Any]]:
    """Runs so many months; what then is said of loans that became 90+."""
    for _ in range(months):
        run_month(store, ANALYST, at=AT)
    found = attention(store, VIEWER)
    return [dict(alert.facts) for alert in found if alert.measure == "entered_90"]


def test_an_empty_book_needs_nobody(store: Store) -> None:
    assert attention(store, VIEWER) == []


def test_a_submitted_policy_waits_for_approval(store: Store) -> None:
    submit_policy(store, MAKER, PolicySubmission(opening_policy(), "tighter"), at=AT)

    found = attention(store, VIEWER)

    assert [(alert.measure, alert.facts["newest"]) for alert in found] == [("policy_waiting", 2)]


def test_a_borrower_who_never_pays_is_noticed_in_the_month_of_90_days(store: Store) -> None:
    stop_at_once(store)

    before = entered_90(store, months=4)
    then = entered_90(store, months=1)

    assert before == []
    assert then == [{"loans": 1, "principal_fen": 800_000, "balance_share": 1.0, "buckets": ["M4"]}]


def test_a_loan_is_noticed_on_the_day_on_which_it_becomes_90_plus(store: Store) -> None:
    stop_at_once(store)
    # Due on 1 December: 90 days late on 1 March.
    run_to(store, date(2027, 3, 1))
    before = entered_90(store, months=0)

    run_to(store, date(2027, 3, 2))

    assert before == []
    assert [alert["buckets"] for alert in entered_90(store, months=0)] == [["M4"]]


def test_a_case_of_the_open_day_has_waited_for_no_day(store: Store) -> None:
    submit(store, observed={**GOOD_RECORD, "has_current_overdue": None})

    found = [alert.facts for alert in attention(store, VIEWER)]

    assert found == [{"applications": 1, "oldest_on": OPEN_ON, "days": 0}]
