"""Overlays on the modelled loss: proposed by one person, approved by another, ended by either."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.dates import add_months
from lending_core.errors import InvalidInput, InvalidState, NotAllowed, NotFound
from lending_core.ledger.chain import utc_naive
from lending_core.operations.console import book
from lending_core.operations.personal import of_the_house
from lending_core.operations.provision_reasons import check_reason
from lending_core.portfolio.provision_assumptions import overlay_rules
from lending_core.portfolio.provision_overlays import SCOPES, SHARE_DIGITS, Overlay, overlay_fen
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events

SUBJECT = "overlay"


@dataclass(frozen=True)
class OverlayOrder:
    """An overlay as proposed: `percent` of the modelled loss of loans and undrawn lines of the
    scope, or `amount_fen`; capped; for month ends up to `until_on`. `scope`: codes by column, none:
    the whole book.

    Raises `InvalidInput` without a reason, for both or neither of percent and amount, for a percent
    above the house's most or finer than `SHARE_DIGITS`, a cap that is not above nothing, or an
    unknown column.
    """

    cap_fen: int
    until_on: date
    reason: str
    percent: Decimal | None = None
    amount_fen: int | None = None
    scope: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_reason(self.reason)
        most = overlay_rules().percent_max
        if (self.percent is None) == (self.amount_fen is None):
            raise InvalidInput("overlay_size")
        if self.percent is not None:
            if not self.percent.is_finite() or not 0 < self.percent <= most:
                raise InvalidInput("overlay_percent", maximum=f"{most:.0%}")
            if round(self.percent, SHARE_DIGITS) != self.percent:
                raise InvalidInput("rate_digits", field="percent", digits=SHARE_DIGITS)
        if self.cap_fen <= 0 or (self.amount_fen is not None and self.amount_fen <= 0):
            raise InvalidInput("overlay_cap")
        if set(self.scope) - set(SCOPES):
            raise ValueError("an overlay's scope is made of known columns")


def propose_overlay(store: Store, actor: Actor, order: OverlayOrder, *, at: datetime) -> int:
    """Proposes an overlay from the newest closed day on; returns its number. Raises `InvalidInput`
    where it ends before it begins or lasts too long."""
    require(actor, Permission.PREPARE_PROVISIONS)
    with store.transaction() as transaction:
        current = book(transaction)
        latest_on = add_months(current.business_on, overlay_rules().months_max)
        if not current.business_on <= order.until_on <= latest_on:
            raise InvalidInput("overlay_until", from_on=current.business_on, to_on=latest_on)
        overlay_id = transaction.next_id("provision_overlay", "overlay_id")
        row = {
            "overlay_id": overlay_id,
            "scope": json.dumps({name: list(codes) for name, codes in order.scope.items()}),
            "percent": order.percent,
            "amount_fen": order.amount_fen,
            "cap_fen": order.cap_fen,
            "from_on": current.business_on,
            "until_on": order.until_on,
            "reason": order.reason.strip(),
            "proposed_by": actor.user_name,
            "recorded_at": utc_naive(at),
        }
        schema: dict[str, pl.DataType] = {"percent": pl.Decimal(9, 6), "amount_fen": pl.Int64()}
        transaction.append("provision_overlay", pl.DataFrame([row], schema_overrides=schema))
        kept = ("scope", "percent", "amount_fen", "cap_fen", "until_on")
        facts = {name: row[name] for name in kept}
        moment = Moment(actor, current.open_on, at)
        append_events(transaction, moment, "overlay_proposed", [(SUBJECT, overlay_id, facts)])
        return overlay_id


def approve_overlay(store: Store, actor: Actor, overlay_id: int, *, at: datetime) -> None:
    """A second person lets an overlay count. Raises `NotAllowed` for who proposed it, `NotFound`,
    `InvalidState` unless it waits."""
    require(actor, Permission.SIGN_OFF_PROVISIONS)
    with store.transaction() as transaction:
        moment = _second_person(transaction, actor, overlay_id, at)
        _step(transaction, moment, overlay_id, "approved", None)
        append_events(transaction, moment, "overlay_approved", [(SUBJECT, overlay_id, {})])


def refuse_overlay(
    store: Store, actor: Actor, overlay_id: int, reason: str, *, at: datetime
) -> None:
    """A second person refuses an overlay. Raises as `approve_overlay`, `InvalidInput` without a
    reason."""
    require(actor, Permission.SIGN_OFF_PROVISIONS)
    check_reason(reason)
    with store.transaction() as transaction:
        moment = _second_person(transaction, actor, overlay_id, at)
        _step(transaction, moment, overlay_id, "refused", reason)
        append_events(transaction, moment, "overlay_refused", [(SUBJECT, overlay_id, {})])


def may_end_overlays(actor: Actor) -> bool:
    """Whether the actor is one of the two kinds of people who stand behind an overlay."""
    return actor.may(Permission.PREPARE_PROVISIONS) or actor.may(Permission.SIGN_OFF_PROVISIONS)


def end_overlay(store: Store, actor: Actor, overlay_id: int, reason: str, *, at: datetime) -> None:
    """An approved overlay counts no more from the open day on; who may prepare provisions and who
    may sign them off may end it. Raises `NotFound`, `InvalidState` unless it counts, `InvalidInput`
    without a reason."""
    if not may_end_overlays(actor):
        require(actor, Permission.PREPARE_PROVISIONS)
    check_reason(reason)
    with store.transaction() as transaction:
        found = _overlay(transaction, overlay_id)
        if found["answer"] != "approved" or found["ended_on"] is not None:
            raise InvalidState("overlay_not_in_force", overlay_id=overlay_id)
        moment = Moment(actor, book(transaction).open_on, at)
        _step(transaction, moment, overlay_id, "ended", reason)
        append_events(transaction, moment, "overlay_ended", [(SUBJECT, overlay_id, {})])


def overlays(reader: Store | Transaction, month_end_on: date, losses: pl.DataFrame) -> pl.DataFrame:
    """Every overlay, newest first, with counts (in force at the month end), counted_fen (what it
    then adds to `losses`, which needs ecl_fen and the columns of scopes) and would_be_fen."""
    known = of_the_house(reader, None, reader.read("provision_overlay"))
    if known.is_empty():
        kinds = {"counts": pl.Boolean, "counted_fen": pl.Int64, "would_be_fen": pl.Int64}
        return known.with_columns(pl.lit(None, kind).alias(name) for name, kind in kinds.items())
    sizes = [overlay_fen(_read(row), losses) for row in known.iter_rows(named=True)]
    counts = (
        (pl.col("answer") == "approved")
        & (pl.col("from_on") <= month_end_on)
        & (pl.col("until_on") >= month_end_on)
        & (pl.col("ended_on").is_null() | (pl.col("ended_on") > month_end_on))
    )
    return known.with_columns(
        counts=counts, would_be_fen=pl.Series(sizes, dtype=pl.Int64)
    ).with_columns(counted_fen=pl.when("counts").then("would_be_fen").otherwise(0))


def _read(row: dict[str, Any]) -> Overlay:
    return Overlay(
        overlay_id=row["overlay_id"],
        cap_fen=row["cap_fen"],
        percent=row["percent"],
        amount_fen=row["amount_fen"],
        scope=json.loads(row["scope"]),
    )


def _overlay(transaction: Transaction, overlay_id: int) -> dict[str, Any]:
    known = transaction.read("provision_overlay")
    found = known.filter(pl.col("overlay_id") == overlay_id).rows(named=True)
    if not found:
        raise NotFound("overlay_unknown", overlay_id=overlay_id)
    return found[0]


def _second_person(transaction: Transaction, actor: Actor, overlay_id: int, at: datetime) -> Moment:
    found = _overlay(transaction, overlay_id)
    if found["answer"] != "proposed":
        raise InvalidState("overlay_answered", overlay_id=overlay_id)
    if found["proposed_by"] == actor.user_name:
        raise NotAllowed("provision_own_work")
    return Moment(actor, book(transaction).open_on, at)


def _step(
    transaction: Transaction, moment: Moment, overlay_id: int, step: str, reason: str | None
) -> None:
    row = {
        "overlay_id": overlay_id,
        "step": step,
        "stepped_on": moment.business_on,
        "reason": reason.strip() if reason else None,
        "stepped_by": moment.actor.user_name,
        "recorded_at": utc_naive(moment.at),
    }
    transaction.append(
        "provision_overlay_step", pl.DataFrame([row], schema_overrides={"reason": pl.String})
    )
