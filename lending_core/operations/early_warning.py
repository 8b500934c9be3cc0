"""The run of the rules of early warning: at the close of a day, and whenever somebody asks.

A run measures the newest months anew, and those that no run has seen, keeps the readings, and takes
every alert a step on: raised, followed, cleared. Readings of months long past stay as they were
known.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from lending_core.access.permissions import SYSTEM, Actor, Permission, require
from lending_core.dates import month_start
from lending_core.ledger.chain import utc_naive
from lending_core.operations.console import Book, book
from lending_core.operations.warning_readings import Readings, first_to_read, read
from lending_core.portfolio.early_warning import judged
from lending_core.portfolio.early_warning_alerts import (
    Finding,
    Standing,
    StepKind,
    Subject,
    Verdicts,
    followed,
    status_after,
    verdicts,
)
from lending_core.portfolio.early_warning_rules import alert_terms, measures, warning_rules
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events

# Steps that a person should hear of.
COUNTED: tuple[StepKind, ...] = ("raised", "worsened", "cleared")
_WORSE: tuple[StepKind, ...] = ("worsened", "reopened")


@dataclass(frozen=True)
class RunCounts:
    """What a run came to: rules and segments that could be judged, alerts raised, made worse (or
    reopened) and cleared."""

    judged: int
    raised: int
    worsened: int
    cleared: int


def run_rules(store: Store, actor: Actor, *, at: datetime) -> RunCounts:
    """Runs all rules over the book as it stands now. Raises `NotAllowed`."""
    require(actor, Permission.MANAGE_ALERTS)
    with store.transaction() as transaction:
        current = book(transaction)
        return watch_book(transaction, Moment(actor, current.business_on, at))


def watch_book(transaction: Transaction, moment: Moment) -> RunCounts:
    """As `run_rules`, in the transaction of a close."""
    said = _said(transaction, book(transaction))
    steps = _Steps(transaction, Moment(SYSTEM, moment.business_on, moment.at))
    standing = standings(transaction)
    for finding in said.findings:
        _take_on(steps, standing.get(finding.subject), finding)
    for subject in said.quiet & standing.keys():
        steps.add(standing[subject], "cleared")
    steps.write()
    counts = RunCounts(
        judged=len(said.findings) + len(said.quiet),
        raised=steps.count("raised"),
        worsened=steps.count(*_WORSE),
        cleared=steps.count("cleared"),
    )
    _record(transaction, moment, counts)
    return counts


def standings(reader: Store | Transaction, alert_id: int | None = None) -> dict[Subject, Standing]:
    """Alerts that are not cleared, by what they are of; or one alert, however it stands."""
    rows = reader.read("alert_standing", with_cleared=alert_id is not None, alert_id=alert_id)
    return {each.subject: each for each in map(_standing, rows.iter_rows(named=True))}


@dataclass
class _Steps:
    """Steps of one run, gathered and written together."""

    transaction: Transaction
    moment: Moment
    alerts: list[dict[str, Any]] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)

    def raise_alert(self, finding: Finding) -> None:
        """A new alert with its first step."""
        rule, segment_kind, segment = finding.subject
        alert_id = self.transaction.next_id("alert", "alert_id") + len(self.alerts)
        row = {
            "alert_id": alert_id,
            "rule": rule,
            "measure": warning_rules()[rule].measure,
            "segment_kind": segment_kind,
            "segment": segment,
            "raised_on": self.moment.business_on,
        }
        self.alerts.append(row)
        start = Standing(alert_id, finding.subject, "open", finding.severity, finding.strength)
        self.add(replace(start, facts=finding.facts), "raised")

    def add(self, standing: Standing, kind: StepKind) -> None:
        """A step after which an alert stands as given, but for its status."""
        after = replace(standing, status=status_after(standing, kind))
        self.steps.append(step_row(after, kind, self.moment, None))

    def count(self, *kinds: StepKind) -> int:
        return sum(step["kind"] in kinds for step in self.steps)

    def write(self) -> None:
        self.transaction.append("alert", pl.DataFrame(self.alerts))
        append_steps(self.transaction, self.steps)


def step_row(
    standing: Standing, kind: StepKind, moment: Moment, reason: str | None
) -> dict[str, Any]:
    """A row of `alert_step`, without its position: how an alert stands after a step."""
    return {
        "alert_id": standing.alert_id,
        "kind": kind,
        "status": standing.status,
        "severity": standing.severity,
        "strength": standing.strength,
        "settled_strength": standing.settled_strength,
        "settled_severity": standing.settled_severity,
        "facts": json.dumps(dict(standing.facts), sort_keys=True),
        "owner": standing.owner,
        "until_on": standing.until_on,
        "reason": reason,
        "changed_by": moment.actor.user_name,
        "business_on": moment.business_on,
        "recorded_at": utc_naive(moment.at),
    }


def append_steps(transaction: Transaction, steps: list[dict[str, Any]]) -> None:
    """Adds steps in their order."""
    first = transaction.next_id("alert_step", "position")
    rows = [{"position": first + place, **step} for place, step in enumerate(steps)]
    transaction.append("alert_step", pl.DataFrame(rows, schema_overrides=_STEP_TYPES))


def _said(transaction: Transaction, current: Book) -> Verdicts:
    """Measures the newest months, keeps the readings, and lets every rule speak."""
    kept = transaction.read("warning_reading", **_EVERYTHING)
    from_on = _first_to_measure(current, kept["measured_on"].max())
    readings = read(transaction, current, from_on)
    _keep(transaction, readings, from_on)
    before = kept.filter(pl.col("measured_on") < from_on)
    rules = warning_rules()
    found = judged(pl.concat([before, readings.measured]), rules.values())
    ahead = judged(pl.concat([before, readings.expected]), rules.values())
    return verdicts(found, ahead, rules, measures())


def _first_to_measure(current: Book, newest_on: object) -> date:
    """The first day to measure anew: `first_to_read`, or what comes after the newest reading, so
    that days closed long without a run leave no gap."""
    if not isinstance(newest_on, date):
        return current.first_business_on
    return min(first_to_read(current), month_start(newest_on + timedelta(days=1)))


def _keep(transaction: Transaction, readings: Readings, from_on: date) -> None:
    for day in transaction.read("warning_reading_day", from_on=from_on)["measured_on"]:
        transaction.remove("warning_reading", "measured_on", day)
    transaction.append("warning_reading", readings.measured)


def _take_on(steps: _Steps, standing: Standing | None, finding: Finding) -> None:
    if standing is None:
        steps.raise_alert(finding)
        return
    ratio = alert_terms().reopen_strength_ratio
    kind = followed(standing, finding, steps.moment.business_on, ratio)
    if kind is None:
        return
    now = replace(
        standing, severity=finding.severity, strength=finding.strength, facts=finding.facts
    )
    if kind in ("woken", "reopened"):
        now = replace(now, until_on=None, settled_strength=None, settled_severity=None)
    steps.add(now, kind)


def _standing(row: Mapping[str, Any]) -> Standing:
    return Standing(
        alert_id=row["alert_id"],
        subject=(row["rule"], row["segment_kind"], row["segment"]),
        status=row["status"],
        severity=row["severity"],
        strength=row["strength"],
        facts=json.loads(row["facts"]),
        settled_strength=row["settled_strength"],
        settled_severity=row["settled_severity"],
        owner=row["owner"],
        until_on=row["until_on"],
    )


def _record(transaction: Transaction, moment: Moment, counts: RunCounts) -> None:
    row = {
        "run_id": transaction.next_id("warning_run", "run_id"),
        "business_on": moment.business_on,
        **vars(counts),
        "run_by": moment.actor.user_name,
        "recorded_at": utc_naive(moment.at),
    }
    transaction.append("warning_run", pl.DataFrame([row]))
    append_events(transaction, moment, "warnings_run", [("book", 1, vars(counts))])


_EVERYTHING = dict.fromkeys(("from_on", "measure", "segment_kind", "segment"))
_STEP_TYPES: dict[str, type[pl.DataType]] = {
    "settled_strength": pl.Float64,
    "settled_severity": pl.String,
    "owner": pl.String,
    "until_on": pl.Date,
    "reason": pl.String,
}
