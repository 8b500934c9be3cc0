"""The parts every screen is made of: key figures in a row, a figure in a card, an empty state."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import plotly.graph_objects as go
import streamlit as st

# The mode bar covers small figures and none of its tools is needed; a click selects.
_CONFIG = {"displayModeBar": False, "responsive": True}
_DELTA_COLOURS: dict[str | None, Literal["normal", "inverse", "off"]] = {
    "good": "normal",
    "bad": "inverse",
    None: "off",
}


@dataclass(frozen=True)
class KeyFigure:
    """One number of the answer: its text, full value on hover, change, and recent values.

    `rising_is` says whether a rise is good; None draws the change in grey.
    """

    label: str
    value: str
    help: str | None = None
    change: str | None = None
    change_description: str | None = None
    rising_is: Literal["good", "bad"] | None = None
    trend: Sequence[float] | None = None


def key_figures(figures: Sequence[KeyFigure]) -> None:
    """A row of at most six figures; it wraps on a narrow screen."""
    with st.grid(len(figures), min_column_width=150, gap="small"):
        for key_figure in figures:
            _metric(key_figure)


def chart(figure: go.Figure, title: str, *, alt: str, key: str, note: str | None = None) -> None:
    """A figure in a card under its question; `alt` is its message in words, for screen readers."""
    with st.container(border=True):
        _heading(title, note)
        st.plotly_chart(figure, key=key, config=_CONFIG, alt=alt)


def selectable_chart(
    figure: go.Figure, title: str, *, alt: str, key: str, note: str | None = None
) -> list[Any]:
    """As `chart`; returns the `customdata` of the marks clicked, empty when none is."""
    with st.container(border=True):
        _heading(title, note)
        state = st.plotly_chart(
            figure, key=key, config=_CONFIG, alt=alt, on_select="rerun", selection_mode="points"
        )
    return [point["customdata"] for point in state["selection"]["points"]]


def empty(message: str) -> None:
    """What to show, and what to do next, where there is nothing to show."""
    st.info(message, icon=":material/inbox:")


def _heading(title: str, note: str | None) -> None:
    st.markdown(f"**{title}**", help=note)


def _metric(shown: KeyFigure) -> None:
    st.metric(
        shown.label,
        shown.value,
        shown.change,
        delta_color=_DELTA_COLOURS[shown.rising_is],
        delta_description=shown.change_description,
        help=shown.help,
        border=True,
        height="stretch",
        chart_data=shown.trend,
    )
