"""What people do with an alert: take it or hand it on, put it aside for a time, settle it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from lending_core.access.permissions import GRANTS, Actor, Permission, Role, require
from lending_core.errors import InvalidInput, InvalidState, NotFound
from lending_core.operations.console import book
from lending_core.operations.early_warning import append_steps, standings, step_row
from lending_core.portfolio.early_warning_alerts import Standing, StepKind
from lending_core.portfolio.early_warning_rules import alert_terms
from lending_core.store.engine import Store
from lending_core.store.events import Moment, append_events

REASON_LENGTH_MAX = 500


@dataclass(frozen=True)
class Settling:
    """Why an alert is put aside: the alert and a reason in a person's words."""

    alert_id: int
    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip() or len(self.reason) > REASON_LENGTH_MAX:
            raise InvalidInput("alert_reason", maximum=REASON_LENGTH_MAX)


def owners() -> list[str]:
    """Accounts that alerts can be given to: one per role that may manage them."""
    roles = [role for role in GRANTS if Permission.MANAGE_ALERTS in GRANTS[role]]
    return [role.value for role in roles if role is not Role.SYSTEM]


def own_alert(store: Store, actor: Actor, alert_id: int, owner: str, *, at: datetime) -> None:
    """Makes somebody the owner of an alert. Raises `NotAllowed`, `NotFound`, `InvalidInput` for an
    account that may not manage alerts, `InvalidState` for an alert that is cleared."""
    require(actor, Permission.MANAGE_ALERTS)
    if owner not in owners():
        raise InvalidInput("alert_owner", owner=owner)

    def owned(standing: Standing) -> Standing:
        return replace(standing, owner=owner)

    _step(store, Moment(actor, date.min, at), alert_id, ("owned", None), owned)


def snooze_alert(
    store: Store, actor: Actor, settling: Settling, until_on: date, *, at: datetime
) -> None:
    """Puts an alert aside until after a day; it comes back earlier when it gets worse. Raises as
    `own_alert`, and `InvalidInput` for a day that is past or too far away."""
    require(actor, Permission.MANAGE_ALERTS)
    today = book(store).open_on
    days_max = alert_terms().snooze_days_max
    if not today <= until_on <= today + timedelta(days=days_max):
        raise InvalidInput("alert_snooze_until", on=today, days=days_max)

    def snoozed(standing: Standing) -> Standing:
        return replace(_settled(standing), status="snoozed", until_on=until_on)

    moment = Moment(actor, date.min, at)
    _step(store, moment, settling.alert_id, ("snoozed", settling.reason), snoozed)


def resolve_alert(store: Store, actor: Actor, settling: Settling, *, at: datetime) -> None:
    """Calls an alert settled; it comes back when it gets worse. Raises as `own_alert`."""

    def resolved(standing: Standing) -> Standing:
        return replace(_settled(standing), status="resolved", until_on=None)

    moment = Moment(actor, date.min, at)
    _step(store, moment, settling.alert_id, ("resolved", settling.reason), resolved)


def reopen_alert(store: Store, actor: Actor, alert_id: int, *, at: datetime) -> None:
    """Takes an alert up again that was put aside or called settled. Raises as `own_alert`."""

    def opened(standing: Standing) -> Standing:
        if standing.status == "open":
            raise InvalidState("alert_open", alert_id=alert_id)
        again = replace(standing, status="open", until_on=None)
        return replace(again, settled_strength=None, settled_severity=None)

    _step(store, Moment(actor, date.min, at), alert_id, ("reopened", None), opened)


def _settled(standing: Standing) -> Standing:
    return replace(standing, settled_strength=standing.strength, settled_severity=standing.severity)


def _step(
    store: Store,
    moment: Moment,
    alert_id: int,
    what: tuple[StepKind, str | None],
    change: Callable[[Standing], Standing],
) -> None:
    require(moment.actor, Permission.MANAGE_ALERTS)
    kind, reason = what
    with store.transaction() as transaction:
        found = list(standings(transaction, alert_id).values())
        if not found:
            raise NotFound("alert_unknown", alert_id=alert_id)
        if found[0].status == "cleared":
            raise InvalidState("alert_cleared", alert_id=alert_id)
        after = change(found[0])
        now = replace(moment, business_on=book(transaction).open_on)
        append_steps(transaction, [step_row(after, kind, now, reason)])
        facts = {"step": kind, "rule": after.subject[0], "segment": after.subject[2]}
        append_events(transaction, now, "alert_changed", [("alert", alert_id, facts)])
