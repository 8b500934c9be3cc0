"""Policies for tests, and the steps that bring them into force."""

from dataclasses import replace
from datetime import date

import polars as pl

from lending_core.operations.policy_life import (
    Approval,
    PolicySubmission,
    approve_policy,
    submit_policy,
)
from lending_core.policy.document import Policy, opening_policy
from lending_core.policy.tables import bands_frame, with_bands
from lending_core.store.engine import Store
from tests.builders import APPROVER, AT, MAKER


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
