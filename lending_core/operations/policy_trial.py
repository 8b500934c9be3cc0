"""A version tried live on a share of customers beside the policy in force, and what came of it.

Starting a trial is an approval for a share: a second person starts it, with a reason. It ends when
somebody ends it, or with the policy that it is tried against.
"""

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.dates import add_months
from lending_core.errors import InvalidInput, InvalidState, NotFound
from lending_core.ledger.chain import digest, utc_naive
from lending_core.operations.console import book
from lending_core.operations.deciding import document_of_version, rulebook
from lending_core.operations.personal import of_the_house
from lending_core.operations.policies import author_of
from lending_core.operations.policy_life import (
    AHEAD_MONTHS_MAX,
    check_fit,
    check_reason,
    end_running_trial,
)
from lending_core.operations.policy_outcomes import Window, outcomes
from lending_core.policy.document import Policy
from lending_core.policy.life_cycle import check_not_author, standings
from lending_core.policy.trials import SHARE_WHOLE_BP, Contrast, Outcome, Trial, contrasts
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events, newest_event

# The larger part of the customers stays with the policy in force.
SHARE_BP_MAX = SHARE_WHOLE_BP // 2
# A version may be tried before it is approved in full, or again after it was replaced.
TRIED_FROM = ("waiting", "scheduled", "retired")


@dataclass(frozen=True)
class TrialOrder:
    """Which version to try, on how many of ten thousand customers, and why."""

    policy_version: int
    share_bp: int
    reason: str

    def __post_init__(self) -> None:
        check_reason(self.reason)
        if not 1 <= self.share_bp <= SHARE_BP_MAX:
            raise InvalidInput("policy_trial_share", maximum=f"{SHARE_BP_MAX / 100:g}")


@dataclass(frozen=True)
class TrialResult:
    """A trial on a day: both sides, each customer counted once, and how they differ."""

    trial: Trial
    champion_version: int
    from_on: date
    before_on: date | None
    champion: Outcome
    challenger: Outcome
    contrasts: tuple[Contrast, ...]


def start_trial(store: Store, actor: Actor, order: TrialOrder, *, at: datetime) -> int:
    """From now on a version decides a share of the customers, the same ones for ever; returns the
    number of the trial.

    Raises `NotAllowed` for the version's author, `InvalidState` while another trial runs or for a
    version that was returned, withdrawn or is in force, `InvalidInput` for one that the static
    checks find fault with, or whose document says other days.
    """
    require(actor, Permission.APPROVE_POLICY)
    with store.transaction() as transaction:
        moment = Moment(actor, book(transaction).open_on, at)
        check_not_author(author_of(transaction, order.policy_version), actor.user_name)
        _check_free(transaction, order.policy_version, moment.business_on)
        policy = document_of_version(transaction, order.policy_version)
        check_fit(policy)
        _check_days(policy, moment.business_on)
        trial_id = transaction.next_id("policy_trial", "trial_id")
        row = {
            "trial_id": trial_id,
            "policy_version": order.policy_version,
            "share_bp": order.share_bp,
            "salt": _salt(transaction, trial_id),
            "started_on": moment.business_on,
            "started_by": actor.user_name,
            "reason": order.reason.strip(),
            "recorded_at": utc_naive(at),
        }
        transaction.append("policy_trial", pl.DataFrame([row]))
        facts = {
            "trial_id": trial_id,
            "share_bp": order.share_bp,
            "salt": row["salt"],
            "reason_sha256": digest({"reason": row["reason"]}),
        }
        happening = ("policy", order.policy_version, facts)
        append_events(transaction, moment, "policy_trial_started", [happening])
        return trial_id


def end_trial(store: Store, actor: Actor, trial_id: int, reason: str, *, at: datetime) -> None:
    """From now on the policy in force decides everybody. Raises `InvalidState` unless it runs."""
    require(actor, Permission.APPROVE_POLICY)
    check_reason(reason)
    with store.transaction() as transaction:
        moment = Moment(actor, book(transaction).open_on, at)
        running = rulebook(transaction).trial(moment.business_on)
        if running is None or running.trial_id != trial_id:
            raise InvalidState("policy_trial_not_running", trial_id=trial_id)
        end_running_trial(transaction, moment, reason)


def trials(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per trial, newest first: trial_id, policy_version, share_bp, started_on, started_by,
    reason; ended_on, the first day after it, also where what it was tried against changed, and
    ended_by and end_reason where a person ended it; is_running."""
    require(actor, Permission.VIEW_POLICY)
    rules, open_on = rulebook(store), book(store).open_on
    ends = [rules.ends_on(trial) for trial in rules.trials]
    running = rules.trial(open_on)
    return (
        of_the_house(store, actor, store.read("policy_trial"))
        .drop("salt")
        .with_columns(
            ended_on=pl.Series(
                [end if end and end <= open_on else None for end in ends], dtype=pl.Date
            ),
            is_running=pl.Series([trial == running for trial in rules.trials], dtype=pl.Boolean),
        )
        .reverse()
    )


def trial_result(store: Store, actor: Actor, trial_id: int) -> TrialResult:
    """What came of a trial so far. Raises `NotFound`."""
    require(actor, Permission.VIEW_POLICY)
    rules = rulebook(store)
    found = [trial for trial in rules.trials if trial.trial_id == trial_id]
    if not found:
        raise NotFound("policy_trial_unknown", trial_id=trial_id)
    (trial,) = found
    champion_version = rules.champion(trial.started_on)
    window = Window(trial.started_on, rules.ends_on(trial), is_once_per_customer=True)
    by_version = outcomes(store, (champion_version, trial.policy_version), window)
    sides = by_version[champion_version], by_version[trial.policy_version]
    return TrialResult(
        trial,
        champion_version,
        window.from_on,
        window.before_on,
        *sides,
        contrasts=tuple(contrasts(*sides)),
    )


def _check_free(transaction: Transaction, policy_version: int, on: date) -> None:
    rules = rulebook(transaction)
    running = rules.trial(on)
    if running is not None:
        raise InvalidState("policy_trial_running", policy_version=running.policy_version)
    standing = standings(rules.steps, on)[policy_version]
    if standing not in TRIED_FROM:
        raise InvalidState(
            "policy_standing", policy_version=policy_version, policy_standing=standing
        )


def _check_days(policy: Policy, on: date) -> None:
    """A trial decides from its first day on, so that day is one of the document's."""
    if not policy.effective_on <= on <= (policy.effective_until or on):
        last_on = policy.effective_until or add_months(on, AHEAD_MONTHS_MAX)
        raise InvalidInput("policy_first_day", first=policy.effective_on, last=last_on)


def _salt(transaction: Transaction, trial_id: int) -> str:
    """Nobody can choose it: it follows from the ledger as it stands. Each trial draws others."""
    newest = newest_event(transaction)
    return digest({"trial_id": trial_id, "after": newest.hash if newest else ""})[:16]
