"""Policies for tests, and the steps that bring them into force."""

from dataclasses import replace
from datetime import date

from lending_core.operations.policy_life import (
    Approval,
    PolicySubmission,
    approve_policy,
    submit_policy,
)
from lending_core.policy.document import Policy, opening_policy
from lending_core.store.engine import Store
from tests.builders import APPROVER, AT, MAKER


def closed_policy() -> Policy:
    """Nobody is admitted in any band."""
    policy = opening_policy()
    return replace(policy, band=tuple(replace(band, admits="none") for band in policy.band))


def halved_policy() -> Policy:
    """The base limits of persons are half of the opening policy's."""
    policy = opening_policy()
    halved = (replace(band, limit_person_fen=band.limit_person_fen // 2) for band in policy.band)
    return replace(policy, band=tuple(halved))


def watched_policy(**bounds: int) -> Policy:
    """The opening policy under a guard with other bounds."""
    policy = opening_policy()
    return replace(policy, guard=replace(policy.guard, **bounds))


def submitted(store: Store, policy: Policy) -> int:
    """A version that waits; returns its number."""
    return submit_policy(store, MAKER, PolicySubmission(policy, "because"), at=AT)


def approved(store: Store, policy: Policy, effective_on: date | None = None) -> int:
    """A version that a second person approved; returns its number."""
    version = submitted(store, policy)
    approve_policy(store, APPROVER, Approval(version, "seen", effective_on), at=AT)
    return version
