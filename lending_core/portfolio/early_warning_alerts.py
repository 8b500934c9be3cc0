"""The life of an alert: what a run of the rules, and what people, do to it.

One alert per rule and segment while it lasts. A run raises, follows and clears alerts; a person
takes, snoozes and resolves them. What was settled comes back when it gets worse, or when its snooze
is over. A cleared alert stays cleared: when its rule fires again, that is a new alert.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

import polars as pl

from lending_core.dates import month_end
from lending_core.portfolio.early_warning import SEVERITIES
from lending_core.portfolio.early_warning_rules import Measure, WarningRule

Severity = Literal["act", "watch", "near"]
Status = Literal["open", "snoozed", "resolved", "cleared"]
StepKind = Literal[
    "raised",
    "measured",
    "worsened",
    "eased",
    "owned",
    "snoozed",
    "woken",
    "resolved",
    "reopened",
    "cleared",
]
# What an alert is of: rule, kind of segment, segment.
Subject = tuple[str, str, str]
# Verdicts from which nothing can be told about the newest figures.
_SILENT = ("few", "young")
_STATUS_AFTER: dict[StepKind, Status] = {"woken": "open", "reopened": "open", "cleared": "cleared"}


@dataclass(frozen=True)
class Finding:
    """A rule that fires in a segment: how urgently, how strongly, and the figures that show it."""

    subject: Subject
    severity: Severity
    strength: float
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Standing:
    """How an alert stands after its newest step; `settled_`: when a person last put it aside."""

    alert_id: int
    subject: Subject
    status: Status
    severity: Severity
    strength: float
    facts: Mapping[str, Any] = field(default_factory=dict)
    settled_strength: float | None = None
    settled_severity: Severity | None = None
    owner: str | None = None
    until_on: date | None = None


@dataclass(frozen=True)
class Verdicts:
    """What a run found: what fires, and of what it can say that it does not (any more)."""

    findings: tuple[Finding, ...]
    quiet: frozenset[Subject]


def verdicts(
    found: pl.DataFrame,
    projected: pl.DataFrame,
    rules: Mapping[str, WarningRule],
    measures: Mapping[str, Measure],
) -> Verdicts:
    """The newest word of each rule on each segment.

    `found`: `early_warning.judged`. `projected`: the same with the newest values of a month that is
    not over as they are expected at its end; what only then fires is near, of measures that are
    read within the month. A month that is not over
    overrules the one before it, except where it has too few units, or a measure that gathers over
    the month has not gathered enough to fire: then the last whole month stands. A segment of which
    nothing was measured lately, or too little, is quiet.
    """
    ahead = {_subject(row): row for row in projected.iter_rows(named=True)}
    whole_on = newest_whole_on(found)
    findings, quiet = [], set()
    for subject, rows in _by_subject(found):
        measure = measures[rules[subject[0]].measure]
        telling = _telling(rows, measure, whole_on)
        near = _near(ahead.get(subject), rows) if measure.within_month else None
        if telling is not None and telling["verdict"] in SEVERITIES:
            findings.append(_finding(subject, telling, rows))
        elif near is not None:
            expected = _finding(subject, near, rows)
            facts = {**expected.facts, "now": rows[-1]["value"]}
            findings.append(replace(expected, severity="near", facts=facts))
        else:
            quiet.add(subject)
    return Verdicts(tuple(findings), frozenset(quiet))


def newest_whole_on(found: pl.DataFrame) -> date:
    """The newest month end of `judged`; the first day there is where there is none."""
    days = found["measured_on"].unique()
    whole = days.filter(days == days.dt.month_end())
    return whole.max() if len(whole) else date.min  # type: ignore[return-value]


def followed(standing: Standing, finding: Finding, on: date, worse_ratio: float) -> StepKind | None:
    """What a run does to an alert whose rule still fires; None where nothing is new."""
    is_worse = _rank(finding.severity) < _rank(standing.severity)
    if standing.status == "snoozed" and standing.until_on is not None and on > standing.until_on:
        return "woken"
    if standing.status in ("snoozed", "resolved"):
        if _is_beyond(standing, finding, worse_ratio):
            return "reopened"
    elif is_worse:
        return "worsened"
    elif finding.severity != standing.severity:
        return "eased"
    return "measured" if dict(finding.facts) != dict(standing.facts) else None


def status_after(standing: Standing, kind: StepKind) -> Status:
    """The status of an alert after a step of a run."""
    return _STATUS_AFTER.get(kind, standing.status)


def _is_beyond(standing: Standing, finding: Finding, worse_ratio: float) -> bool:
    """Whether it is worse than when it was settled: more severe, or so much stronger."""
    severity = standing.settled_severity or standing.severity
    strength = standing.strength if standing.settled_strength is None else standing.settled_strength
    is_severer = _rank(finding.severity) < _rank(severity)
    return is_severer or finding.strength > max(strength, 0.0) * worse_ratio


def _rank(severity: Severity) -> int:
    return SEVERITIES.index(severity)


def _telling(rows: list[dict[str, Any]], measure: Measure, whole_on: date) -> dict[str, Any] | None:
    """The row that has the newest word: of the month that is not over, or of the last month end
    `whole_on`; None where nothing was measured then, or too little to say."""
    newest = rows[-1]
    is_under_way = newest["measured_on"] > whole_on and measure.within_month
    is_enough = newest["verdict"] in SEVERITIES or not measure.accumulates
    if is_under_way and is_enough and newest["verdict"] not in _SILENT:
        return newest
    whole = next((row for row in rows if row["measured_on"] == whole_on), None)
    return None if whole is None or whole["verdict"] in _SILENT else whole


def _near(row: dict[str, Any] | None, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The expected month end, where it would fire and is yet to come."""
    if row is None or row["measured_on"] != rows[-1]["measured_on"] or _is_whole(row):
        return None
    return row if row["verdict"] in SEVERITIES else None


def _is_whole(row: dict[str, Any]) -> bool:
    return bool(row["measured_on"] == month_end(row["measured_on"]))


def _finding(subject: Subject, row: dict[str, Any], rows: list[dict[str, Any]]) -> Finding:
    facts = {name: row[name] for name in ("value", "units", "cases", "usual")}
    facts["limit"] = _limit(row)
    facts["measured_on"] = row["measured_on"].isoformat()
    facts["since_on"] = _since(row, rows).isoformat()
    return Finding(subject, row["verdict"], row["strength"], facts)


def _limit(row: dict[str, Any]) -> float:
    """The limit that the value is beyond."""
    name = "act" if row["verdict"] == "act" else "watch"
    high, low = row[f"high_{name}"], row[f"low_{name}"]
    is_low = high is None or (low is not None and row["value"] < row["usual"])
    return float(low if is_low else high)


def _since(row: dict[str, Any], rows: list[dict[str, Any]]) -> date:
    """The first month end of the unbroken row of months in which it fires."""
    since: date = row["measured_on"]
    for earlier in reversed([each for each in rows if each["measured_on"] < since]):
        if earlier["verdict"] not in SEVERITIES:
            break
        since = earlier["measured_on"]
    return since


def _by_subject(found: pl.DataFrame) -> Iterable[tuple[Subject, list[dict[str, Any]]]]:
    groups: dict[Subject, list[dict[str, Any]]] = {}
    for row in found.sort("measured_on").iter_rows(named=True):
        groups.setdefault(_subject(row), []).append(row)
    return groups.items()


def _subject(row: dict[str, Any]) -> Subject:
    return row["rule"], row["segment_kind"], row["segment"]
