"""A limit policy is tried, saved by one person, put in force by another, and then decides."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from lending_core.errors import InvalidInput, InvalidState, NotAllowed, NotFound
from lending_core.operations.deciding import policy_in_force
from lending_core.operations.origination import submit_application
from lending_core.operations.policies import (
    approve_policy,
    changes,
    policy_versions,
    save_policy,
    what_if,
)
from lending_core.policy.document import Policy, opening_policy
from lending_core.policy.tables import bands_frame, with_bands
from lending_core.store.engine import Store
from tests.builders import ANALYST, APPROVER, AT, MAKER, VIEWER, a_book, a_submission


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_book(tmp_path / "book.duckdb")


def closed_policy() -> Policy:
    """Nobody is admitted in any band."""
    bands = bands_frame(opening_policy()).with_columns(admits=pl.lit("none"))
    return with_bands(opening_policy(), bands)


def halved_policy() -> Policy:
    """The base limits of persons are half of the opening policy's."""
    bands = bands_frame(opening_policy())
    return with_bands(
        opening_policy(), bands.with_columns(limit_person_fen=pl.col("limit_person_fen") // 2)
    )


def submit(store: Store, key: str) -> str:
    application_id = submit_application(store, ANALYST, a_submission(), key=key, at=AT)
    return store.read("application_case", application_id=application_id)["outcome"][0]


def test_a_saved_version_waits_and_an_approved_one_decides(store: Store) -> None:
    version = save_policy(store, MAKER, halved_policy(), "smaller limits", at=AT)
    while_waiting = policy_in_force(store)[0]

    approve_policy(store, APPROVER, version, at=AT)

    assert (version, while_waiting, policy_in_force(store)[0]) == (2, 1, 2)
    assert policy_in_force(store)[1] == halved_policy()


def test_the_next_decision_stores_the_version_that_made_it(store: Store) -> None:
    submit(store, "before")
    approve_policy(
        store, APPROVER, save_policy(store, MAKER, halved_policy(), "smaller", at=AT), at=AT
    )
    submit(store, "after")

    versions = store.read_sql("select policy_version from decision order by application_id")

    assert versions["policy_version"].to_list() == [1, 2]


def test_a_version_is_saved_with_its_author_and_note(store: Store) -> None:
    save_policy(store, MAKER, halved_policy(), " smaller limits ", at=AT)

    newest = policy_versions(store, VIEWER).row(0, named=True)

    assert (newest["author"], newest["note"]) == ("risk_maker", "smaller limits")
    assert newest["approved_by"] is None


@pytest.mark.parametrize("note", ["", "   ", "x" * 501])
def test_a_version_needs_a_note(store: Store, note: str) -> None:
    with pytest.raises(InvalidInput):
        save_policy(store, MAKER, halved_policy(), note, at=AT)


def test_a_draft_with_findings_is_not_saved(store: Store) -> None:
    rising = bands_frame(opening_policy()).with_columns(limit_person_fen=pl.lit(0))
    broken = with_bands(opening_policy(), rising)

    with pytest.raises(InvalidInput) as refusal:
        save_policy(store, MAKER, broken, "no limits", at=AT)

    assert refusal.value.reason == "policy_has_findings"
    assert policy_versions(store, VIEWER).height == 1


def test_an_author_never_approves_even_with_the_right(store: Store) -> None:
    version = save_policy(store, MAKER, halved_policy(), "mine", at=AT)
    promoted = replace(APPROVER, user_name=MAKER.user_name)

    with pytest.raises(NotAllowed) as refusal:
        approve_policy(store, promoted, version, at=AT)

    assert refusal.value.reason == "own_policy"
    assert policy_in_force(store)[0] == 1


def test_a_maker_may_not_approve_and_an_approver_may_not_save(store: Store) -> None:
    version = save_policy(store, MAKER, halved_policy(), "mine", at=AT)

    with pytest.raises(NotAllowed):
        approve_policy(store, MAKER, version, at=AT)
    with pytest.raises(NotAllowed):
        save_policy(store, APPROVER, halved_policy(), "mine too", at=AT)


def test_a_version_is_approved_once(store: Store) -> None:
    with pytest.raises(InvalidState):
        approve_policy(store, APPROVER, 1, at=AT)


def test_an_unknown_version_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        approve_policy(store, APPROVER, 9, at=AT)


def test_the_replay_of_the_policy_in_force_counts_what_was_decided(store: Store) -> None:
    submit(store, "first")
    limit_fen = store.read_sql("select limit_fen, annual_rate from decision").row(0)

    replayed = what_if(store, VIEWER, opening_policy()).row(0, named=True)

    assert (replayed["applications"], replayed["approvals"]) == (1, 1)
    assert (replayed["limit_fen"], replayed["average_rate"]) == limit_fen


def test_a_policy_that_admits_nobody_changes_every_approval(store: Store) -> None:
    submit(store, "first")

    changed = changes(store, VIEWER, opening_policy(), closed_policy()).row(0, named=True)

    assert (changed["today_outcome"], changed["draft_outcome"]) == ("approve", "decline")
    assert changed["draft_limit_fen"] == 0
    assert isinstance(changed["today_annual_rate"], Decimal)


def test_equal_policies_change_nobody(store: Store) -> None:
    submit(store, "first")

    assert changes(store, VIEWER, opening_policy(), opening_policy()).is_empty()
