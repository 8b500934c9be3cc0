"""A limit policy's life in people's hands: submitted, returned, approved, withdrawn, brought back.

Whoever submits a version never approves it, whatever their role. An earlier version that a second
person approved once comes back by one person at once: going back must not wait for anybody.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.dates import add_months
from lending_core.errors import InvalidInput, InvalidState, NotAllowed
from lending_core.ledger.chain import digest, utc_naive
from lending_core.operations.console import book
from lending_core.operations.deciding import document_of_version, policy_in_force, rulebook
from lending_core.operations.policies import author_of
from lending_core.operations.policy_drafts import end_draft
from lending_core.operations.policy_evidence import replay_evidence
from lending_core.policy.checks import findings
from lending_core.policy.document import Policy, policy_text
from lending_core.policy.life_cycle import (
    Step,
    check_may_come_back,
    check_not_author,
    check_not_expired,
    check_scheduled,
    check_waiting,
    last_day,
    standings,
)
from lending_core.products.catalogue import catalogue
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Happening, Moment, append_events

REASON_LENGTH_MAX = 500
# How far ahead a version may be scheduled.
AHEAD_MONTHS_MAX = 12
UNTIL_MONTHS_MAX = 120


@dataclass(frozen=True)
class PolicyOrder:
    """What a person wants of a version, and why. Raises `InvalidInput` without a reason."""

    policy_version: int
    reason: str

    def __post_init__(self) -> None:
        check_reason(self.reason)


@dataclass(frozen=True)
class Approval(PolicyOrder):
    """A version put in force from a day on (None: the open day, or the document's own where that is
    later) until another (None: as the document says)."""

    effective_on: date | None = None
    effective_until: date | None = None


@dataclass(frozen=True)
class PolicySubmission:
    """A policy to be kept as a version, why, and the draft that ends with it. Raises `InvalidInput`
    without a reason."""

    policy: Policy
    reason: str
    draft_id: int | None = None

    def __post_init__(self) -> None:
        check_reason(self.reason)


@dataclass(frozen=True)
class Paper:
    """Evidence behind a step: `replay` or `alarm`, of which version, and its text, JSON."""

    kind: str
    policy_version: int
    document: str


@dataclass(frozen=True)
class Planned:
    """A step about to be taken; its day is the open one unless given."""

    policy_version: int
    status: str
    reason: str
    effective_on: date | None = None
    effective_until: date | None = None


def check_reason(reason: str) -> None:
    """Raises `InvalidInput` for a reason that says nothing or too much."""
    if not 0 < len(reason.strip()) <= REASON_LENGTH_MAX:
        raise InvalidInput("policy_reason_missing", maximum=REASON_LENGTH_MAX)


def check_fit(policy: Policy) -> None:
    """Raises `InvalidInput` when the static checks find anything in a policy."""
    found = findings(policy, catalogue().values())
    if found:
        raise InvalidInput("policy_has_findings", count=len(found), place=found[0].place)


def submit_policy(store: Store, actor: Actor, submission: PolicySubmission, *, at: datetime) -> int:
    """Keeps a policy as the next version, waiting for a second person, with its replay on the past
    beside the policy in force as evidence; returns its number.

    Raises `InvalidInput` when the static checks find anything.
    """
    require(actor, Permission.SAVE_POLICY)
    policy, reason = submission.policy, submission.reason.strip()
    check_fit(policy)
    base_version, today = policy_in_force(store)
    evidence = replay_evidence(store, actor, (base_version, today), policy)
    with store.transaction() as transaction:
        moment = Moment(actor, book(transaction).open_on, at)
        version = transaction.next_id("policy_version", "policy_version")
        row = {
            "policy_version": version,
            "document": policy_text(policy),
            "note": reason,
            "author": actor.user_name,
            "recorded_at": utc_naive(at),
        }
        transaction.append("policy_version", pl.DataFrame([row]))
        if submission.draft_id is not None:
            end_draft(transaction, actor, submission.draft_id, version, at)
        step = Planned(version, "submitted", reason)
        happening = add_step(transaction, moment, step, Paper("replay", version, evidence))
        facts = {"document_sha256": digest({"document": row["document"], "note": row["note"]})}
        append_events(transaction, moment, "policy_saved", [_with(happening, facts)])
        return version


def return_policy(store: Store, actor: Actor, order: PolicyOrder, *, at: datetime) -> None:
    """A second person sends a version back: its author mends it in a draft and submits another.

    Raises `NotAllowed` for its author, `InvalidState` unless it waits and is on no trial.
    """
    require(actor, Permission.APPROVE_POLICY)
    with store.transaction() as transaction:
        moment = Moment(actor, book(transaction).open_on, at)
        _check_second_person(transaction, order.policy_version, moment)
        _check_no_trial(transaction, order.policy_version, moment.business_on)
        step = Planned(order.policy_version, "returned", order.reason)
        append_events(transaction, moment, "policy_returned", [add_step(transaction, moment, step)])


def approve_policy(store: Store, actor: Actor, order: Approval, *, at: datetime) -> None:
    """A second person puts a version in force, at once or from a later day on. A running trial ends
    where the version takes over at once.

    Raises `NotAllowed` for its author, `InvalidState` unless it waits, `InvalidInput` for days that
    are past, too far ahead or outside those of the document.
    """
    require(actor, Permission.APPROVE_POLICY)
    with store.transaction() as transaction:
        moment = Moment(actor, book(transaction).open_on, at)
        _check_second_person(transaction, order.policy_version, moment)
        policy = document_of_version(transaction, order.policy_version)
        check_fit(policy)
        from_on, until_on = _days(order, policy, moment.business_on)
        step = Planned(order.policy_version, "approved", order.reason, from_on, until_on)
        if from_on == moment.business_on:
            end_running_trial(transaction, moment, order.reason)
        append_events(transaction, moment, "policy_approved", [add_step(transaction, moment, step)])


def withdraw_policy(store: Store, actor: Actor, order: PolicyOrder, *, at: datetime) -> None:
    """Takes back what is not in force: its author what still waits, an approver what is scheduled.

    Raises `NotAllowed` for anybody else, `InvalidState` for a version that is in force or was.
    """
    scheduled = _is_scheduled(store, order.policy_version)
    require(actor, Permission.APPROVE_POLICY if scheduled else Permission.SAVE_POLICY)
    with store.transaction() as transaction:
        moment = Moment(actor, book(transaction).open_on, at)
        author, steps = _known(transaction, order.policy_version)
        if scheduled:
            check_scheduled(steps, order.policy_version, moment.business_on)
        else:
            check_waiting(steps, order.policy_version, moment.business_on)
            if author != actor.user_name:
                raise NotAllowed("policy_of_another")
        _check_no_trial(transaction, order.policy_version, moment.business_on)
        step = Planned(order.policy_version, "withdrawn", order.reason)
        happening = add_step(transaction, moment, step)
        append_events(transaction, moment, "policy_withdrawn", [happening])


def reinstate_policy(store: Store, actor: Actor, order: PolicyOrder, *, at: datetime) -> None:
    """Goes back to a version that was in force, at once and by one person; a running trial ends.

    It lasts until the day for which it was approved. Where the guard brought a version back, this
    is how a person keeps it. Raises `InvalidState` for a version that never was in force, or is by
    a person's word, or whose last day has passed: that takes two people again.
    """
    require(actor, Permission.APPROVE_POLICY)
    with store.transaction() as transaction:
        moment = Moment(actor, book(transaction).open_on, at)
        _, steps = _known(transaction, order.policy_version)
        check_may_come_back(steps, order.policy_version, moment.business_on)
        check_not_expired(steps, order.policy_version, moment.business_on)
        reinstate(transaction, moment, order)


def reinstate(
    transaction: Transaction,
    moment: Moment,
    order: PolicyOrder,
    paper: Paper | None = None,
) -> None:
    """As `reinstate_policy`, where it was asked before whether it may be; with its evidence."""
    last_on = last_day(rulebook(transaction).steps, order.policy_version)
    step = Planned(order.policy_version, "reinstated", order.reason, effective_until=last_on)
    end_running_trial(transaction, moment, order.reason)
    happening = add_step(transaction, moment, step, paper)
    append_events(transaction, moment, "policy_reinstated", [happening])


def add_step(
    transaction: Transaction,
    moment: Moment,
    step: Planned,
    paper: Paper | None = None,
) -> Happening:
    """Writes a step, and the paper behind it. Returns what the ledger is to say."""
    row: dict[str, Any] = {
        "policy_version": step.policy_version,
        "status": step.status,
        "reason": step.reason.strip(),
        "changed_by": moment.actor.user_name,
        "effective_on": step.effective_on or moment.business_on,
        "effective_until": step.effective_until,
        "recorded_at": utc_naive(moment.at),
        "position": transaction.next_id("policy_step", "position"),
    }
    rows = pl.DataFrame([row], schema_overrides={"effective_until": pl.Date})
    transaction.append("policy_step", rows)
    facts = {
        "version": step.policy_version,
        "effective_on": row["effective_on"],
        "effective_until": row["effective_until"],
        # The ledger is for ever and people write names into reasons: it commits to the words only.
        "reason_sha256": digest({"reason": row["reason"]}),
    }
    if paper:
        _keep_paper(transaction, row, paper)
        facts["evidence_sha256"] = digest({"document": paper.document})
    return "policy", step.policy_version, facts


def end_running_trial(transaction: Transaction, moment: Moment, reason: str) -> None:
    """Ends the trial that runs, where one does: what it is tried against is about to change."""
    trial = rulebook(transaction).trial(moment.business_on)
    if trial is None:
        return
    row = {
        "trial_id": trial.trial_id,
        "ended_on": moment.business_on,
        "ended_by": moment.actor.user_name,
        "reason": reason.strip(),
        "recorded_at": utc_naive(moment.at),
    }
    transaction.append("policy_trial_end", pl.DataFrame([row]))
    facts = {"trial_id": trial.trial_id, "reason_sha256": digest({"reason": row["reason"]})}
    happening = ("policy", trial.policy_version, facts)
    append_events(transaction, moment, "policy_trial_ended", [happening])


def _keep_paper(transaction: Transaction, step: dict[str, Any], paper: Paper) -> None:
    row = {"position": step["position"], "recorded_at": step["recorded_at"], **vars(paper)}
    transaction.append("policy_evidence", pl.DataFrame([row]))


def _check_second_person(transaction: Transaction, policy_version: int, moment: Moment) -> None:
    author, steps = _known(transaction, policy_version)
    check_not_author(author, moment.actor.user_name)
    check_waiting(steps, policy_version, moment.business_on)


def _known(reader: Store | Transaction, policy_version: int) -> tuple[str, tuple[Step, ...]]:
    """Who submitted a version, and the steps of all."""
    return author_of(reader, policy_version), rulebook(reader).steps


def _is_scheduled(store: Store, policy_version: int) -> bool:
    _, steps = _known(store, policy_version)
    return standings(steps, book(store).open_on)[policy_version] == "scheduled"


def _check_no_trial(transaction: Transaction, policy_version: int, on: date) -> None:
    trial = rulebook(transaction).trial(on)
    if trial is not None and trial.policy_version == policy_version:
        raise InvalidState("policy_on_trial", policy_version=policy_version)


def _days(order: Approval, policy: Policy, open_on: date) -> tuple[date, date | None]:
    """From when until when the version is to decide."""
    first_on = max(open_on, policy.effective_on)
    from_on = order.effective_on or first_on
    until_on = order.effective_until or policy.effective_until
    last_on = add_months(open_on, AHEAD_MONTHS_MAX)
    if not first_on <= from_on <= last_on:
        raise InvalidInput("policy_first_day", first=first_on, last=last_on)
    latest = policy.effective_until or add_months(from_on, UNTIL_MONTHS_MAX)
    if until_on is not None and not from_on <= until_on <= latest:
        raise InvalidInput("policy_last_day", first=from_on, last=latest)
    return from_on, until_on


def _with(happening: Happening, facts: dict[str, Any]) -> Happening:
    kind, number, known = happening
    return kind, number, {**known, **facts}
