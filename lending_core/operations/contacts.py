"""Attempts to reach borrowers who are late: allowed or not, made once, and kept with their outcome.

The console stands for the dialler: what the rules of conduct forbid at the borrower's hour is
refused before it happens, whoever asks.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput, InvalidState
from lending_core.identity.fingerprints import fingerprint
from lending_core.identity.phone import read_phone
from lending_core.ledger.chain import digest, utc_naive
from lending_core.operations.collection_cases import check_lock, known_case
from lending_core.operations.console import book
from lending_core.operations.keys import Request, known_subject, remember
from lending_core.operations.traces import fingerprint_key
from lending_core.portfolio.collection_rules import (
    BORROWER,
    conduct,
    failed_outcomes,
    outcomes,
    outcomes_of,
    scripts,
)
from lending_core.portfolio.conduct import BARS, Way, barred, local_time, next_allowed
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events

# The customer's own number, as attempts are counted by.
OWN_NUMBER = "own"
NOTE_LENGTH_MAX = 500


@dataclass(frozen=True)
class Contact:
    """An attempt: over which channel (`collection_rules.CHANNELS`), with whom (`PARTIES`), and what
    it came to (`outcomes_of`). A third person needs a `number` and a `reason`; of the number only
    a keyed fingerprint is kept (CO-05). `note`: the collector's own words."""

    case_id: int
    channel: str
    outcome: str
    party: str = BORROWER
    number: str | None = None
    reason: str | None = None
    note: str | None = None

    @property
    def way(self) -> Way:
        return Way(self.channel, self.party)


@dataclass(frozen=True)
class Allowance:
    """Whether somebody may be contacted in a way now. `refusals`: what forbids it, in the order of
    `conduct.BARS`, each with its sentence and as `reason` its code there; empty: allowed.
    `allowed_from`: the borrower's local time from which on it is, on the day that the book counts;
    None where no clock brings it."""

    way: Way
    refusals: tuple[InvalidState, ...]
    allowed_from: datetime | None

    @property
    def is_allowed(self) -> bool:
        return not self.refusals

    @property
    def rules(self) -> tuple[str, ...]:
        """Ids of the rules that forbid it (facts section 7)."""
        return tuple(rule for each in self.refusals if (rule := BARS[each.reason]) is not None)


# Every way there is: third persons are only called.
WAYS = (
    Way("call"),
    Way("message"),
    Way("visit"),
    Way("call", "related"),
    Way("call", "unrelated"),
)


def allowances(store: Store, actor: Actor, case_id: int, *, at: datetime) -> tuple[Allowance, ...]:
    """For each of `WAYS` whether it is allowed at an instant; a third person's number that was not
    called today. Raises `NotFound`, and `InvalidState` once the case ended."""
    require(actor, Permission.VIEW_COLLECTIONS)
    known_case(store, case_id)
    own = tallies(store, local_time(at, conduct()).date(), case_id)
    fresh = own.with_columns(unanswered_today=pl.lit(0, pl.Int64))
    return tuple(_allowance(own if way.party == BORROWER else fresh, way, at) for way in WAYS)


def log_contact(store: Store, actor: Actor, contact: Contact, *, key: str, at: datetime) -> int:
    """Keeps an attempt made at an instant; returns its number. The same `key` again answers the
    same and keeps nothing.

    Raises `NotFound`; `InvalidState` with the rule where conduct forbids the attempt, or for a
    case that ended or is another's; `InvalidInput` for an outcome that cannot be, a number that is
    none, or a third person without number or reason.
    """
    require(actor, Permission.COLLECT)
    check_contact(contact)
    with store.transaction() as transaction:
        called = number_key(transaction, contact)
        asked = Request(key, "contact", _facts(contact, called))
        known = known_subject(transaction, asked)
        if known is not None:
            return known
        case = known_case(transaction, contact.case_id)
        check_lock(transaction, actor, contact.case_id, at)
        check_number(transaction, contact, case["customer_id"])
        check_allowed(transaction, contact.case_id, contact.way, called, at)
        moment = Moment(actor, book(transaction).open_on, at)
        contact_id = _save(transaction, moment, contact, {**case, "number_key": called})
        remember(transaction, asked, contact_id)
        return contact_id


def check_allowed(
    reader: Store | Transaction, case_id: int, way: Way, number_key: str, at: datetime
) -> None:
    """Raises `InvalidState` with the first rule that forbids the attempt."""
    tally = tallies(reader, local_time(at, conduct()).date(), case_id, number_key)
    for refusal in _allowance(tally, way, at).refusals:
        raise refusal


def tallies(
    reader: Store | Transaction,
    local_on: date,
    case_id: int | None = None,
    number_key: str = OWN_NUMBER,
) -> pl.DataFrame:
    """One row per open case, or one: what `conduct.barred` takes, of calls to a number on a day;
    customer_id, held_to_on, hold_days_left, due_back_on; days_ahead, by how many days the open day
    of a simulated book is ahead of the wall's, by which its holds do not go (else 0)."""
    current = book(reader)
    open_on = current.open_on
    ahead = (open_on - local_on).days if current.is_simulated else 0
    invalid = [code for code, each in outcomes().items() if each.is_number_invalid]
    found = reader.read(
        "contact_tally",
        case_id=case_id,
        local_on=local_on,
        open_on=open_on,
        number_key=number_key,
        failed_outcomes=failed_outcomes(),
        invalid_outcomes=[code for code in invalid if BORROWER in outcomes()[code].parties],
    )
    days_left = (pl.col("held_to_on") - pl.lit(open_on)).dt.total_days() + 1
    return found.with_columns(hold_days_left=days_left, days_ahead=pl.lit(ahead, pl.Int64))


def opening_words(party: str, language: str) -> str:
    """What is said first, with the placeholders {customer}, {caller} and {house}; to a third
    person nothing of debt (CO-04, CO-06)."""
    return scripts()[party][language]


def check_contact(contact: Contact) -> None:
    """Raises `InvalidInput` for an outcome that cannot be, a note that is too long, or a third
    person without number or reason."""
    if contact.outcome not in outcomes_of(contact.channel, contact.party):
        raise InvalidInput("contact_outcome", outcome=contact.outcome)
    if contact.note is not None and len(contact.note) > NOTE_LENGTH_MAX:
        raise InvalidInput("note_too_long", maximum=NOTE_LENGTH_MAX)
    is_third = contact.party != BORROWER
    if is_third and not (contact.reason or "").strip():
        raise InvalidInput("reason_missing")
    if is_third == (contact.number is None):
        raise InvalidInput("contact_number")


def number_key(transaction: Transaction, contact: Contact) -> str:
    """What attempts at this number are counted by: without the book's key nobody can try out which
    number it was."""
    if contact.number is None:
        return OWN_NUMBER
    return fingerprint(fingerprint_key(transaction), "phone", read_phone(contact.number))


def check_number(reader: Transaction, contact: Contact, customer_id: int) -> None:
    """Raises `InvalidInput` where a third person's number is the customer's own."""
    if contact.number is None:
        return
    own = reader.opened(reader.read("customer_page", customer_id=customer_id))
    if read_phone(contact.number) in own["phone"].to_list():
        raise InvalidInput("contact_number")


def _facts(contact: Contact, number_key: str) -> dict[str, Any]:
    """What makes the attempt this and no other, without what people say or type."""
    spoken = {"number_key": number_key, "reason": contact.reason, "note": contact.note}
    kept = {name: getattr(contact, name) for name in ("case_id", "channel", "party", "outcome")}
    return {**kept, "words_sha256": digest(spoken)}


def _save(transaction: Transaction, moment: Moment, contact: Contact, case: dict[str, Any]) -> int:
    contact_id = transaction.next_id("contact_attempt", "contact_id")
    row = {
        "contact_id": contact_id,
        "case_id": contact.case_id,
        "customer_id": case["customer_id"],
        "attempted_at": utc_naive(moment.at),
        "local_on": local_time(moment.at, conduct()).date(),
        "business_on": moment.business_on,
        "channel": contact.channel,
        "party": contact.party,
        "number_key": case["number_key"],
        "outcome": contact.outcome,
        "is_connected": outcomes()[contact.outcome].is_connected,
        "agency_code": None,
        "reason": contact.reason,
        "note": contact.note,
        "recorded_by": moment.actor.user_name,
        "recorded_at": utc_naive(moment.at),
    }
    words = {"agency_code": pl.String, "reason": pl.String, "note": pl.String}
    transaction.append("contact_attempt", pl.DataFrame([row], schema_overrides=words))
    facts = {"contact_id": contact_id, **_facts(contact, case["number_key"])}
    append_events(transaction, moment, "contact_logged", [("case", contact.case_id, facts)])
    return contact_id


def _allowance(tally: pl.DataFrame, way: Way, at: datetime) -> Allowance:
    """What the rules say of one row of `tallies`."""
    rules, local, found = conduct(), local_time(at, conduct()), tally.row(0, named=True)
    allowed_from = next_allowed(found, way, local, rules)
    if allowed_from is not None:
        # One calendar on a screen: holds and promises are told in the book's days.
        allowed_from += timedelta(days=found["days_ahead"])
    facts = {
        "allowed_from": f"{allowed_from:%Y-%m-%d %H:%M}" if allowed_from else "—",
        "from_hour": f"{rules.quiet_from_hour:02d}:00",
        "to_hour": f"{rules.quiet_to_hour:02d}:00",
        "until": found["held_to_on"] or "—",
        "failed_in_row": rules.failed_in_row,
    }
    most = {
        "connected_max": rules.connected_per_day_max,
        "unanswered_max": rules.unanswered_per_day_max,
        "messages_max": rules.messages_per_day_max,
        "visits_max": rules.visits_per_day_max,
    }
    codes = barred(tally, way, local, rules)[0].to_list()
    refusals = [InvalidState(code, **facts, most=most.get(code)) for code in codes]
    return Allowance(way, tuple(refusals), allowed_from)
