"""The register of joint lending: who lends with whom, its history, and changes by two people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput, InvalidState
from lending_core.funding.agreement_checks import agreement_faults
from lending_core.funding.funders import Agreement
from lending_core.funding.terms_checks import Fault
from lending_core.ledger.chain import utc_naive
from lending_core.operations.console import book
from lending_core.operations.funder_register import known_lenders
from lending_core.operations.personal import of_the_house
from lending_core.operations.second_person import keep_step, waiting_version
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events

SUBJECT = "agreement"
_TERMS = (
    *("lead_code", "partner_code", "partner_share_min", "partner_share_max"),
    *("listed_on", "delisted_on"),
)
_RATE = pl.Decimal(9, 6)
_SCHEMA: dict[str, Any] = {
    "partner_share_min": _RATE,
    "partner_share_max": _RATE,
    "delisted_on": pl.Date,
}
_REFUSALS = {"unknown": "agreement_unknown", "answered": "agreement_answered"}


@dataclass(frozen=True)
class AgreementDraft:
    """An agreement as it was filled in: what it makes, or what is wrong with it."""

    agreement: Agreement | None
    faults: list[Fault]


@dataclass(frozen=True)
class AgreementOrder:
    """An agreement as proposed, all of it, from a day on, and why."""

    agreement: Agreement
    effective_on: date
    reason: str


def agreements_in_force(reader: Store | Transaction) -> tuple[Agreement, ...]:
    """The agreements as they are on the open day, by lead and partner; those that ended too."""
    return tuple(agreement_of(row) for row in reader.read("agreement_in_force").rows(named=True))


def agreement_register(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per lead and partner, in order: version_id, lead_code, partner_code,
    partner_share_min, partner_share_max, listed_on, delisted_on, effective_on, reason, changed_by
    and recorded_at of the version in force on the open day."""
    require(actor, Permission.VIEW_BOOK)
    return of_the_house(store, actor, store.read("agreement_in_force"))


def versions_of_agreements(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per version, the newest first: the columns of `agreement_register` and `step`
    (proposed, approved or refused), step_reason, stepped_on, stepped_by."""
    require(actor, Permission.VIEW_BOOK)
    return of_the_house(store, actor, store.read("agreement_versions"))


def draft_agreement(store: Store, actor: Actor, terms: Mapping[str, Any]) -> AgreementDraft:
    """What is wrong with an agreement, field by field, or what it makes. `terms`: as
    `funding.agreement_checks.agreement_faults`."""
    require(actor, Permission.PROPOSE_FUNDER)
    found = agreement_faults(terms, known_lenders(store))
    return AgreementDraft(None if found else Agreement(**terms), found)


def propose_agreement(store: Store, actor: Actor, order: AgreementOrder, *, at: datetime) -> int:
    """Proposes who lends jointly with whom, or other parts or days of two that do; returns the
    version's number. Raises `NotAllowed`, and `InvalidInput` without a reason, for a day that is
    closed, or an agreement that is as it is or cannot be."""
    require(actor, Permission.PROPOSE_FUNDER)
    if not order.reason.strip():
        raise InvalidInput("reason_missing")
    with store.transaction() as transaction:
        moment = Moment(actor, book(transaction).open_on, at)
        if order.effective_on < moment.business_on:
            raise InvalidInput("funder_day_closed", on=order.effective_on)
        if order.agreement in agreements_in_force(transaction):
            raise InvalidInput("agreement_unchanged")
        for fault in agreement_faults(vars(order.agreement), known_lenders(transaction)):
            raise fault.why
        version_id = append_agreement(transaction, moment, order)
        facts = _facts(order.agreement) | {"effective_on": order.effective_on}
        append_events(transaction, moment, "agreement_proposed", [(SUBJECT, version_id, facts)])
        return version_id


def approve_agreement(store: Store, actor: Actor, version_id: int, *, at: datetime) -> None:
    """A second person puts an agreement in force from its day on. Raises `NotAllowed` for who
    proposed it, `NotFound`, and `InvalidState` where it was answered or its day is over."""
    require(actor, Permission.APPROVE_FUNDER)
    with store.transaction() as transaction:
        moment = Moment(actor, book(transaction).open_on, at)
        row = _second_person(transaction, moment, version_id)
        if row["effective_on"] < moment.business_on:
            raise InvalidState("funder_day_over", on=row["effective_on"])
        _step(transaction, moment, version_id, "approved", None)
        facts = _facts(agreement_of(row))
        append_events(transaction, moment, "agreement_approved", [(SUBJECT, version_id, facts)])


def refuse_agreement(
    store: Store, actor: Actor, version_id: int, reason: str, *, at: datetime
) -> None:
    """A second person refuses an agreement. Raises as `approve_agreement`, and `InvalidInput`
    without a reason."""
    require(actor, Permission.APPROVE_FUNDER)
    if not reason.strip():
        raise InvalidInput("reason_missing")
    with store.transaction() as transaction:
        moment = Moment(actor, book(transaction).open_on, at)
        row = _second_person(transaction, moment, version_id)
        _step(transaction, moment, version_id, "refused", reason.strip())
        facts = _facts(agreement_of(row))
        append_events(transaction, moment, "agreement_refused", [(SUBJECT, version_id, facts)])


def append_agreement(transaction: Transaction, moment: Moment, order: AgreementOrder) -> int:
    """Writes a version that nobody has answered yet; returns its number."""
    version_id = transaction.next_id("agreement_version", "version_id")
    row = {
        **{name: getattr(order.agreement, name) for name in _TERMS},
        "version_id": version_id,
        "effective_on": order.effective_on,
        "reason": order.reason.strip(),
        "changed_by": moment.actor.user_name,
        "recorded_at": utc_naive(moment.at),
    }
    transaction.append("agreement_version", pl.DataFrame([row], schema_overrides=_SCHEMA))
    return version_id


def put_agreement_in_force(transaction: Transaction, moment: Moment, order: AgreementOrder) -> None:
    """Writes an agreement and its approval at once: of a book that begins."""
    _step(transaction, moment, append_agreement(transaction, moment, order), "approved", None)


def agreement_of(row: Mapping[str, Any]) -> Agreement:
    """The agreement of a row of the register."""
    return Agreement(**{name: row[name] for name in _TERMS})


def _facts(agreement: Agreement) -> dict[str, Any]:
    return {"lead_code": agreement.lead_code, "partner_code": agreement.partner_code}


def _second_person(transaction: Transaction, moment: Moment, version_id: int) -> dict[str, Any]:
    """The version, where it waits and somebody else proposed it."""
    known = transaction.read("agreement_versions")
    return waiting_version(known, moment, version_id, _REFUSALS)


def _step(
    transaction: Transaction, moment: Moment, version_id: int, step: str, reason: str | None
) -> None:
    keep_step(
        transaction, moment, "agreement_version_step", {"version_id": version_id}, (step, reason)
    )
