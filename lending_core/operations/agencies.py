"""Cases handed to outside agencies, and called back: only to whom the register allows."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidState, NotFound
from lending_core.ledger.chain import utc_naive
from lending_core.operations.collection_cases import check_lock, known_case
from lending_core.operations.console import book
from lending_core.operations.contacts import OWN_NUMBER, tallies
from lending_core.operations.keys import Request, known_subject, remember
from lending_core.operations.promises import promise_states
from lending_core.portfolio.collection_rules import agencies, conduct, desk
from lending_core.portfolio.conduct import local_time
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events

RECALL_REASONS = ("complaint", "agreement", "no_result", "conduct", "customer_request")


@dataclass(frozen=True)
class HandOver:
    """A case for an agency of the register (`collection_rules.agencies`)."""

    case_id: int
    agency_code: str


@dataclass(frozen=True)
class Recall:
    """A case called back from its agency, for one of `RECALL_REASONS`."""

    case_id: int
    reason: str

    def __post_init__(self) -> None:
        if self.reason not in RECALL_REASONS:
            raise ValueError(f"no case is called back because of {self.reason!r}")


def hand_over(store: Store, actor: Actor, order: HandOver, *, key: str, at: datetime) -> int:
    """Hands a case to an agency for `desk().agency_days`; returns the placement's number. Until it
    comes back nobody of the house contacts the customer. The same `key` again answers the same.

    Raises `NotFound`; `InvalidState` for an agency that is not on the published list (CO-08) or has
    violent collection on its record (CO-09), for a case that ended, is another's, is out already,
    is on hold, has an open promise or is not late enough.
    """
    require(actor, Permission.MANAGE_COLLECTIONS)
    asked = Request(key, "hand_over", vars(order))
    with store.transaction() as transaction:
        known = known_subject(transaction, asked)
        if known is not None:
            return known
        moment = Moment(actor, book(transaction).open_on, at)
        case = known_case(transaction, order.case_id)
        _check_agency(order.agency_code)
        check_lock(transaction, actor, order.case_id, at)
        owed = _check_case(transaction, moment, case)
        placement_id = _place(transaction, moment, order, {**case, **owed})
        remember(transaction, asked, placement_id)
        return placement_id


def recall(store: Store, actor: Actor, order: Recall, *, at: datetime) -> None:
    """Calls a case back on the open day. Raises `InvalidState` where no agency has it."""
    require(actor, Permission.MANAGE_COLLECTIONS)
    with store.transaction() as transaction:
        moment = Moment(actor, book(transaction).open_on, at)
        out = transaction.read("placement_out", on=moment.business_on)
        placed = out.filter(case_id=order.case_id)
        if placed.is_empty():
            raise InvalidState("case_not_out", case_id=order.case_id)
        row = {
            "placement_id": placed["placement_id"][0],
            "recalled_on": moment.business_on,
            "reason": order.reason,
            "recalled_by": actor.user_name,
            "recorded_at": utc_naive(at),
        }
        transaction.append("agency_recall", pl.DataFrame([row]))
        facts = {"agency_code": placed["agency_code"][0], "reason": order.reason}
        append_events(transaction, moment, "case_recalled", [("case", order.case_id, facts)])


def last_day_out(placed_on: date) -> date:
    """The last day on which an agency has a case: of `desk().agency_days`, the day on which it was
    handed over is the first."""
    return placed_on + timedelta(days=desk().agency_days - 1)


def agency_figures(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per agency of the register: agency_code, name_en, name_zh, is_published,
    has_violent_record, may_collect (CO-08, CO-09), commission_share; cases_out, placed (ever),
    placed_fen (what was late then), recovered_fen (what came in while it had them), complaints in
    the month of the newest closed day, contacts that it reported of it and findings against them,
    is_red (`desk().agency_complaints_red`, CO-12)."""
    require(actor, Permission.VIEW_COLLECTIONS)
    current = book(store)
    found = store.read(
        "agency_figures", open_on=current.open_on, month_start_on=current.business_on.replace(day=1)
    )
    register = pl.DataFrame([vars(agency) for agency in agencies().values()])
    money = ("placed_fen", "recovered_fen")
    counts = ("cases_out", "placed", *money, "complaints", "contacts", "findings")
    return (
        register.join(found, on="agency_code", how="left", maintain_order="left")
        .with_columns(pl.col(*counts).fill_null(0))
        .with_columns(
            may_collect=pl.col("is_published") & ~pl.col("has_violent_record"),
            is_red=pl.col("complaints") >= desk().agency_complaints_red,
        )
    )


def _check_agency(code: str) -> None:
    if code not in agencies():
        raise NotFound("agency_unknown", agency=code)
    agency = agencies()[code]
    if not agency.is_published:
        raise InvalidState("agency_not_published", agency=agency.names)
    if agency.has_violent_record:
        raise InvalidState("agency_violent", agency=agency.names)


def _check_case(reader: Transaction, moment: Moment, case: dict[str, Any]) -> dict[str, Any]:
    """What the customer owes, once nothing speaks against handing the case over."""
    local_on = local_time(moment.at, conduct()).date()
    tally = tallies(reader, local_on, case["case_id"], OWN_NUMBER).row(0, named=True)
    if tally["agency_code"] is not None:
        raise InvalidState("case_out_already", case_id=case["case_id"])
    if tally["hold_kind"] is not None:
        raise InvalidState("case_on_hold", case_id=case["case_id"])
    if not promise_states(reader, case["customer_id"]).filter(promise_state="open").is_empty():
        raise InvalidState("promise_still_open", case_id=case["case_id"])
    owed = reader.read("customer_owes", customer_id=case["customer_id"]).rows(named=True)
    least = desk().agency_days_past_due_from
    if not owed or (owed[0]["days_past_due"] < least and not owed[0]["is_charged_off"]):
        raise InvalidState("case_too_early", days=least)
    return owed[0]


def _place(transaction: Transaction, moment: Moment, order: HandOver, case: dict[str, Any]) -> int:
    placement_id = transaction.next_id("agency_placement", "placement_id")
    row = {
        **vars(order),
        "placement_id": placement_id,
        "customer_id": case["customer_id"],
        "placed_on": moment.business_on,
        "due_back_on": last_day_out(moment.business_on),
        "overdue_fen": case["overdue_fen"],
        "placed_by": moment.actor.user_name,
        "recorded_at": utc_naive(moment.at),
    }
    transaction.append("agency_placement", pl.DataFrame([row]))
    facts = {name: row[name] for name in ("agency_code", "due_back_on", "overdue_fen")}
    append_events(transaction, moment, "case_handed_over", [("case", order.case_id, facts)])
    return placement_id
