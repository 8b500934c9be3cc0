"""A limit policy's life: submitted by one, answered by another, for a day; and the way back."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from lending_core.errors import InvalidInput, InvalidState, LendingError, NotAllowed, NotFound
from lending_core.operations.deciding import policy_in_force
from lending_core.operations.origination import submit_application
from lending_core.operations.policies import life_of_policy, policy_versions
from lending_core.operations.policy_drafts import drafts, start_draft
from lending_core.operations.policy_evidence import evidence_of_policy
from lending_core.operations.policy_life import (
    Approval,
    PolicyOrder,
    PolicySubmission,
    approve_policy,
    reinstate_policy,
    return_policy,
    submit_policy,
    withdraw_policy,
)
from lending_core.policy.document import opening_policy
from lending_core.store.engine import Store
from tests.builders import ANALYST, APPROVER, AT, MAKER, OPEN_ON, VIEWER, a_book, a_submission
from tests.operations.journeys import run_to
from tests.operations.policies import approved, closed_policy, halved_policy, submitted

LATER = OPEN_ON + timedelta(days=3)
ANOTHER_MAKER = replace(MAKER, user_name="lin")
MAKER_WITH_BOTH_RIGHTS = replace(APPROVER, user_name=MAKER.user_name)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_book(tmp_path / "book.duckdb")


def order(version: int) -> PolicyOrder:
    return PolicyOrder(version, "because")


def standing(store: Store, version: int) -> str:
    versions = policy_versions(store, VIEWER).filter(pl.col("policy_version") == version)
    return versions["policy_standing"][0]


def decided_by(store: Store) -> list[int]:
    decided = store.read_sql("select policy_version from decision order by application_id")
    return decided["policy_version"].to_list()


def refused(call: object) -> str:
    """The reason of the refusal that this call meets."""
    assert callable(call)
    with pytest.raises(LendingError) as refusal:
        call()
    return refusal.value.reason


def test_a_submitted_version_waits_and_an_approved_one_decides(store: Store) -> None:
    submit_application(store, ANALYST, a_submission(), key="before", at=AT)
    version = submitted(store, halved_policy())
    while_waiting = policy_in_force(store)[0]

    approve_policy(store, APPROVER, Approval(version, " seen "), at=AT)
    submit_application(store, ANALYST, a_submission(), key="after", at=AT)

    assert (version, while_waiting) == (2, 1)
    assert policy_in_force(store) == (2, halved_policy())
    assert decided_by(store) == [1, 2]
    assert life_of_policy(store, VIEWER, 2).select("status", "reason", "changed_by").rows() == [
        ("submitted", "because", "risk_maker"),
        ("approved", "seen", "risk_approver"),
    ]


def test_a_submission_carries_its_replay_and_the_ledger_its_hash(store: Store) -> None:
    submit_application(store, ANALYST, a_submission(), key="one", at=AT)
    version = submitted(store, halved_policy())

    (paper,) = evidence_of_policy(store, VIEWER, version)

    facts = paper.facts
    assert (paper.kind, paper.is_unchanged) == ("replay", True)
    assert (facts["base_version"], facts["applications"]) == (1, 1)
    assert facts["effects"]["limit_lower"] == 1
    assert facts["draft"]["limit_fen"] < facts["today"]["limit_fen"]
    assert facts["today"]["approval_share"] == facts["draft"]["approval_share"] == 1_000_000


def test_evidence_that_was_changed_is_noticed(store: Store) -> None:
    version = submitted(store, halved_policy())
    (paper,) = store.read_sql("select * from policy_evidence").rows(named=True)
    forged = {**paper, "document": '{"applications":9}'}
    with store.transaction() as transaction:
        transaction.clear("policy_evidence")
        transaction.append("policy_evidence", pl.DataFrame([forged]))

    (found,) = evidence_of_policy(store, VIEWER, version)

    assert not found.is_unchanged


def test_a_draft_ends_with_the_version_that_it_became(store: Store) -> None:
    draft_id = start_draft(store, MAKER, halved_policy(), 1, "halved", at=AT)
    submission = PolicySubmission(halved_policy(), "because", draft_id)

    submit_policy(store, MAKER, submission, at=AT)

    assert drafts(store, VIEWER).is_empty()
    assert refused(lambda: submit_policy(store, MAKER, submission, at=AT)) == "draft_ended"
    assert policy_versions(store, VIEWER).height == 2


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_every_step_needs_a_reason(reason: str) -> None:
    with pytest.raises(InvalidInput):
        PolicyOrder(1, reason)
    with pytest.raises(InvalidInput):
        PolicySubmission(opening_policy(), reason)


def test_a_policy_with_findings_is_not_kept(store: Store) -> None:
    refusal = refused(lambda: submitted(store, closed_policy()))

    assert refusal == "policy_has_findings"
    assert policy_versions(store, VIEWER).height == 1


def test_the_author_answers_nothing_of_their_own_whatever_their_role(store: Store) -> None:
    version = submitted(store, halved_policy())
    who = MAKER_WITH_BOTH_RIGHTS

    assert refused(lambda: approve_policy(store, who, Approval(version, "me"), at=AT)) == (
        "own_policy"
    )
    assert refused(lambda: return_policy(store, who, order(version), at=AT)) == "own_policy"
    assert refused(lambda: approve_policy(store, MAKER, Approval(version, "me"), at=AT)) == (
        "not_allowed"
    )
    assert standing(store, version) == "waiting"


def test_a_scheduled_version_decides_from_its_day(store: Store) -> None:
    version = approved(store, halved_policy(), LATER)
    before = standing(store, version), policy_in_force(store)[0]

    run_to(store, LATER)

    assert before == ("scheduled", 1)
    assert (standing(store, version), policy_in_force(store)[0]) == ("in_force", 2)
    assert policy_in_force(store, OPEN_ON)[0] == 1


def test_a_version_for_a_time_gives_way_after_its_last_day(store: Store) -> None:
    version = submitted(store, halved_policy())
    approve_policy(store, APPROVER, Approval(version, "festival", LATER, LATER), at=AT)

    days = [OPEN_ON, LATER, LATER + timedelta(days=1)]

    assert [policy_in_force(store, on)[0] for on in days] == [1, 2, 1]


def test_a_document_says_itself_from_when_until_when_it_may_decide(store: Store) -> None:
    dated = replace(halved_policy(), effective_on=LATER, effective_until=date(2026, 12, 31))
    version = submitted(store, dated)

    early = refused(lambda: approve_policy(store, APPROVER, Approval(2, "now", OPEN_ON), at=AT))
    late = refused(
        lambda: approve_policy(store, APPROVER, Approval(2, "on", None, date(2027, 1, 1)), at=AT)
    )
    approve_policy(store, APPROVER, Approval(version, "as it says"), at=AT)

    assert (early, late) == ("policy_first_day", "policy_last_day")
    step = life_of_policy(store, VIEWER, version).row(-1, named=True)
    assert (step["effective_on"], step["effective_until"]) == (LATER, date(2026, 12, 31))


@pytest.mark.parametrize("on", [OPEN_ON - timedelta(days=1), date(2027, 11, 2)])
def test_a_version_starts_neither_in_the_past_nor_far_ahead(store: Store, on: date) -> None:
    version = submitted(store, halved_policy())

    refusal = refused(lambda: approve_policy(store, APPROVER, Approval(version, "so", on), at=AT))

    assert refusal == "policy_first_day"


def test_a_version_is_answered_once(store: Store) -> None:
    first, second = submitted(store, halved_policy()), submitted(store, halved_policy())
    return_policy(store, APPROVER, order(first), at=AT)
    approve_policy(store, APPROVER, Approval(second, "seen"), at=AT)

    again = [
        refused(lambda: approve_policy(store, APPROVER, Approval(first, "x"), at=AT)),
        refused(lambda: approve_policy(store, APPROVER, Approval(second, "x"), at=AT)),
        refused(lambda: return_policy(store, APPROVER, order(second), at=AT)),
    ]

    assert again == ["policy_standing"] * 3
    assert [standing(store, version) for version in (first, second)] == ["returned", "in_force"]


def test_its_author_takes_a_waiting_version_back_and_nobody_else(store: Store) -> None:
    version = submitted(store, halved_policy())

    by_others = [
        refused(lambda: withdraw_policy(store, ANOTHER_MAKER, order(version), at=AT)),
        refused(lambda: withdraw_policy(store, APPROVER, order(version), at=AT)),
    ]
    withdraw_policy(store, MAKER, order(version), at=AT)

    assert by_others == ["policy_of_another", "not_allowed"]
    assert standing(store, version) == "withdrawn"


def test_an_approver_takes_a_scheduled_version_back(store: Store) -> None:
    version = approved(store, halved_policy(), LATER)

    withdraw_policy(store, APPROVER, order(version), at=AT)

    assert standing(store, version) == "withdrawn"
    assert policy_in_force(store, LATER)[0] == 1


def test_an_earlier_version_comes_back_at_once_by_one_person(store: Store) -> None:
    approved(store, halved_policy())

    reinstate_policy(store, APPROVER, order(1), at=AT)

    assert policy_in_force(store) == (1, opening_policy())
    assert [standing(store, version) for version in (1, 2)] == ["in_force", "retired"]
    newest = store.read("newest_event").row(0, named=True)
    assert (newest["action"], newest["subject_id"]) == ("policy_reinstated", 1)
    assert "because" not in newest["payload"]


def test_who_comes_back_stays_no_longer_than_two_people_said(store: Store) -> None:
    version = submitted(store, halved_policy())
    approve_policy(store, APPROVER, Approval(version, "seen", None, LATER), at=AT)
    reinstate_policy(store, APPROVER, order(1), at=AT)

    reinstate_policy(store, APPROVER, order(version), at=AT)

    assert [policy_in_force(store, on)[0] for on in (LATER, LATER + timedelta(days=1))] == [
        version,
        1,
    ]


def test_an_approval_that_ran_out_is_not_brought_back_by_one_person(store: Store) -> None:
    version = submitted(store, halved_policy())
    approve_policy(store, APPROVER, Approval(version, "seen", None, OPEN_ON), at=AT)
    run_to(store, OPEN_ON)

    assert refused(lambda: reinstate_policy(store, APPROVER, order(version), at=AT)) == (
        "policy_expired"
    )
    assert policy_in_force(store)[0] == 1


def test_only_what_was_in_force_comes_back(store: Store) -> None:
    version = submitted(store, halved_policy())

    assert refused(lambda: reinstate_policy(store, APPROVER, order(version), at=AT)) == (
        "policy_standing"
    )
    assert refused(lambda: reinstate_policy(store, APPROVER, order(1), at=AT)) == (
        "policy_standing"
    )
    with pytest.raises(NotFound):
        reinstate_policy(store, APPROVER, order(9), at=AT)


def test_a_step_that_is_refused_leaves_nothing(store: Store) -> None:
    version = submitted(store, halved_policy())
    events = store.read("newest_event")["event_id"][0]

    with pytest.raises(NotAllowed):
        approve_policy(store, MAKER_WITH_BOTH_RIGHTS, Approval(version, "me"), at=AT)
    with pytest.raises(InvalidState):
        withdraw_policy(store, MAKER, order(1), at=AT)

    assert store.read("newest_event")["event_id"][0] == events
    assert life_of_policy(store, VIEWER, version).height == 1
