"""What outside agencies report of their contacts: kept beside the house's own, and held against the
same rules of conduct. It has happened: what the rules forbid is a finding, not a refusal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput, InvalidState, LendingError, NotFound
from lending_core.ledger.chain import digest, utc_naive
from lending_core.operations.collection_cases import any_case
from lending_core.operations.console import book
from lending_core.operations.contacts import Contact, check_contact, check_number, number_key
from lending_core.operations.keys import Request, known_subject, remember
from lending_core.portfolio.agency_file import read_agency_file
from lending_core.portfolio.collection_rules import (
    BORROWER,
    agencies,
    conduct,
    failed_outcomes,
    outcomes,
)
from lending_core.portfolio.conduct import BARS, barred
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events

# The agency did not have the case on that day.
NOT_PLACED = "not_placed"


@dataclass(frozen=True)
class AgencyContact:
    """An attempt that an agency reports, at `made_at` by the borrower's clock (without a zone)."""

    agency_code: str
    contact: Contact
    made_at: datetime


@dataclass(frozen=True)
class Kept:
    """The number of an attempt that was kept, and what the rules find against it (`BARS` and
    `NOT_PLACED`)."""

    contact_id: int
    findings: tuple[str, ...]


@dataclass(frozen=True)
class Upload:
    """What became of a file of reports: rows `kept`, `findings` against them, and the rows that
    were `rejected`: row (1 is the first below the headings), reason (of refusals.toml), facts of
    the reason, text as it came."""

    kept: int
    findings: int
    rejected: tuple[tuple[int, LendingError, str], ...]


def report_contact(
    store: Store, actor: Actor, report: AgencyContact, *, key: str, at: datetime
) -> int:
    """Keeps an attempt of an agency, with a finding for each rule that it broke; returns its
    number. The same `key` again answers the same.

    Raises `NotFound` for an unknown case or agency; `InvalidInput` for an outcome that cannot be, a
    number that is none, or a day after the open one; `InvalidState` for an attempt that is known.
    """
    require(actor, Permission.MANAGE_COLLECTIONS)
    asked = Request(key, "agency_contact", _facts(report))
    with store.transaction() as transaction:
        known = known_subject(transaction, asked)
        if known is not None:
            return known
        moment = Moment(actor, book(transaction).open_on, at)
        kept = _keep(transaction, moment, report)
        facts = {
            "contact_id": kept.contact_id,
            "findings": list(kept.findings),
            **_facts(report),
        }
        subject = ("case", report.contact.case_id, facts)
        append_events(transaction, moment, "agency_contact_reported", [subject])
        remember(transaction, asked, kept.contact_id)
        return kept.contact_id


def upload_contacts(
    store: Store, actor: Actor, agency_code: str, content: bytes, *, at: datetime
) -> Upload:
    """Keeps the attempts of a file (`agency_file`), the earliest first, all sound rows in one
    transaction; the others come back with their reason. A file again keeps nothing twice.

    Raises `NotFound` for an unknown agency, and `InvalidInput` for a file that is none.
    """
    require(actor, Permission.MANAGE_COLLECTIONS)
    _check_agency(agency_code)
    told = read_agency_file(content)
    rejected = [(row, refusal, text) for row, refusal, text in told.rejected]
    kept: list[Kept] = []
    with store.transaction() as transaction:
        moment = Moment(actor, book(transaction).open_on, at)
        for row in sorted(told.rows, key=lambda each: each.made_at):
            report = AgencyContact(agency_code, Contact(**row.contact), row.made_at)
            try:
                kept.append(_keep(transaction, moment, report))
            except LendingError as refusal:
                rejected.append((row.number, refusal, row.text))
        if kept:
            facts = _counts(kept, rejected) | {"agency_code": agency_code}
            facts |= {"file_sha256": digest({"file": content.hex()})}
            append_events(transaction, moment, "agency_contacts_uploaded", [("book", 1, facts)])
    counts = _counts(kept, rejected)
    return Upload(counts["kept"], counts["findings"], tuple(sorted(rejected, key=lambda r: r[0])))


def _keep(transaction: Transaction, moment: Moment, report: AgencyContact) -> Kept:
    """Checks a report against everything and appends it; nothing was written where it raises."""
    _check_agency(report.agency_code)
    contact = report.contact
    check_contact(contact)
    case = any_case(transaction, contact.case_id)
    if report.made_at.date() > moment.business_on:
        raise InvalidInput("agency_contact_ahead", open_on=moment.business_on)
    attempted_at = _utc(report.made_at)
    same = {"case_id": contact.case_id, "channel": contact.channel, "attempted_at": attempted_at}
    known = transaction.read("agency_contact_known", agency_code=report.agency_code, **same)
    if not known.is_empty():
        raise InvalidState("agency_contact_known", contact_id=known["contact_id"][0])
    check_number(transaction, contact, case["customer_id"])
    called = number_key(transaction, contact)
    findings = _findings(transaction, report, case["customer_id"], called)
    row = {**_row(report, moment), **same, "number_key": called}
    row |= {"customer_id": case["customer_id"]}
    row |= {"contact_id": transaction.next_id("contact_attempt", "contact_id")}
    words = {"reason": pl.String, "note": pl.String}
    transaction.append("contact_attempt", pl.DataFrame([row], schema_overrides=words))
    _keep_findings(transaction, moment, row, findings)
    return Kept(row["contact_id"], findings)


def _findings(
    transaction: Transaction, report: AgencyContact, customer_id: int, called: str
) -> tuple[str, ...]:
    """What the rules say of an attempt at its own hour, after what was tried before it."""
    invalid = [code for code, each in outcomes().items() if each.is_number_invalid]
    tally = transaction.read(
        "conduct_at",
        case_id=report.contact.case_id,
        customer_id=customer_id,
        attempted_at=_utc(report.made_at),
        local_on=report.made_at.date(),
        number_key=called,
        failed_outcomes=failed_outcomes(),
        invalid_outcomes=[code for code in invalid if BORROWER in outcomes()[code].parties],
    )
    # The agency itself has the case: that bars the house.
    counted = tally.with_columns(agency_code=pl.lit(None, pl.String))
    codes = barred(counted, report.contact.way, report.made_at, conduct())[0].to_list()
    has_case = tally["placed_with"][0] == report.agency_code
    return tuple(codes if has_case else [NOT_PLACED, *codes])


def _keep_findings(
    transaction: Transaction, moment: Moment, row: dict[str, Any], findings: Iterable[str]
) -> None:
    first_id = transaction.next_id("conduct_finding", "finding_id")
    rows = [
        {
            "finding_id": first_id + place,
            "contact_id": row["contact_id"],
            "agency_code": row["agency_code"],
            "bar": code,
            "rule": BARS.get(code),
            "found_on": row["local_on"],
            "recorded_at": utc_naive(moment.at),
        }
        for place, code in enumerate(findings)
    ]
    if rows:
        transaction.append("conduct_finding", pl.DataFrame(rows, schema_overrides=_RULE))


_RULE = {"rule": pl.String}


def _row(report: AgencyContact, moment: Moment) -> dict[str, Any]:
    contact = report.contact
    return {
        "local_on": report.made_at.date(),
        "business_on": report.made_at.date(),
        "party": contact.party,
        "outcome": contact.outcome,
        "is_connected": outcomes()[contact.outcome].is_connected,
        "agency_code": report.agency_code,
        "reason": contact.reason,
        "note": contact.note,
        "recorded_by": moment.actor.user_name,
        "recorded_at": utc_naive(moment.at),
    }


def _utc(local: datetime) -> datetime:
    return utc_naive(local.replace(tzinfo=ZoneInfo(conduct().time_zone)))


def _check_agency(code: str) -> None:
    if code not in agencies():
        raise NotFound("agency_unknown", agency=code)


def _facts(report: AgencyContact) -> dict[str, Any]:
    """What makes the report this and no other; what people said or typed by its digest only."""
    spoken = ("number", "reason", "note")
    contact = vars(report.contact)
    told = {name: value for name, value in contact.items() if name not in spoken}
    words = digest({name: contact[name] for name in spoken})
    return {
        **told,
        "agency_code": report.agency_code,
        "made_at": report.made_at.isoformat(),
        "words_sha256": words,
    }


def _counts(kept: list[Kept], rejected: list[tuple[int, LendingError, str]]) -> dict[str, int]:
    return {
        "kept": len(kept),
        "findings": sum(len(each.findings) for each in kept),
        "rejected": len(rejected),
    }
