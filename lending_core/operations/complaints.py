"""Complaints of customers, whether or not something of theirs is late."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import NotFound
from lending_core.operations.console import book
from lending_core.operations.holds import COMPLAINT, Complaint, Hold, save_complaint, save_hold
from lending_core.operations.keys import Request, known_subject, remember
from lending_core.operations.personal import masked
from lending_core.portfolio.collection_rules import complaint_kinds, hold_days
from lending_core.store.engine import Store
from lending_core.store.events import Moment


@dataclass(frozen=True)
class CustomerComplaint:
    """What a customer complains about, one of `complaint_kinds`, and in whose words."""

    customer_id: int
    kind: str
    note: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in complaint_kinds():
            raise ValueError(f"no complaint is of the kind {self.kind!r}")


def complain(
    store: Store, actor: Actor, complaint: CustomerComplaint, *, key: str, at: datetime
) -> int:
    """Keeps a complaint received on the open day, of the customer's open case where there is one,
    and places the hold that it asks for (CO-11), so that a case that opens meanwhile is not worked
    either; returns the complaint's number. The same `key` again answers the same.

    Raises `NotFound`.
    """
    require(actor, Permission.COLLECT)
    facts = {"customer_id": complaint.customer_id, "kind": complaint.kind}
    asked = Request(key, "customer_complaint", facts)
    with store.transaction() as transaction:
        known = known_subject(transaction, asked)
        if known is not None:
            return known
        customer_id = complaint.customer_id
        if transaction.read("customer_page", customer_id=customer_id).is_empty():
            raise NotFound("customer_unknown", customer_id=customer_id)
        cases = transaction.read("open_case", case_id=None, customer_id=customer_id)
        case_id = None if cases.is_empty() else int(cases["case_id"][0])
        about = {"customer_id": customer_id, "agency_code": None}
        moment = Moment(actor, book(transaction).open_on, at)
        said = Complaint(case_id, complaint.kind, complaint.note)
        complaint_id = save_complaint(transaction, moment, said, about)
        hold = Hold(case_id, COMPLAINT, hold_days()[COMPLAINT], complaint.note)
        save_hold(transaction, moment, hold, customer_id)
        remember(transaction, asked, complaint_id)
        return complaint_id


def complaints_of(store: Store, actor: Actor, customer_id: int) -> pl.DataFrame:
    """One row per complaint of a customer, newest first: complaint_id, received_on, kind,
    agency_code (whom it is about; null: the house), case_id (null: nothing was late), note (null
    for roles that may not see personal data), recorded_by."""
    require(actor, Permission.VIEW_COLLECTIONS)
    return masked(store, actor, store.read("complaint_list", customer_id=customer_id))
