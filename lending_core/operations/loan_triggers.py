"""What staff know of a loan beyond its days past due, recorded and lifted again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput, InvalidState, NotFound
from lending_core.ledger.chain import utc_naive
from lending_core.operations import listing
from lending_core.operations.console import book
from lending_core.operations.listing import Asked, Listing, Order
from lending_core.operations.personal import about_people
from lending_core.operations.provision_reasons import check_reason
from lending_core.servicing.class_review import trigger_kinds
from lending_core.store.engine import Store
from lending_core.store.events import Moment, append_events

# What recorded facts may be sorted by.
TRIGGER_ORDERS = ("from_on", "loan_id")
NEWEST_TRIGGERS = Asked(Order("from_on"))


@dataclass(frozen=True)
class TriggerOrder:
    """A fact of a loan, and how it is known. Raises `InvalidInput` without a reason or for a kind
    that no rule knows."""

    loan_id: int
    kind: str
    reason: str

    def __post_init__(self) -> None:
        check_reason(self.reason)
        if self.kind not in trigger_kinds():
            raise InvalidInput("trigger_kind", kind=self.kind)


def record_trigger(store: Store, actor: Actor, order: TriggerOrder, *, at: datetime) -> int:
    """Records a fact of a loan from the open day on; returns its number.

    Raises `NotFound` for an unknown loan, `InvalidState` where the same fact holds already.
    """
    require(actor, Permission.PREPARE_PROVISIONS)
    with store.transaction() as transaction:
        open_on = book(transaction).open_on
        if transaction.read("loan_brief", loan_id=order.loan_id).is_empty():
            raise NotFound("loan_unknown", loan_id=order.loan_id)
        known = transaction.read("loan_trigger_in_force", month_end_on=open_on)
        if (order.loan_id, order.kind) in known.select("loan_id", "kind").rows():
            raise InvalidState("trigger_known", loan_id=order.loan_id)
        trigger_id = transaction.next_id("loan_trigger", "trigger_id")
        row = {
            "trigger_id": trigger_id,
            "loan_id": order.loan_id,
            "kind": order.kind,
            "from_on": open_on,
            "ends_trigger_id": None,
            "reason": order.reason.strip(),
            "recorded_by": actor.user_name,
            "recorded_at": utc_naive(at),
        }
        transaction.append("loan_trigger", pl.DataFrame([row]))
        facts = {"trigger_id": trigger_id, "kind": order.kind}
        moment = Moment(actor, open_on, at)
        append_events(
            transaction, moment, "loan_trigger_recorded", [("loan", order.loan_id, facts)]
        )
        return trigger_id


def lift_trigger(store: Store, actor: Actor, trigger_id: int, reason: str, *, at: datetime) -> None:
    """A fact holds no more from the open day on. Raises `NotFound` unless it does now."""
    require(actor, Permission.PREPARE_PROVISIONS)
    check_reason(reason)
    with store.transaction() as transaction:
        open_on = book(transaction).open_on
        known = transaction.read("loan_trigger_in_force", month_end_on=open_on)
        found = known.filter(pl.col("trigger_id") == trigger_id).rows(named=True)
        if not found:
            raise NotFound("trigger_unknown", trigger_id=trigger_id)
        row = {
            "trigger_id": transaction.next_id("loan_trigger", "trigger_id"),
            "loan_id": found[0]["loan_id"],
            "kind": found[0]["kind"],
            "from_on": open_on,
            "ends_trigger_id": trigger_id,
            "reason": reason.strip(),
            "recorded_by": actor.user_name,
            "recorded_at": utc_naive(at),
        }
        transaction.append("loan_trigger", pl.DataFrame([row]))
        facts = {"trigger_id": trigger_id, "kind": found[0]["kind"]}
        moment = Moment(actor, open_on, at)
        append_events(
            transaction, moment, "loan_trigger_lifted", [("loan", found[0]["loan_id"], facts)]
        )


def count_triggers(store: Store, actor: Actor) -> int:
    """How many facts hold on the open day."""
    require(actor, Permission.VIEW_BOOK)
    return listing.count(store, _TRIGGERS, _of_today(store))


def triggers(store: Store, actor: Actor, asked: Asked = NEWEST_TRIGGERS) -> pl.DataFrame:
    """One page of the facts that hold on the open day: trigger_id, loan_id, kind, from_on, reason
    (null for roles that may not see personal data), recorded_by, recorded_at."""
    require(actor, Permission.VIEW_BOOK)
    return listing.page(store, actor, _TRIGGERS, asked, _of_today(store))


def all_triggers(store: Store, actor: Actor, order: Order) -> Iterator[pl.DataFrame]:
    """All of them in frames, for a file: the columns of `triggers`."""
    require(actor, Permission.VIEW_BOOK)
    return listing.frames(store, actor, _TRIGGERS, order, _of_today(store))


def _of_today(store: Store) -> dict[str, date]:
    return {"month_end_on": book(store).open_on}


_TRIGGERS = Listing("loan_trigger_in_force", "trigger_id", TRIGGER_ORDERS, about_people)
