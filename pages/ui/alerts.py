"""What needs a person: each alert in words with its evidence, and the way to its screen."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import streamlit as st

from lending_core.portfolio.attention import Alert, Severity
from lending_core.portfolio.delinquency import STAGES_30_PLUS
from pages.ui import format as shown
from pages.ui import links
from pages.ui.panels import heading
from pages.ui.text import funder_name, headline, t

_BADGES: dict[Severity, tuple[str, Any]] = {
    "act": (":material/priority_high:", "red"),
    "watch": (":material/visibility:", "orange"),
}
# Widths of urgency, evidence, way; stacked on a phone.
_ROW = (3, 19, 5)
# How a fact is shown, by the end of its name; other facts stand as they are.
_SHOWN: dict[str, Callable[[Any], str]] = {
    "_fen": headline,
    "_share": shown.rate,
    "_points": shown.rate_points,
    "_on": shown.day,
    "funder_code": funder_name,
    "loans": shown.count,
    "applications": shown.count,
}


class Way(NamedTuple):
    """Where an alert is looked into: a page, and what is set on it."""

    page: str
    query: dict[str, str | list[str]]


def show(alerts: Sequence[Alert]) -> None:
    """The alerts in a card, the most urgent first; a quiet line when there is none."""
    with st.container(border=True, key="today_attention", gap="small"):
        heading(t("today.attention_title"), t("today.attention_note"))
        if not alerts:
            st.markdown(t("today.attention_none"))
        for alert in alerts:
            _row(alert)


def evidence(alert: Alert) -> str:
    """The alert's evidence in one line."""
    return t(f"today.evidence_{alert.measure}", **_texts(alert.facts))


def way(alert: Alert) -> Way:
    """The screen on which the alert is looked into, with its filter set."""
    return _WAYS[alert.measure](alert.facts)


def _row(alert: Alert) -> None:
    icon, colour = _BADGES[alert.severity]
    page, query = way(alert)
    urgency, what, where = st.columns(_ROW, vertical_alignment="center", gap="small")
    with urgency:
        st.badge(t(f"today.severity_{alert.severity}"), icon=icon, color=colour)
    with what:
        st.markdown(f"**{t(f'today.alert_{alert.measure}')}** · {evidence(alert)}")
    with where:
        st.page_link(
            page,
            label=t(f"today.way_{alert.measure}"),
            icon=":material/arrow_forward:",
            icon_position="right",
            query_params=query,
        )


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
    "rate_30_rising": lambda _: Way(links.OVERDUE_PAGE, {"bucket": list(STAGES_30_PLUS)}),
    "roll_rising": lambda _: Way(links.OVERDUE_PAGE, {"bucket": "M1"}),
    "entered_90": lambda facts: Way(links.OVERDUE_PAGE, {"bucket": facts["buckets"]}),
    "funder_full": lambda facts: Way(links.OVERDUE_PAGE, {"funder": facts["funder_code"]}),
    "policy_waiting": lambda facts: _version(facts["newest"]),
    "policy_reverted": lambda facts: _version(facts["failed_version"]),
    "policy_alarm": lambda facts: _version(facts["policy_version"]),
}
