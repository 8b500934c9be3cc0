"""The life of an alert: what raises it, what follows it, what brings it back."""

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from lending_core.portfolio.early_warning import JUDGED_SCHEMA
from lending_core.portfolio.early_warning_alerts import (
    Finding,
    Severity,
    Standing,
    Verdicts,
    followed,
    status_after,
    verdicts,
)
from lending_core.portfolio.early_warning_rules import Measure, WarningRule

SUBJECT = ("high", "all", "all")
FINDING = Finding(SUBJECT, "watch", 2.0, {"value": 0.6})
STANDING = Standing(1, SUBJECT, "open", "watch", 2.0, {"value": 0.6})
RULE = WarningRule("high", "m", "level", "up", 0.5, 0.75, ("all",), units_min=1)
STOCK = Measure("m", "rate", "loans", within_month=True, accumulates=False)
GATHERS = replace(STOCK, accumulates=True)
ON = date(2026, 10, 15)
SEPTEMBER, AUGUST = date(2026, 9, 30), date(2026, 8, 31)


def row(on: date, verdict: str, value: float = 0.6) -> dict[str, Any]:
    return {
        **dict.fromkeys(JUDGED_SCHEMA),
        "rule": "high",
        "measure": "m",
        "segment_kind": "all",
        "segment": "all",
        "measured_on": on,
        "value": value,
        "units": 9,
        "strength": value,
        "high_watch": 0.5,
        "high_act": 0.75,
        "verdict": verdict,
    }


def said(
    *rows: dict[str, Any], measure: Measure = STOCK, ahead: dict[str, Any] | None = None
) -> Verdicts:
    found = pl.DataFrame(rows, schema=JUDGED_SCHEMA)
    projected = pl.DataFrame([ahead] if ahead else [], schema=JUDGED_SCHEMA)
    return verdicts(found, projected, {"high": RULE}, {"m": measure})


def test_the_last_month_end_says_whether_a_rule_fires() -> None:
    (finding,) = said(row(AUGUST, "quiet"), row(SEPTEMBER, "act")).findings

    assert (finding.subject, finding.severity) == (SUBJECT, "act")
    assert finding.facts["limit"] == 0.75


def test_an_alert_says_since_when_its_rule_has_fired_without_a_break() -> None:
    rows = row(date(2026, 7, 31), "quiet"), row(AUGUST, "act"), row(SEPTEMBER, "watch")

    (finding,) = said(*rows).findings

    assert (finding.facts["since_on"], finding.facts["measured_on"]) == ("2026-08-31", "2026-09-30")


def test_days_of_a_month_that_is_not_over_overrule_the_month_before() -> None:
    assert said(row(SEPTEMBER, "act"), row(ON, "quiet")).quiet == {SUBJECT}
    assert said(row(SEPTEMBER, "quiet"), row(ON, "act")).findings[0].severity == "act"


def test_a_measure_that_gathers_cannot_end_an_alarm_before_the_month_is_over() -> None:
    found = said(row(SEPTEMBER, "act"), row(ON, "quiet"), measure=GATHERS)

    assert found.findings[0].facts["measured_on"] == "2026-09-30"


def test_too_few_units_so_far_leave_the_month_before_standing() -> None:
    assert said(row(SEPTEMBER, "watch"), row(ON, "few")).findings[0].severity == "watch"


def test_what_will_fire_at_the_month_end_is_near() -> None:
    ahead = row(ON, "watch", value=0.55)

    (finding,) = said(row(SEPTEMBER, "quiet"), row(ON, "quiet", value=0.4), ahead=ahead).findings

    assert (finding.severity, finding.facts["value"]) == ("near", 0.55)
    assert finding.facts["now"] == 0.4


def test_what_is_not_read_before_the_month_is_over_is_never_near() -> None:
    ripe = replace(STOCK, within_month=False)
    ahead = row(ON, "act", value=0.9)

    found = said(row(SEPTEMBER, "quiet"), ahead, measure=ripe, ahead=ahead)

    assert (found.findings, found.quiet) == ((), {SUBJECT})


def test_a_segment_of_which_nothing_is_measured_any_more_is_quiet() -> None:
    other = {**row(SEPTEMBER, "quiet"), "segment": "other"}

    found = said(row(AUGUST, "act"), other)

    assert SUBJECT in found.quiet


@pytest.mark.parametrize(
    ("severity", "kind"), [("act", "worsened"), ("near", "eased"), ("watch", None)]
)
def test_an_open_alert_follows_its_rule(severity: Severity, kind: str | None) -> None:
    assert followed(STANDING, replace(FINDING, severity=severity), ON, 1.25) == kind


def test_new_figures_are_noted() -> None:
    finding = replace(FINDING, facts={"value": 0.61})

    assert followed(STANDING, finding, ON, 1.25) == "measured"
    assert status_after(STANDING, "measured") == "open"


def test_a_snooze_ends_after_its_last_day() -> None:
    snoozed = replace(STANDING, status="snoozed", until_on=ON)

    assert followed(snoozed, FINDING, ON, 1.25) is None
    assert followed(snoozed, FINDING, date(2026, 10, 16), 1.25) == "woken"
    assert status_after(snoozed, "woken") == "open"


@pytest.mark.parametrize("status", ["snoozed", "resolved"])
def test_what_was_settled_comes_back_when_it_gets_worse(status: Any) -> None:
    settled = replace(
        STANDING, status=status, until_on=ON, settled_severity="watch", settled_strength=2.0
    )

    assert followed(settled, replace(FINDING, strength=2.5), ON, 1.25) is None
    assert followed(settled, replace(FINDING, strength=2.51), ON, 1.25) == "reopened"
    assert followed(settled, replace(FINDING, severity="act"), ON, 1.25) == "reopened"
    assert status_after(settled, "reopened") == "open"
