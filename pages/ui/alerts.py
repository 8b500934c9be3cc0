"""What needs a person, the first thing on the first screen: where the book leaves its usual range,
then work that waits, each in words with its evidence and the way to its screen."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import streamlit as st

from lending_core.operations.warning_reports import Warned
from lending_core.portfolio.attention import Alert
from lending_core.portfolio.early_warning import SEVERITIES
from lending_core.portfolio.early_warning_rules import WHOLE
from pages.ui import format as shown
from pages.ui import links, warning_words
from pages.ui.panels import heading
from pages.ui.text import t

BADGES: dict[str, tuple[str, Any]] = {
    "act": (":material/priority_high:", "red"),
    "watch": (":material/visibility:", "orange"),
    "near": (":material/trending_up:", "blue"),
}
# Rules named on the first screen; the rest is one click away.
RULES_MAX = 4
# Widths of urgency, evidence, way; stacked on a phone.
_WIDTHS = (3, 19, 5)
# How a fact is shown, by the end of its name; other facts stand as they are.
_SHOWN: dict[str, Callable[[Any], str]] = {"_on": shown.day, "applications": shown.count}


class Way(NamedTuple):
    """Where something is looked into: a page, and what is set on it."""

    page: str
    query: dict[str, str | list[str]]


class _Row(NamedTuple):
    """One line: how urgent, what, and where to."""

    severity: str
    words: str
    way: Way
    label: str


class Told(NamedTuple):
    """The alerts of one rule told as one: the one to look at first, and how many more."""

    first: Warned
    more: int


def show(warned: Sequence[Warned], waiting: Sequence[Alert], *, is_stale: bool) -> None:
    """Open alerts rule by rule and work that waits, the most urgent first; a quiet line when there
    is neither."""
    told = by_rule(warned)
    rows = [*map(_warning, told[:RULES_MAX]), *map(_work, waiting)]
    with st.container(border=True, key="today_attention", gap="small"):
        heading(t("today.attention_title"), t("today.attention_note"))
        if not rows:
            st.markdown(t("today.attention_none"))
        for row in sorted(rows, key=lambda each: SEVERITIES.index(each.severity)):
            _show(row)
        _rest(told, is_stale=is_stale)


def by_rule(warned: Sequence[Warned]) -> list[Told]:
    """The open alerts told rule by rule, the most urgent rule first: of each, its most urgent
    alert, that of the whole book before those of its parts."""
    groups: dict[str, list[Warned]] = {}
    for each in warned:
        if each.status == "open":
            groups.setdefault(each.rule, []).append(each)
    return [_told(group) for group in groups.values()]


def evidence(alert: Alert) -> str:
    """The evidence of waiting work in one line."""
    return t(f"today.evidence_{alert.measure}", **_texts(alert.facts))


def way(alert: Alert) -> Way:
    """The screen on which waiting work is done, with its filter set."""
    return _WAYS[alert.measure](alert.facts)


def warning_way(warned: Warned) -> Way:
    """The screen of early warning, at this alert."""
    return Way(links.WARNING_PAGE, {"alert": str(warned.alert_id)})


def badge(severity: str) -> None:
    """How urgent, in colour, sign and word."""
    icon, colour = BADGES[severity]
    st.badge(t(f"early_warning.severity_{severity}"), icon=icon, color=colour)


def _told(group: list[Warned]) -> Told:
    urgent = [each for each in group if each.severity == group[0].severity]
    whole = [each for each in urgent if each.segment_kind == WHOLE]
    return Told((whole or urgent)[0], len(group) - 1)


def _warning(told: Told) -> _Row:
    first = told.first
    segment = warning_words.segment_name(first.segment_kind, first.segment)
    words = f"**{warning_words.rule_name(first.rule)}** · {segment} · "
    more = t("today.more_segments", more=told.more) if told.more else ""
    said = words + warning_words.evidence(first) + more
    return _Row(first.severity, said, warning_way(first), t("today.way_warning"))


def _work(alert: Alert) -> _Row:
    words = f"**{t(f'today.alert_{alert.measure}')}** · {evidence(alert)}"
    return _Row(alert.severity, words, way(alert), t(f"today.way_{alert.measure}"))


def _rest(told: Sequence[Told], *, is_stale: bool) -> None:
    """The way to all alerts, and whether they are of today."""
    alerts = sum(each.more + 1 for each in told)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            links.WARNING_PAGE,
            label=t("today.all_alerts", alerts=shown.count(alerts)),
            icon=":material/notifications_active:",
        )
        if is_stale:
            st.caption(t("today.stale"))


def _show(row: _Row) -> None:
    urgency, what, where = st.columns(_WIDTHS, vertical_alignment="center", gap="small")
    with urgency:
        badge(row.severity)
    with what:
        st.markdown(row.words)
    with where:
        links.way(row.way.page, row.label, icon_position="right", query=row.way.query)


def _texts(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _text(name, value) for name, value in facts.items()}


def _text(name: str, value: Any) -> Any:
    for ending, text in _SHOWN.items():
        if name.endswith(ending):
            return text(value)
    return value


def _version(policy_version: int) -> Way:
    return Way(links.POLICY_VERSIONS_PAGE, {"policy_version": str(policy_version)})


_WAYS: dict[str, Callable[[Mapping[str, Any]], Way]] = {
    "reviews_waiting": lambda _: Way(links.APPLICATIONS_PAGE, {"outcome": "review"}),
    "policy_waiting": lambda facts: _version(facts["newest"]),
    "policy_reverted": lambda facts: _version(facts["failed_version"]),
    "policy_alarm": lambda facts: _version(facts["policy_version"]),
}
