"""Early warning in words: what a rule asks, what a segment is called, what an alert has seen."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from lending_core.operations.warning_reports import Warned
from lending_core.portfolio.early_warning_rules import WHOLE, WarningRule, measures, warning_rules
from pages.ui import format as shown
from pages.ui import session
from pages.ui.book_parts import part_name
from pages.ui.text import t

_VALUES: dict[str, Callable[[float], str]] = {
    "percent": shown.percent,
    "rate": shown.rate,
    "index": shown.precise,
    "per_10000": lambda value: t("early_warning.per_10000", value=f"{value:,.1f}"),
}
_CHANGES: dict[str, Callable[[float], str]] = {
    "percent": shown.points,
    "rate": shown.rate_points,
    "index": shown.precise,
    "per_10000": lambda value: t("early_warning.per_10000", value=f"{value:+,.1f}"),
}


def rule_name(rule: str) -> str:
    """The name of a rule; of one that is gone from the file, its code."""
    return t(f"early_warning.rule.{rule}") if rule in warning_rules() else rule


def segment_name(segment_kind: str, segment: str) -> str:
    """The whole book, or the name of a part of it."""
    if segment_kind == WHOLE:
        return t("early_warning.whole")
    if segment_kind == "band":
        return t("early_warning.band", band=segment)
    return part_name(segment_kind, segment, session.language())


def value(measure: str, number: float | None) -> str:
    """A number of a measure with its unit."""
    return shown.DASH if number is None else _VALUES[measures()[measure].unit](number)


def evidence(warned: Warned) -> str:
    """What an alert has seen, in one line."""
    facts, rule = warned.facts, warning_rules().get(warned.rule)
    texts = {
        name: value(warned.measure, facts.get(name)) for name in ("value", "usual", "limit", "now")
    }
    units = t(
        f"early_warning.about_{measures()[warned.measure].about}", units=shown.count(facts["units"])
    )
    kind = "near" if warned.severity == "near" else _kind(rule)
    said = t(
        f"early_warning.evidence_{kind}", **texts, units=units, months=rule.months if rule else 0
    )
    return said + _since(facts)


def asks(rule: WarningRule) -> str:
    """What a rule asks, with its numbers."""
    show = (_CHANGES if rule.kind == "change" else _VALUES)[measures()[rule.measure].unit]
    if rule.kind == "control":
        return t(
            f"early_warning.asks_{rule.kind}_{rule.direction}",
            watch=shown_sigma(rule.watch),
            act=shown_sigma(rule.act),
            months=rule.months,
        )
    return t(
        f"early_warning.asks_{rule.kind}",
        watch=show(rule.watch),
        act=show(rule.act),
        months=rule.months,
    )


def shown_sigma(times: float) -> str:
    """A number of standard deviations, without needless digits."""
    return f"{times:g}"


def _kind(rule: WarningRule | None) -> str:
    return "level" if rule is None else rule.kind


def _since(facts: Mapping[str, Any]) -> str:
    """Since when, where it has lasted longer than the newest month."""
    since, measured = (date.fromisoformat(facts[name]) for name in ("since_on", "measured_on"))
    if measured - since < timedelta(days=1):
        return ""
    return t("early_warning.evidence_since", since=shown.month(since))
