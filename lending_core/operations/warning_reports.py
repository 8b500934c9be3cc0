"""What the screens of early warning read: alerts, their course, the loans behind, the rules."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.dates import add_months
from lending_core.errors import NotFound
from lending_core.operations import listing
from lending_core.operations.console import book
from lending_core.operations.listing import Asked, Listing, Order
from lending_core.operations.personal import about_people, masked_rows
from lending_core.portfolio.early_warning import JUDGED_SCHEMA, SEVERITIES, judged
from lending_core.portfolio.early_warning_alerts import Severity, Status, newest_whole_on
from lending_core.portfolio.early_warning_rules import alert_terms, measures, warning_rules
from lending_core.store.engine import Store

# What the loans behind an alert may be sorted by.
LOAN_ORDERS = ("principal_fen", "overdue_fen", "days_past_due", "loan_id")
_RUNS_MAX = 1
_FAMILIES = ("first_payment", "vintage")


@dataclass(frozen=True)
class Warned:
    """An alert as it stands: what it is of, how urgent, the figures of its evidence, who has it.

    `facts`: value, usual (None of a level), limit, units, cases, measured_on, since_on as dates;
    now, where it is only on its way.
    """

    alert_id: int
    rule: str
    measure: str
    segment_kind: str
    segment: str
    raised_on: date
    status: Status
    severity: Severity
    strength: float
    facts: Mapping[str, Any]
    owner: str | None
    until_on: date | None
    changed_on: date


@dataclass(frozen=True)
class Run:
    """When the rules last ran, by whom, up to which day, and how many verdicts they came to."""

    business_on: date
    run_by: str
    recorded_at: datetime
    judged: int


def alerts(store: Store, actor: Actor) -> list[Warned]:
    """Alerts that are not cleared, the most urgent and then the strongest beyond its limit first;
    those that a person has put aside or settled last."""
    require(actor, Permission.VIEW_BOOK)
    rows = store.read("alert_standing", with_cleared=False, alert_id=None)
    found = [_warned(row) for row in rows.iter_rows(named=True)]
    return sorted(
        found,
        key=lambda each: (
            each.status != "open",
            SEVERITIES.index(each.severity),
            -_times_beyond(each),
            each.alert_id,
        ),
    )


def alert(store: Store, actor: Actor, alert_id: int) -> Warned:
    """One alert, also one that is cleared. Raises `NotFound`."""
    require(actor, Permission.VIEW_BOOK)
    rows = store.read("alert_standing", with_cleared=True, alert_id=alert_id).rows(named=True)
    if not rows:
        raise NotFound("alert_unknown", alert_id=alert_id)
    return _warned(rows[0])


def cleared_alerts(store: Store, actor: Actor) -> list[Warned]:
    """Alerts that are over, the newest first."""
    require(actor, Permission.VIEW_BOOK)
    rows = store.read("alert_standing", with_cleared=True, alert_id=None)
    over = rows.filter(pl.col("status") == "cleared").sort("changed_on", "alert_id")
    return [_warned(row) for row in over.reverse().iter_rows(named=True)]


def alert_history(store: Store, actor: Actor, alert_id: int) -> pl.DataFrame:
    """Steps of an alert, newest first, without those that only brought new figures: kind, severity,
    owner, until_on, reason (null for roles that may not see personal data: an alert's story is
    one of loans), changed_by, business_on, recorded_at."""
    require(actor, Permission.VIEW_BOOK)
    steps = about_people(store, actor, store.read("alert_history", alert_id=alert_id))
    return steps.filter(pl.col("kind") != "measured").drop("facts", "position")


def newest_run(store: Store, actor: Actor) -> Run | None:
    """The last run of the rules; None before the first."""
    require(actor, Permission.VIEW_BOOK)
    rows = store.read("warning_runs", runs_max=_RUNS_MAX).rows(named=True)
    return Run(**{name: rows[0][name] for name in Run.__dataclass_fields__}) if rows else None


def course(store: Store, actor: Actor, rule: str, segment_kind: str, segment: str) -> pl.DataFrame:
    """A rule over one segment, month by month, oldest first: `early_warning.JUDGED_SCHEMA`. Raises
    `NotFound` for a rule that does not exist."""
    require(actor, Permission.VIEW_BOOK)
    known = warning_rules().get(rule)
    if known is None:
        raise NotFound("warning_rule_unknown", rule=rule)
    readings = store.read(
        "warning_reading",
        from_on=None,
        measure=known.measure,
        segment_kind=segment_kind,
        segment=segment,
    )
    return judged(readings, [known]).tail(alert_terms().chart_months)


def verdicts_by_month(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per rule and month of the last year: rule, measured_on, judged (segments of which it
    could say something), watch, act (segments in which it fired)."""
    require(actor, Permission.VIEW_BOOK)
    found = _judged(store)
    if found.is_empty():
        return pl.DataFrame(schema=_BY_MONTH)
    newest: date = found["measured_on"].max()  # type: ignore[assignment]
    recent = found.filter(pl.col("measured_on") > add_months(newest, -12))
    verdict = pl.col("verdict")
    return (
        recent.group_by("rule", "measured_on")
        .agg(
            judged=verdict.is_in(["quiet", "watch", "act"]).sum().cast(pl.Int64),
            watch=(verdict == "watch").sum().cast(pl.Int64),
            act=(verdict == "act").sum().cast(pl.Int64),
        )
        .sort("rule", "measured_on")
        .cast(pl.Schema(_BY_MONTH))
    )


def rules_now(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per rule, in the order of its file: rule, segments (that have readings at the last
    month end), judged, fired, few (too few loans or applications), young (too short a history)."""
    require(actor, Permission.VIEW_BOOK)
    found = _judged(store)
    last = found.filter(pl.col("measured_on") == newest_whole_on(found))
    verdict = pl.col("verdict")
    counts = last.group_by("rule").agg(
        segments=pl.len().cast(pl.Int64),
        judged=verdict.is_in(["quiet", "watch", "act"]).sum().cast(pl.Int64),
        fired=verdict.is_in(SEVERITIES).sum().cast(pl.Int64),
        few=(verdict == "few").sum().cast(pl.Int64),
        young=(verdict == "young").sum().cast(pl.Int64),
    )
    order = pl.DataFrame({"rule": list(warning_rules())})
    return order.join(counts, on="rule", how="left", maintain_order="left").fill_null(0)


def count_behind(store: Store, actor: Actor, alert_id: int) -> int:
    """How many loans make the figure of an alert; 0 of what is about applications. Raises
    `NotFound`."""
    return listing.count(store, _BEHIND, _of_alert(store, actor, alert_id))


def loans_behind(store: Store, actor: Actor, alert_id: int, asked: Asked) -> pl.DataFrame:
    """One page of the loans that make the figure of an alert what it is; names masked by role.
    Raises `NotFound`."""
    return listing.page(store, actor, _BEHIND, asked, _of_alert(store, actor, alert_id))


def all_loans_behind(
    store: Store, actor: Actor, alert_id: int, order: Order
) -> Iterator[pl.DataFrame]:
    """All of them in frames, for a file: the columns of `loans_behind`. Raises `NotFound`."""
    return listing.frames(store, actor, _BEHIND, order, _of_alert(store, actor, alert_id))


def is_stale(store: Store, actor: Actor) -> bool:
    """Whether the book has moved on since the rules last ran."""
    run = newest_run(store, actor)
    return run is None or run.business_on < book(store).business_on


def _of_alert(store: Store, actor: Actor, alert_id: int) -> dict[str, Any]:
    """The parameters of `warned_loan.sql`; the alert asks for the permission."""
    warned = alert(store, actor, alert_id)
    measure = measures()[warned.measure]
    family = next((each for each in _FAMILIES if warned.measure.startswith(each)), warned.measure)
    return {
        "measure": family,
        "segment_kind": warned.segment_kind,
        "segment": warned.segment,
        "measured_on": date.fromisoformat(warned.facts["measured_on"]),
        "days_past_due": measure.days_past_due or 0,
        "months_on_book": measure.months_on_book or 0,
    }


_BEHIND = Listing("warned_loan", "loan_id", LOAN_ORDERS, masked_rows)


def _judged(store: Store) -> pl.DataFrame:
    parameters = dict.fromkeys(("from_on", "measure", "segment_kind", "segment"))
    readings = store.read("warning_reading", **parameters)
    if readings.is_empty():
        return pl.DataFrame(schema=JUDGED_SCHEMA)
    return judged(readings, warning_rules().values())


def _warned(row: Mapping[str, Any]) -> Warned:
    facts = json.loads(row["facts"])
    return Warned(
        **{name: row[name] for name in Warned.__dataclass_fields__ if name != "facts"}, facts=facts
    )


def _times_beyond(warned: Warned) -> float:
    """How many times its first limit it is: comparable between rules of different units."""
    return warned.strength / warning_rules()[warned.rule].watch


_BY_MONTH = {
    "rule": pl.String,
    "measured_on": pl.Date,
    "judged": pl.Int64,
    "watch": pl.Int64,
    "act": pl.Int64,
}
