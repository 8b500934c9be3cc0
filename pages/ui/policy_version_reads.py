"""Cached reads of versions, guard and trials of the limit policy, in the pattern of `reads`."""

import polars as pl

from lending_core.operations import policies, policy_evidence, policy_guard, policy_trial
from lending_core.operations.policy_evidence import Evidence
from lending_core.operations.policy_guard import Reading, Reversion
from lending_core.operations.policy_trial import TrialResult
from lending_core.policy.life_cycle import Span
from pages.ui import reads


def life(policy_version: int) -> pl.DataFrame:
    """One row per step of a version, oldest first: see `policies.life_of_policy`."""
    return reads.answer(policies.life_of_policy, policy_version)


def use() -> pl.DataFrame:
    """One row per version that decided anybody: see `policies.policy_use`."""
    return reads.answer(policies.policy_use)


def days() -> list[Span]:
    """Which version decides when, planned days included."""
    return reads.answer(policies.policy_days)


def evidence(policy_version: int) -> list[Evidence]:
    """The papers behind the steps of a version, oldest first."""
    return reads.answer(policy_evidence.evidence_of_policy, policy_version)


def guard() -> Reading | None:
    """What the guard sees of the version in force; None in a book without a policy."""
    return reads.answer(policy_guard.guard_reading)


def reversion() -> Reversion | None:
    """What the guard did, until a person takes the next step."""
    return reads.answer(policy_guard.reversion)


def trials() -> pl.DataFrame:
    """One row per trial, newest first: see `policy_trial.trials`."""
    return reads.answer(policy_trial.trials)


def trial_result(trial_id: int) -> TrialResult:
    """What came of a trial so far. Raises `NotFound`."""
    return reads.answer(policy_trial.trial_result, trial_id)
