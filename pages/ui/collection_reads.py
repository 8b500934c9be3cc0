"""Reads of collections, cached by the minute: quiet hours begin and locks end without an event."""

from datetime import datetime
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor
from lending_core.operations import agencies as agency_operations
from lending_core.operations import (
    collection_cases,
    collection_team,
    collections,
    console,
    contacts,
    hardship,
)
from lending_core.operations import complaints as complaint_operations
from lending_core.operations import holds as hold_operations
from lending_core.operations import promises as promise_operations
from lending_core.operations.collection_cases import Lock, NewestCase
from lending_core.operations.collections import Queue, QueueFilter
from lending_core.operations.contacts import Allowance
from lending_core.operations.hardship import EasingLook
from lending_core.portfolio import case_overview
from lending_core.portfolio.collection_rules import conduct
from lending_core.portfolio.conduct import local_time
from lending_core.portfolio.recovery import RecoveryModel
from pages.ui import customer_reads, reads, session
from pages.ui.reads import answer


def now_local() -> datetime:
    """What the borrowers' clock says, without a zone."""
    return local_time(session.now(), conduct())


def queue(chosen: QueueFilter) -> Queue:
    """Every case of the queue, the first to call first: see `collections.queue`."""
    return answer(_queue, chosen, _minute())


def case(case_id: int) -> dict[str, Any]:
    """One row of the queue. Raises `NotFound`, and `InvalidState` once the case ended."""
    return answer(_case, case_id, _minute())


def newest_case(customer_id: int) -> NewestCase | None:
    """The newest case of a customer: see `collection_cases.newest_case_of`."""
    return answer(collection_cases.newest_case_of, customer_id)


def case_after_all(case_id: int) -> dict[str, Any]:
    """A case, ended or not: see `collection_cases.case_after_all`."""
    return answer(collection_cases.case_after_all, case_id)


def allowances(case_id: int) -> tuple[Allowance, ...]:
    """What is allowed now, way by way: see `contacts.allowances`."""
    return answer(_allowances, case_id, _minute())


def late_loans(customer_id: int) -> pl.DataFrame:
    """The loans of a customer that are late or were written off, the worst first."""
    return case_overview.late_only(customer_reads.loans(customer_id))


def promises(customer_id: int) -> pl.DataFrame:
    """One row per promise of a customer, newest first: see `promises.promises_of`."""
    return answer(promise_operations.promises_of, customer_id)


def complaints(customer_id: int) -> pl.DataFrame:
    """One row per complaint of a customer, newest first: see `complaints.complaints_of`."""
    return answer(complaint_operations.complaints_of, customer_id)


def holds_in_force(customer_id: int) -> pl.DataFrame:
    """The holds of a customer that stand on the open day: see `holds.holds_of`."""
    return answer(hold_operations.holds_of, customer_id).filter("is_in_force")


def log(customer_id: int) -> pl.DataFrame:
    """Everything that happened in the cases of a customer: see `collections.case_log`."""
    return answer(collections.case_log, customer_id)


def easings(loan_id: int) -> tuple[EasingLook, ...]:
    """What the house usually tries for a loan: see `hardship.easing_looks`."""
    return answer(hardship.easing_looks, loan_id)


def model() -> RecoveryModel:
    """What expectations are made of: see `collections.recovery_model`."""
    return answer(collections.recovery_model)


def agencies() -> pl.DataFrame:
    """One row per agency of the register: see `agencies.agency_figures`."""
    return answer(agency_operations.agency_figures)


def team_months() -> pl.DataFrame:
    """One row per month: see `case_overview.team_months`."""
    return case_overview.team_months(
        answer(collection_team.cures_by_month),
        answer(collection_team.promises_by_month),
        answer(collection_team.contacts_by_month),
        answer(collection_team.complaints_by_month),
        reads.book().business_on,
    )


def recovery_by_day() -> pl.DataFrame:
    """One row per day since a loan became late: see `collection_team.recovery_by_day`."""
    return answer(collection_team.recovery_by_day)


def collectors() -> pl.DataFrame:
    """One row per collector: see `collection_team.collectors`."""
    return answer(collection_team.collectors)


def outcomes_by_channel() -> pl.DataFrame:
    """One row per channel and outcome: see `collection_team.outcomes_by_channel`."""
    return answer(collection_team.outcomes_by_channel)


def lock(case_id: int) -> Lock | None:
    """Whose a case is now; None: nobody's."""
    return collection_cases.lock_of(session.store(), case_id, session.now())


def _minute() -> datetime:
    return session.now().replace(second=0, microsecond=0)


def _queue(store: console.Store, actor: Actor, chosen: QueueFilter, at: datetime) -> Queue:
    return collections.queue(store, actor, chosen, at=at)


def _case(store: console.Store, actor: Actor, case_id: int, at: datetime) -> dict[str, Any]:
    return collections.case_of_queue(store, actor, case_id, at=at)


def _allowances(
    store: console.Store, actor: Actor, case_id: int, at: datetime
) -> tuple[Allowance, ...]:
    return contacts.allowances(store, actor, case_id, at=at)
