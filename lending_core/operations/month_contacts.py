"""The collectors of a simulated book: they try people who are late, and keep what they say."""

import hashlib
from datetime import date, timedelta

import polars as pl

from lending_core.ledger.chain import utc_naive
from lending_core.operations.contacts import OWN_NUMBER
from lending_core.operations.holds import lift_with_cases
from lending_core.operations.promises import least_fen
from lending_core.portfolio.collection_rules import BORROWER, conduct, desk, hold_days
from lending_core.portfolio.conduct import utc_offset_hours
from lending_core.simulate.collecting import Collected, DeskRules, collected
from lending_core.simulate.draws import Draws
from lending_core.store.engine import Transaction
from lending_core.store.events import Moment, append_events

COLLECTOR = "simulated_collector"
COMPLAINT = "complaint"


def work_cases(
    transaction: Transaction, moment: Moment, first_on: date, draws: Draws, odds: float = 1.0
) -> None:
    """Part of a simulated month, after its close: the contacts, promises, complaints and holds of
    the days from `first_on` to that of `moment`. Changes no payment. `odds`: of lateness in the
    month against usual times; people in trouble complain more."""
    span = {"first_on": first_on, "on": moment.business_on}
    cases, taken = (
        transaction.read("case_to_work", **span),
        transaction.read("contacted_day", **span),
    )
    days = hold_days()[COMPLAINT] or 0
    rules = DeskRules(desk().promise_days_max, desk().promise_grace_days, days, odds)
    found = collected(cases, taken, moment.business_on, rules, draws)
    contacts = _save_contacts(transaction, moment, found)
    promises = _save_promises(transaction, moment, found)
    complaints = _save_complaints(transaction, moment, found, days)
    lift_with_cases(transaction, moment)
    if contacts.is_empty():
        return
    facts = {
        "contacts": contacts.height,
        "promises": promises.height,
        "complaints": complaints.height,
        "last_contact_id": int(contacts["contact_id"][-1]),
        "rows_sha256": _digest(contacts, promises, complaints),
    }
    append_events(transaction, moment, "contacts_recorded", [("book", 1, facts)])


def _save_contacts(transaction: Transaction, moment: Moment, found: Collected) -> pl.DataFrame:
    first_id = transaction.next_id("contact_attempt", "contact_id")
    local = pl.col("on").cast(pl.Datetime("us")) + pl.duration(
        hours=pl.col("hour"), minutes=pl.col("minute")
    )
    offset = pl.duration(hours=utc_offset_hours(moment.at, conduct()))
    rows = found.contacts.sort("on", "hour", "minute", "case_id").select(
        "case_id",
        "customer_id",
        "channel",
        "outcome",
        "is_connected",
        contact_id=_numbers(first_id, found.contacts.height),
        attempted_at=local - offset,
        local_on="on",
        business_on="on",
        party=pl.lit(BORROWER),
        number_key=pl.lit(OWN_NUMBER),
        recorded_by=_collector(),
        recorded_at=pl.lit(utc_naive(moment.at)),
    )
    transaction.append("contact_attempt", rows)
    return rows


def _save_promises(transaction: Transaction, moment: Moment, found: Collected) -> pl.DataFrame:
    first_id = transaction.next_id("promise", "promise_id")
    rows = found.promises.sort("made_on", "case_id").select(
        "case_id",
        "customer_id",
        "amount_fen",
        "made_on",
        "due_on",
        promise_id=_numbers(first_id, found.promises.height),
        least_fen=least_fen(pl.col("amount_fen")),
        grace_to_on=pl.col("due_on") + pl.duration(days=desk().promise_grace_days),
        recorded_by=_collector(),
        recorded_at=pl.lit(utc_naive(moment.at)),
    )
    transaction.append("promise", rows)
    return rows


def _save_complaints(
    transaction: Transaction, moment: Moment, found: Collected, days: int
) -> pl.DataFrame:
    """Complaints, and the holds that they begin (CO-11)."""
    came = found.complaints.sort("received_on", "case_id").with_columns(
        recorded_by=_collector(), recorded_at=pl.lit(utc_naive(moment.at))
    )
    first_id = transaction.next_id("complaint", "complaint_id")
    complaints = came.select(
        "case_id",
        "customer_id",
        "kind",
        "received_on",
        "recorded_by",
        "recorded_at",
        complaint_id=_numbers(first_id, came.height),
    )
    transaction.append("complaint", complaints)
    first_hold_id = transaction.next_id("collection_hold", "hold_id")
    holds = came.select(
        "case_id",
        "customer_id",
        "recorded_at",
        hold_id=_numbers(first_hold_id, came.height),
        kind=pl.lit(COMPLAINT),
        from_on="received_on",
        until_on=pl.col("received_on") + timedelta(days=days - 1),
        placed_by="recorded_by",
    )
    transaction.append("collection_hold", holds)
    return complaints


def _numbers(first: int, count: int) -> pl.Expr:
    return pl.int_range(first, first + count, dtype=pl.Int64)


def _collector() -> pl.Expr:
    return pl.format("{}_{}", pl.lit(COLLECTOR), pl.col("collector"))


def _digest(*frames: pl.DataFrame) -> str:
    """Commits to every row, so that none can change unseen."""
    told = "".join(frame.write_csv() for frame in frames)
    return hashlib.sha256(told.encode()).hexdigest()
