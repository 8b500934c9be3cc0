"""A version out of range gives way to the one before by itself, once, and people are told."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lending_core.errors import InvalidState
from lending_core.operations.attention import attention
from lending_core.operations.deciding import policy_in_force
from lending_core.operations.months import run_month
from lending_core.operations.policies import life_of_policy, policy_versions
from lending_core.operations.policy_evidence import evidence_of_policy
from lending_core.operations.policy_guard import check_guard, guard_reading, reversion
from lending_core.operations.policy_life import PolicyOrder, reinstate_policy
from lending_core.policy.document import Guard, opening_policy
from lending_core.policy.trials import Outcome
from lending_core.policy.watch import breaches, watch
from lending_core.store.engine import Store
from tests.builders import ANALYST, APPROVER, AT, BUSINESS_ON, OPEN_ON, VIEWER, a_book
from tests.operations.decided import Past, remember
from tests.operations.journeys import run_to
from tests.operations.policies import approved, watched_policy

GUARD = Guard(
    applications_min=100,
    approval_percent_min=30,
    approval_percent_max=85,
    loans_min=50,
    early_late_percent_max=8,
)
FINE = Outcome(2, 100, 50, 50, 4, None, None)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_book(tmp_path / "book.duckdb")


@pytest.mark.parametrize(
    ("changes", "measures"),
    [
        ({}, []),
        ({"approvals": 30}, []),
        ({"approvals": 29}, ["approvals_low"]),
        ({"approvals": 85}, []),
        ({"approvals": 86}, ["approvals_high"]),
        ({"applications": 99, "approvals": 0}, []),
        ({"late_loans": 5}, ["late_high"]),
        ({"loans": 49, "late_loans": 49}, []),
        ({"approvals": 0, "late_loans": 50}, ["approvals_low", "late_high"]),
        ({"applications": 0, "approvals": 0, "loans": 0, "late_loans": 0}, []),
    ],
)
def test_a_share_out_of_range_is_a_breach_once_enough_is_known(
    changes: dict[str, int], measures: list[str]
) -> None:
    found = breaches(GUARD, replace(FINE, **changes))

    assert [each.measure for each in found] == measures


def test_a_guard_that_asks_for_nothing_is_not_asked_about_nobody() -> None:
    asks_nothing = replace(GUARD, applications_min=0, loans_min=0)

    assert breaches(asks_nothing, Outcome(2, 0, 0, 0, 0, None, None)) == []


def test_the_guard_looks_back_half_a_year_at_most() -> None:
    assert watch().from_on(date(2026, 9, 3), date(2026, 11, 1)) == date(2026, 9, 3)
    assert watch().from_on(date(2024, 9, 3), date(2026, 11, 1)) == date(2026, 5, 1)


def test_the_guard_counts_what_the_version_in_force_decided(store: Store) -> None:
    version = approved(store, opening_policy())
    remember(store, Past(1, 500, approved_percent=0), Past(version, 300, 50, 120, 5))

    reading = guard_reading(store, VIEWER)

    assert reading is not None
    assert (reading.policy_version, reading.from_on, reading.fallback) == (version, OPEN_ON, 1)
    outcome = reading.outcome
    assert (outcome.applications, outcome.approvals) == (300, 150)
    assert (outcome.loans, outcome.late_loans) == (120, 10)
    assert [each.measure for each in reading.breaches] == ["late_high"]


def test_out_of_range_the_version_before_decides_again_and_people_are_told(store: Store) -> None:
    version = approved(store, opening_policy())
    remember(store, Past(version, 300, approved_percent=10))

    instead = check_guard(store, ANALYST, at=AT)

    assert (instead, policy_in_force(store)[0]) == (1, 1)
    step = life_of_policy(store, VIEWER, 1).row(-1, named=True)
    assert (step["status"], step["reason"], step["changed_by"]) == ("reinstated", "guard", "system")
    brought_back = policy_versions(store, VIEWER).row(-1, named=True)
    assert (brought_back["in_force_by"], brought_back["policy_standing"]) == ("system", "in_force")
    paper = evidence_of_policy(store, VIEWER, version)[-1]
    assert (paper.kind, paper.is_unchanged) == ("alarm", True)
    assert paper.facts["breaches"] == ["approvals_low"]
    alerts = {alert.measure: alert.facts for alert in attention(store, VIEWER)}
    assert alerts == {
        "policy_reverted": {"failed_version": 2, "policy_version": 1, "since_on": OPEN_ON}
    }


def test_within_range_nothing_happens(store: Store) -> None:
    version = approved(store, opening_policy())
    remember(store, Past(version, 300, approved_percent=50))

    assert check_guard(store, ANALYST, at=AT) is None
    assert reversion(store, VIEWER) is None
    assert policy_in_force(store)[0] == version


def test_without_a_version_before_people_are_told_and_nothing_changes(store: Store) -> None:
    remember(store, Past(1, 300, approved_percent=10))

    assert check_guard(store, ANALYST, at=AT) is None
    assert [(alert.measure, alert.facts) for alert in attention(store, VIEWER)] == [
        ("policy_alarm", {"policy_version": 1, "measures": 1})
    ]


def test_a_person_who_puts_a_version_in_force_ends_the_alarm(store: Store) -> None:
    version = approved(store, opening_policy())
    remember(store, Past(version, 300, approved_percent=10))
    check_guard(store, ANALYST, at=AT)
    after_the_guard = reversion(store, VIEWER)

    reinstate_policy(store, APPROVER, PolicyOrder(version, "a quiet month"), at=AT)

    assert after_the_guard is not None
    assert (after_the_guard.failed_version, after_the_guard.policy_version) == (version, 1)
    assert reversion(store, VIEWER) is None


def test_a_person_who_keeps_what_the_guard_brought_back_ends_the_alarm_too(store: Store) -> None:
    version = approved(store, opening_policy())
    remember(store, Past(version, 300, approved_percent=10))
    check_guard(store, ANALYST, at=AT)

    reinstate_policy(store, APPROVER, PolicyOrder(1, "looked into it"), at=AT)

    assert reversion(store, VIEWER) is None
    assert policy_in_force(store)[0] == 1
    with pytest.raises(InvalidState):
        reinstate_policy(store, APPROVER, PolicyOrder(1, "twice"), at=AT)


def test_the_close_of_a_month_asks_the_guard(store: Store) -> None:
    """Nobody is left to be approved where one application is enough and all must be approved."""
    approved(store, watched_policy(applications_min=1, approval_percent_min=84))
    remember(store, Past(2, 10, approved_percent=10))

    run_month(store, ANALYST, at=AT)

    assert policy_in_force(store)[0] == 1
    assert reversion(store, VIEWER) is not None


def test_a_day_within_a_month_does_not(store: Store) -> None:
    version = approved(store, opening_policy())
    remember(store, Past(version, 300, approved_percent=10))

    run_to(store, OPEN_ON)

    assert policy_in_force(store)[0] == version
    assert BUSINESS_ON < OPEN_ON
