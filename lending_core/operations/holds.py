"""Times in which nobody contacts a borrower (CO-11), and complaints, which begin one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput, InvalidState, NotFound
from lending_core.ledger.chain import digest, utc_naive
from lending_core.operations.collection_cases import any_case, known_case
from lending_core.operations.console import book
from lending_core.operations.keys import Request, known_subject, remember
from lending_core.operations.personal import masked
from lending_core.portfolio.collection_rules import (
    complaint_kinds,
    hold_days,
    hold_days_offered,
)
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events

COMPLAINT = "complaint"


@dataclass(frozen=True)
class Hold:
    """Nobody contacts the customer of a case (None: of no case yet) for `days` from the open day
    on: a kind of `hold_days`, and days of `hold_days_offered`, None for a kind that stands until it
    is lifted. `note`: why, in the person's own words."""

    case_id: int | None
    kind: str
    days: int | None
    note: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in hold_days():
            raise ValueError(f"no hold is of the kind {self.kind!r}")


@dataclass(frozen=True)
class Complaint:
    """What a borrower complains about, one of `complaint_kinds`, and in whose words. The case may
    have ended: who paid may still complain of how they were asked to. None: no case, see
    `complaints`."""

    case_id: int | None
    kind: str
    note: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in complaint_kinds():
            raise ValueError(f"no complaint is of the kind {self.kind!r}")


def place_hold(store: Store, actor: Actor, hold: Hold, *, key: str, at: datetime) -> int:
    """Places a hold from the open day on; returns its number. The same `key` again answers the
    same. Holds may overlap: the longest counts.

    Raises `NotFound`; `InvalidState` for a case that ended; `InvalidInput` for days not offered.
    """
    require(actor, Permission.MANAGE_COLLECTIONS)
    _check_days(hold)
    asked = Request(key, "hold", {"case_id": hold.case_id, "kind": hold.kind, "days": hold.days})
    with store.transaction() as transaction:
        known = known_subject(transaction, asked)
        if known is not None:
            return known
        case = known_case(transaction, _numbered(hold.case_id))
        moment = Moment(actor, book(transaction).open_on, at)
        hold_id = save_hold(transaction, moment, hold, case["customer_id"])
        remember(transaction, asked, hold_id)
        return hold_id


def lift_hold(
    store: Store, actor: Actor, hold_id: int, *, note: str | None = None, at: datetime
) -> None:
    """Lifts a hold before it runs out. Raises `NotFound`; `InvalidState` for one that is over."""
    require(actor, Permission.MANAGE_COLLECTIONS)
    with store.transaction() as transaction:
        moment = Moment(actor, book(transaction).open_on, at)
        found = transaction.read("hold_list", hold_id=hold_id, customer_id=None)
        if found.is_empty():
            raise NotFound("hold_unknown", hold_id=hold_id)
        hold = found.row(0, named=True)
        if hold["lifted_on"] or (hold["until_on"] or date.max) < moment.business_on:
            raise InvalidState("hold_over", hold_id=hold_id)
        row = {
            "hold_id": hold_id,
            "lifted_on": moment.business_on,
            "note": note,
            "lifted_by": actor.user_name,
            "recorded_at": utc_naive(at),
        }
        transaction.append(
            "collection_hold_end", pl.DataFrame([row], schema_overrides={"note": pl.String})
        )
        facts = {"hold_id": hold_id, "kind": hold["kind"]}
        append_events(transaction, moment, "hold_lifted", [(*_subject(hold), facts)])


def lift_with_cases(transaction: Transaction, moment: Moment) -> int:
    """Part of the close of days and of simulated months: holds that outlived their case end with
    it. Returns how many; the close's own event has it."""
    rows = transaction.read("hold_outlived").with_columns(
        note=pl.lit(None, pl.String),
        lifted_by=pl.lit(moment.actor.user_name),
        recorded_at=pl.lit(utc_naive(moment.at)),
    )
    transaction.append("collection_hold_end", rows)
    return rows.height


def record_complaint(
    store: Store, actor: Actor, complaint: Complaint, *, key: str, at: datetime
) -> int:
    """Keeps a complaint received on the open day, about whoever has the case (or had it when it
    ended), and places the hold that it asks for (CO-11); returns the complaint's number. The same
    `key` again answers the same.

    Raises `NotFound`.
    """
    require(actor, Permission.COLLECT)
    asked = Request(key, COMPLAINT, {"case_id": complaint.case_id, "kind": complaint.kind})
    with store.transaction() as transaction:
        known = known_subject(transaction, asked)
        if known is not None:
            return known
        case = any_case(transaction, _numbered(complaint.case_id))
        moment = Moment(actor, book(transaction).open_on, at)
        complaint_id = save_complaint(transaction, moment, complaint, case)
        hold = Hold(complaint.case_id, COMPLAINT, hold_days()[COMPLAINT], complaint.note)
        save_hold(transaction, moment, hold, case["customer_id"])
        remember(transaction, asked, complaint_id)
        return complaint_id


def holds_of(store: Store, actor: Actor, customer_id: int) -> pl.DataFrame:
    """One row per hold of a customer, newest first: hold_id, case_id, kind, from_on, until_on,
    note (null for roles that may not see personal data), placed_by, lifted_on, lifted_by,
    is_in_force on the open day."""
    require(actor, Permission.VIEW_COLLECTIONS)
    found = masked(store, actor, store.read("hold_list", hold_id=None, customer_id=customer_id))
    today = book(store).open_on
    return found.with_columns(
        is_in_force=pl.col("lifted_on").is_null()
        & (pl.col("from_on") <= today)
        & (pl.col("until_on").fill_null(date.max) >= today)
    )


def _check_days(hold: Hold) -> None:
    is_endless = hold_days()[hold.kind] is None
    if hold.days is None and is_endless:
        return
    if hold.days not in hold_days_offered():
        raise InvalidInput("hold_days", offered=", ".join(map(str, hold_days_offered())))


def save_hold(transaction: Transaction, moment: Moment, hold: Hold, customer_id: int) -> int:
    """Part of an operation: appends a hold from the open day on; returns its number."""
    hold_id = transaction.next_id("collection_hold", "hold_id")
    row = {
        "hold_id": hold_id,
        "case_id": hold.case_id,
        "customer_id": customer_id,
        "kind": hold.kind,
        "from_on": moment.business_on,
        "until_on": moment.business_on + timedelta(days=hold.days - 1) if hold.days else None,
        "note": hold.note,
        "placed_by": moment.actor.user_name,
        "recorded_at": utc_naive(moment.at),
    }
    kinds = {"case_id": pl.Int64, "until_on": pl.Date, "note": pl.String}
    transaction.append("collection_hold", pl.DataFrame([row], schema_overrides=kinds))
    facts = {"hold_id": hold_id, "kind": hold.kind, "until_on": row["until_on"]}
    append_events(transaction, moment, "hold_placed", [(*_subject(row), _told(facts, hold))])
    return hold_id


def save_complaint(
    transaction: Transaction, moment: Moment, complaint: Complaint, case: dict[str, Any]
) -> int:
    """Part of an operation: appends a complaint received on the open day; returns its number.
    `case`: customer_id, and agency_code of who had it when it ended."""
    complaint_id = transaction.next_id("complaint", "complaint_id")
    out = transaction.read("placement_out", on=moment.business_on)
    placed = out.filter(pl.col("case_id").eq_missing(complaint.case_id))
    row = {
        "complaint_id": complaint_id,
        "customer_id": case["customer_id"],
        "case_id": complaint.case_id,
        "agency_code": placed["agency_code"][0] if placed.height else case["agency_code"],
        "kind": complaint.kind,
        "received_on": moment.business_on,
        "note": complaint.note,
        "recorded_by": moment.actor.user_name,
        "recorded_at": utc_naive(moment.at),
    }
    words = {"case_id": pl.Int64, "agency_code": pl.String, "note": pl.String}
    transaction.append("complaint", pl.DataFrame([row], schema_overrides=words))
    facts = {"complaint_id": complaint_id, "kind": complaint.kind}
    happening = (*_subject(row), _told(facts, complaint))
    append_events(transaction, moment, "complaint_recorded", [happening])
    return complaint_id


def _subject(row: Mapping[str, Any]) -> tuple[str, int]:
    """What an event is about: the case, or the customer without one."""
    case_id = row["case_id"]
    return ("customer", row["customer_id"]) if case_id is None else ("case", case_id)


def _numbered(case_id: int | None) -> int:
    if case_id is None:
        raise ValueError("a case has a number")
    return case_id


def _told(facts: dict[str, Any], said: Hold | Complaint) -> dict[str, Any]:
    """People write names into notes: the ledger commits to the words only."""
    return facts if said.note is None else {**facts, "note_sha256": digest({"note": said.note})}
