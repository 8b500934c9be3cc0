"""Which version of the limit policy decides when: one bar per span of days."""

from collections.abc import Sequence
from datetime import date, timedelta

import plotly.graph_objects as go

from lending_core.dates import add_months
from lending_core.policy.life_cycle import Span
from pages.ui import format as shown
from pages.ui import theme
from pages.ui.text import sentence

# Pixels of a bar, and of axis and legend around them.
_HEIGHT_OF_VERSION, _HEIGHT_AROUND = 34, 90
_AHEAD_MONTHS = 2
_DAY_MS = 86_400_000
_PAST, _NOW, _PLANNED = "past", "now", "planned"
_COLOURS = {
    _PAST: theme.OUTLINE_COLOUR,
    _NOW: theme.POLICY_COLOURS["today"],
    _PLANNED: theme.POLICY_COLOURS["draft"],
}


def timeline(spans: Sequence[Span], open_on: date, language: str) -> go.Figure:
    """Spans of days by version, what is in force and what is planned in colours of their own; an
    open end reaches `_AHEAD_MONTHS` past the open day or the last change."""
    last_on = add_months(max([open_on, *(span.from_on for span in spans)]), _AHEAD_MONTHS)
    versions = {
        sentence("policy_versions.version", language, version=each.policy_version) for each in spans
    }
    drawn = theme.figure(
        x=sentence("policy_versions.day", language),
        height=_HEIGHT_AROUND + _HEIGHT_OF_VERSION * len(versions),
        barmode="overlay",
    )
    for when in _COLOURS:
        bars = [span for span in spans if _when(span, open_on) == when]
        if bars:
            drawn.add_trace(_bars(bars, when, last_on, language))
    drawn.add_vline(x=open_on.isoformat(), line={"color": theme.OUTLINE_COLOUR, "dash": "dot"})
    # Days in figures: the names of months that plotly knows are English.
    drawn.update_xaxes(type="date", tickformat="%Y-%m-%d", nticks=4)
    return drawn.update_yaxes(autorange="reversed", type="category")


def _when(span: Span, open_on: date) -> str:
    if span.from_on > open_on:
        return _PLANNED
    return _PAST if span.until_on is not None and span.until_on < open_on else _NOW


def _bars(spans: Sequence[Span], when: str, last_on: date, language: str) -> go.Bar:
    ends = [span.until_on or last_on for span in spans]
    lengths = [
        (end - span.from_on + timedelta(days=1)).days * _DAY_MS
        for end, span in zip(ends, spans, strict=True)
    ]
    named = [
        sentence("policy_versions.version", language, version=each.policy_version) for each in spans
    ]
    days = [
        sentence(
            "policy_versions.span",
            language,
            first=shown.day(span.from_on),
            last=shown.day(span.until_on),
        )
        for span in spans
    ]
    return go.Bar(
        orientation="h",
        base=[span.from_on.isoformat() for span in spans],
        x=lengths,
        y=named,
        name=sentence(f"policy_versions.span_{when}", language),
        marker=theme.marker(_COLOURS[when]),
        hovertext=days,
        hovertemplate="%{y}<br>%{hovertext}<extra></extra>",
    )
