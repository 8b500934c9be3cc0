"""The register of lenders: terms in force, their history, and changes by two people."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import LANGUAGES, InvalidInput, InvalidState
from lending_core.funding.funders import QUOTA_CUSTOMERS, Funder
from lending_core.funding.terms_checks import Fault, faults, new_code
from lending_core.ledger.chain import utc_naive
from lending_core.operations.console import book
from lending_core.operations.personal import of_the_house
from lending_core.operations.second_person import keep_step, waiting_version
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events

SUBJECT = "funder"
OPENED_WITH = "opened_with"
TERMS = tuple(field.name for field in fields(Funder) if field.name != "sources")
_LISTS = ("product_codes", "region_codes", "bands")
# What grows with the size of a simulated book.
_SIZES = (
    *("quota_fen", "daily_quota_fen", "guarantee_budget_fen"),
    *("tier1_fen", "total_loans_fen"),
)
_RATE = pl.Decimal(9, 6)
_SCHEMA: dict[str, Any] = {
    **dict.fromkeys(_LISTS, pl.List(pl.String)),
    **dict.fromkeys(_SIZES, pl.Int64),
    **dict.fromkeys(("annual_cost", "annual_rate_min", "annual_rate_max"), _RATE),
    **dict.fromkeys(("share_min", "share_max", "guarantee_rate", "offer_part_min"), _RATE),
    "delisted_on": pl.Date,
}
_REFUSALS = {"unknown": "funder_version_unknown", "answered": "funder_version_answered"}


@dataclass(frozen=True)
class TermsDraft:
    """Terms as they were filled in: the lender that they make, or what is wrong with them."""

    funder: Funder | None
    faults: list[Fault]


@dataclass(frozen=True)
class FunderOrder:
    """A lender's terms as proposed, all of them, from a day on, and why."""

    funder: Funder
    effective_on: date
    reason: str


def funders_in_force(reader: Store | Transaction) -> dict[str, Funder]:
    """Funder code -> the terms that hold on the open day, by code."""
    return {row["funder_code"]: funder_of(row) for row in _in_force(reader).rows(named=True)}


def funder_names(reader: Store | Transaction) -> dict[str, dict[str, str]]:
    """Code -> language -> name of every lender that was ever proposed: nobody's secret, as lenders
    stand on a published list (ZD-03)."""
    rows = reader.read("funder_names").rows(named=True)
    return {
        row["funder_code"]: {language: row[f"name_{language}"] for language in LANGUAGES}
        for row in rows
    }


def known_lenders(reader: Store | Transaction) -> dict[str, Funder]:
    """Funder code -> terms, by code: as they are, or are to be once somebody has approved them."""
    versions = reader.read("funder_versions", funder_code=None)
    told = versions.filter(pl.col("step") != "refused")
    newest = told.unique("funder_code", keep="first", maintain_order=True).sort("funder_code")
    return {row["funder_code"]: funder_of(row) for row in newest.rows(named=True)}


def register(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per lender, by code: version_id, every term of `Funder`, effective_on, reason,
    changed_by and recorded_at of the version in force on the open day."""
    require(actor, Permission.VIEW_BOOK)
    return of_the_house(store, actor, _in_force(store))


def versions_of_funder(store: Store, actor: Actor, funder_code: str | None = None) -> pl.DataFrame:
    """One row per version of one lender, or of all, the newest first: the columns of `register`
    and `step` (proposed, approved or refused), step_reason, stepped_on, stepped_by."""
    require(actor, Permission.VIEW_BOOK)
    known = store.read("funder_versions", funder_code=funder_code)
    return of_the_house(store, actor, known)


def draft_terms(store: Store, actor: Actor, terms: Mapping[str, Any]) -> TermsDraft:
    """What is wrong with terms, field by field, or the lender that they make: with a code of its
    own where `funder_code` is empty. `terms`: as `funding.terms_checks.faults`."""
    require(actor, Permission.PROPOSE_FUNDER)
    others = _others(store, terms["funder_code"])
    code = terms["funder_code"] or new_code(terms["name_en"] or "", others)
    told = {**terms, "funder_code": code}
    found = faults(told, others)
    return TermsDraft(None if found else Funder(**told), found)


def propose_funder(store: Store, actor: Actor, order: FunderOrder, *, at: datetime) -> int:
    """Proposes a lender's terms, those of a new lender too; returns the version's number.

    Raises `NotAllowed`, and `InvalidInput` without a reason, for a day that is closed, or terms
    that are as they are or cannot be (`funding.terms_checks`).
    """
    require(actor, Permission.PROPOSE_FUNDER)
    if not order.reason.strip():
        raise InvalidInput("reason_missing")
    with store.transaction() as transaction:
        moment = Moment(actor, book(transaction).open_on, at)
        if order.effective_on < moment.business_on:
            raise InvalidInput("funder_day_closed", on=order.effective_on)
        code = order.funder.funder_code
        known = funders_in_force(transaction).get(code)
        if known == order.funder:
            raise InvalidInput("funder_unchanged", funder=funder_names(transaction)[code])
        _check(transaction, order.funder)
        version_id = append_version(transaction, moment, order)
        facts = {
            "funder_code": code,
            "effective_on": order.effective_on,
            "changed": _changed(known, order.funder),
        }
        append_events(transaction, moment, "funder_proposed", [(SUBJECT, version_id, facts)])
        return version_id


def approve_funder(store: Store, actor: Actor, version_id: int, *, at: datetime) -> None:
    """A second person puts proposed terms in force from their day on. Raises `NotAllowed` for who
    proposed them, `NotFound`, and `InvalidState` where they were answered or their day is over."""
    require(actor, Permission.APPROVE_FUNDER)
    with store.transaction() as transaction:
        moment = Moment(actor, book(transaction).open_on, at)
        row = _second_person(transaction, moment, version_id)
        if row["effective_on"] < moment.business_on:
            raise InvalidState("funder_day_over", on=row["effective_on"])
        _step(transaction, moment, version_id, "approved", None)
        facts = {"funder_code": row["funder_code"]}
        append_events(transaction, moment, "funder_approved", [(SUBJECT, version_id, facts)])


def refuse_funder(
    store: Store, actor: Actor, version_id: int, reason: str, *, at: datetime
) -> None:
    """A second person refuses proposed terms. Raises as `approve_funder`, and `InvalidInput`
    without a reason."""
    require(actor, Permission.APPROVE_FUNDER)
    if not reason.strip():
        raise InvalidInput("reason_missing")
    with store.transaction() as transaction:
        moment = Moment(actor, book(transaction).open_on, at)
        row = _second_person(transaction, moment, version_id)
        _step(transaction, moment, version_id, "refused", reason.strip())
        facts = {"funder_code": row["funder_code"]}
        append_events(transaction, moment, "funder_refused", [(SUBJECT, version_id, facts)])


def append_version(transaction: Transaction, moment: Moment, order: FunderOrder) -> int:
    """Writes a version that nobody has answered yet; returns its number."""
    version_id = transaction.next_id("funder_version", "version_id")
    terms = {name: getattr(order.funder, name) for name in TERMS}
    row = {
        **{
            name: list(value) if isinstance(value, tuple) else value
            for name, value in terms.items()
        },
        "version_id": version_id,
        "effective_on": order.effective_on,
        "reason": order.reason.strip(),
        "changed_by": moment.actor.user_name,
        "recorded_at": utc_naive(moment.at),
    }
    transaction.append("funder_version", pl.DataFrame([row], schema_overrides=_SCHEMA))
    return version_id


def put_in_force(transaction: Transaction, moment: Moment, order: FunderOrder) -> None:
    """Writes terms and their approval at once: of a book that begins, or of one that is thrown
    away."""
    _step(transaction, moment, append_version(transaction, moment, order), "approved", None)


def sized(funder: Funder, customers: int) -> Funder:
    """The terms for a simulated book of so many customers: every amount grows with it."""
    return scaled(funder, max(customers, 1), QUOTA_CUSTOMERS)


def scaled(funder: Funder, part: int, of: int) -> Funder:
    """The terms with every amount times `part` / `of`, rounded down."""
    amounts = {name: getattr(funder, name) for name in _SIZES}
    known = {name: fen * part // of for name, fen in amounts.items() if fen is not None}
    return replace(funder, **known)


def funder_of(row: Mapping[str, Any]) -> Funder:
    """The terms of a row of the register."""
    terms = {name: row[name] for name in TERMS}
    lists = {name: tuple(terms[name]) for name in _LISTS if terms[name] is not None}
    return Funder(**terms | lists)


def _in_force(reader: Store | Transaction) -> pl.DataFrame:
    return reader.read("funder_in_force")


def _others(reader: Store | Transaction, funder_code: str) -> dict[str, Funder]:
    known = known_lenders(reader)
    return {code: each for code, each in known.items() if code != funder_code}


def _check(transaction: Transaction, funder: Funder) -> None:
    terms = {name: getattr(funder, name) for name in TERMS}
    found = faults(terms, _others(transaction, funder.funder_code))
    if found:
        raise found[0].why


def _changed(before: Funder | None, after: Funder) -> list[str]:
    """Which terms are others; all of a new lender."""
    return [
        name for name in TERMS if before is None or getattr(before, name) != getattr(after, name)
    ]


def _second_person(transaction: Transaction, moment: Moment, version_id: int) -> dict[str, Any]:
    """The version, where it waits and somebody else proposed it."""
    known = transaction.read("funder_versions", funder_code=None)
    return waiting_version(known, moment, version_id, _REFUSALS)


def _step(
    transaction: Transaction, moment: Moment, version_id: int, step: str, reason: str | None
) -> None:
    keep_step(
        transaction, moment, "funder_version_step", {"version_id": version_id}, (step, reason)
    )
