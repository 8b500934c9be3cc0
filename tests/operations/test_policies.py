"""The register of limit policies; a policy is tried on the past before it is kept."""

from pathlib import Path

import pytest

from lending_core.errors import NotFound
from lending_core.operations.origination import submit_application
from lending_core.operations.policies import (
    life_of_policy,
    policy_days,
    policy_of_version,
    policy_use,
    policy_versions,
)
from lending_core.policy.document import opening_policy
from lending_core.store.engine import Store
from tests.builders import ANALYST, AT, BUSINESS_ON, OPEN_ON, VIEWER, a_book, a_submission
from tests.operations.policies import approved, halved_policy, submitted


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_book(tmp_path / "book.duckdb")


def submit(store: Store, key: str) -> str:
    application_id = submit_application(store, ANALYST, a_submission(), key=key, at=AT)
    return store.read("application_case", application_id=application_id)["outcome"][0]


def test_each_version_says_where_it_stands_and_what_it_decided(store: Store) -> None:
    submit(store, "before")
    approved(store, halved_policy())
    submitted(store, opening_policy())
    submit(store, "after")

    versions = policy_versions(store, VIEWER)

    columns = ("policy_version", "policy_standing", "author", "in_force_by", "effective_on")
    assert versions.select(columns).rows() == [
        (3, "waiting", "risk_maker", None, None),
        (2, "in_force", "risk_maker", "risk_approver", OPEN_ON),
        (1, "retired", "system", "system", BUSINESS_ON),
    ]
    assert policy_use(store, VIEWER).sort("policy_version").rows() == [
        (1, 1, OPEN_ON, OPEN_ON),
        (2, 1, OPEN_ON, OPEN_ON),
    ]
    assert [(span.policy_version, span.from_on) for span in policy_days(store, VIEWER)] == [
        (1, BUSINESS_ON),
        (2, OPEN_ON),
    ]


def test_a_version_is_kept_as_it_was_submitted(store: Store) -> None:
    version = submitted(store, halved_policy())

    (step,) = life_of_policy(store, VIEWER, version).rows(named=True)

    assert policy_of_version(store, VIEWER, version) == halved_policy()
    assert (step["status"], step["reason"], step["changed_by"]) == (
        "submitted",
        "because",
        "risk_maker",
    )


def test_an_unknown_version_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        policy_of_version(store, VIEWER, 9)
