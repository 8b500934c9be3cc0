"""A version is tried on a fixed share of customers, by a second person, until its end."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from lending_core.errors import InvalidInput, LendingError, NotFound
from lending_core.operations.consents import judged_now
from lending_core.operations.deciding import policy_for, policy_in_force, rulebook
from lending_core.operations.origination import submit_application
from lending_core.operations.policy_life import (
    Approval,
    PolicyOrder,
    approve_policy,
    reinstate_policy,
    return_policy,
)
from lending_core.operations.policy_trial import (
    TrialOrder,
    end_trial,
    start_trial,
    trial_result,
    trials,
)
from lending_core.store.engine import Store
from tests.builders import ANALYST, APPROVER, AT, MAKER, OPEN_ON, VIEWER, a_book, a_submission
from tests.operations.decided import Past, remember
from tests.operations.journeys import run_to
from tests.operations.policies import approved, halved_policy, submitted

HALF = 5_000


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_book(tmp_path / "book.duckdb")


def tried(store: Store, share_bp: int = HALF) -> int:
    """A halved policy on trial; returns its version."""
    version = submitted(store, halved_policy())
    start_trial(store, APPROVER, TrialOrder(version, share_bp, "to see"), at=AT)
    return version


def refused(call: object) -> str:
    assert callable(call)
    with pytest.raises(LendingError) as refusal:
        call()
    return refusal.value.reason


PEOPLE = [
    {"name": f"王小{name}", "id_number": f"999999199001010{number}"}
    for name, number in zip("一二三四", ("016", "024", "032", "040"), strict=True)
]


def everybody_applies(store: Store, key: str = "before") -> None:
    """Four persons of good record, customers 1 to 4."""
    for person in PEOPLE:
        submission = a_submission(**person)
        submit_application(store, ANALYST, submission, key=f"{key} {person['name']}", at=AT)


def everybody_applies_then_tried(store: Store) -> None:
    everybody_applies(store)
    tried(store)


@pytest.fixture
def store_of_four(tmp_path: Path) -> Store:
    """Everybody has applied once; then half of the customers are decided by version 2."""
    return a_book(tmp_path / "four.duckdb", everybody_applies_then_tried)


@pytest.fixture
def store_on_trial(tmp_path: Path) -> Store:
    """Version 2, halved, is tried on half of the customers by trial 1."""
    return a_book(tmp_path / "book.duckdb", tried)


def test_each_decision_takes_and_stores_the_version_of_its_customer(store_of_four: Store) -> None:
    everybody_applies(store_of_four, key="after")

    found = decided(store_of_four)

    assert found[:4] == [1, 1, 1, 1]
    assert found[4:] == [policy_for(store_of_four, customer_id)[0] for customer_id in range(1, 5)]
    assert set(found[4:]) == {1, 2}


def decided(store: Store) -> list[int]:
    """The version of each decision, in order."""
    rows = store.read_sql("select policy_version from decision order by application_id")
    return rows["policy_version"].to_list()


def test_a_preview_says_what_the_next_application_of_the_customer_would_get(
    store_of_four: Store,
) -> None:
    applicants = [
        store_of_four.read("application_input", application_id=number) for number in range(1, 5)
    ]

    found = {
        (
            policy_for(store_of_four, each["customer_id"].item())[0],
            judged_now(store_of_four, each).limit_fen,
        )
        for each in applicants
    }

    assert found == {(1, 3_000_000), (2, 1_500_000)}


def test_a_trial_needs_a_second_person_and_runs_alone(store: Store) -> None:
    version = submitted(store, halved_policy())
    other = submitted(store, halved_policy())
    author = replace(APPROVER, user_name=MAKER.user_name)
    order = TrialOrder(version, HALF, "to see")

    own = refused(lambda: start_trial(store, author, order, at=AT))
    in_force = refused(lambda: start_trial(store, APPROVER, TrialOrder(1, HALF, "x"), at=AT))
    start_trial(store, APPROVER, order, at=AT)
    second = refused(lambda: start_trial(store, APPROVER, TrialOrder(other, 1, "x"), at=AT))

    assert (own, in_force, second) == ("own_policy", "policy_standing", "policy_trial_running")
    assert (
        refused(lambda: return_policy(store, APPROVER, PolicyOrder(version, "no"), at=AT))
        == "policy_on_trial"
    )


@pytest.mark.parametrize("share_bp", [0, 5_001])
def test_a_trial_decides_some_and_never_most(share_bp: int) -> None:
    with pytest.raises(InvalidInput):
        TrialOrder(2, share_bp, "to see")


def test_an_ended_trial_decides_nobody_and_ends_once(store_on_trial: Store) -> None:
    store = store_on_trial

    end_trial(store, APPROVER, 1, "seen enough", at=AT)

    assert rulebook(store).trial(OPEN_ON) is None
    assert refused(lambda: end_trial(store, APPROVER, 1, "x", at=AT)) == "policy_trial_not_running"
    (row,) = trials(store, VIEWER).rows(named=True)
    assert (row["is_running"], row["ended_by"], row["end_reason"]) == (
        False,
        "risk_approver",
        "seen enough",
    )


def test_a_trial_ends_with_the_policy_that_it_is_tried_against(store_on_trial: Store) -> None:
    store = store_on_trial
    approve_policy(store, APPROVER, Approval(2, "better"), at=AT)
    after_approval = trials(store, VIEWER)["is_running"].to_list()
    start_trial(store, APPROVER, TrialOrder(1, HALF, "the old one again"), at=AT)
    reinstate_policy(store, APPROVER, PolicyOrder(1, "back"), at=AT)

    assert after_approval == [False]
    assert trials(store, VIEWER)["is_running"].to_list() == [False, False]
    assert policy_in_force(store)[0] == 1


def test_a_trial_runs_until_the_day_of_a_scheduled_change(store_on_trial: Store) -> None:
    store, change_on = store_on_trial, OPEN_ON + timedelta(days=2)
    approved(store, halved_policy(), change_on)

    before = trials(store, VIEWER).row(0, named=True)
    run_to(store, change_on)
    after = trials(store, VIEWER).row(0, named=True)

    assert (before["is_running"], before["ended_on"]) == (True, None)
    assert (after["is_running"], after["ended_on"]) == (False, change_on)


def test_what_came_of_both_sides_is_compared(store_on_trial: Store) -> None:
    remember(
        store_on_trial,
        Past(1, 1_000, approved_percent=40, loans=300, late_percent=10),
        Past(2, 500, approved_percent=50, loans=200, late_percent=11, limit_fen=900_000),
    )

    result = trial_result(store_on_trial, VIEWER, 1)

    assert (result.champion_version, result.trial.policy_version) == (1, 2)
    assert (result.champion.approvals, result.champion.late_loans) == (400, 30)
    assert (result.challenger.approvals, result.challenger.late_loans) == (250, 22)
    verdicts = {each.measure: each.verdict for each in result.contrasts}
    assert verdicts == {"approvals": "higher", "late": "same", "limit": "lower"}


def test_a_trial_that_nobody_joined_has_no_verdict(store_on_trial: Store) -> None:
    result = trial_result(store_on_trial, VIEWER, 1)

    assert {each.verdict for each in result.contrasts} == {"too_few"}
    with pytest.raises(NotFound):
        trial_result(store_on_trial, VIEWER, 2)


def test_a_version_is_not_tried_before_the_days_of_its_document(store: Store) -> None:
    dated = replace(halved_policy(), effective_on=OPEN_ON + timedelta(days=1))
    order = TrialOrder(submitted(store, dated), HALF, "to see")

    assert refused(lambda: start_trial(store, APPROVER, order, at=AT)) == "policy_first_day"


def test_a_trial_ends_with_the_days_of_its_versions_document(store: Store) -> None:
    last_on = OPEN_ON + timedelta(days=9)
    version = submitted(store, replace(halved_policy(), effective_until=last_on))
    start_trial(store, APPROVER, TrialOrder(version, HALF, "to see"), at=AT)

    on_last = {rulebook(store).version(last_on, number) for number in range(9)}
    after = {rulebook(store).version(last_on + timedelta(days=1), number) for number in range(9)}

    assert (on_last, after) == ({1, version}, {1})
