"""The parts every screen is made of: key figures in a row, a figure in a card, an empty state."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import plotly.graph_objects as go
import streamlit as st

from pages.ui.text import t, unmarked

# The mode bar covers small figures and none of its tools is needed; a click selects.
_CONFIG = {"displayModeBar": False, "responsive": True}
# Six figures fit beside the menu on a laptop, two on a phone.
_FIGURE_WIDTH_MIN = 130

Meaning = Literal["good", "bad"]
Direction = Literal["better", "worse", "same", "neutral"]
_DELTA_COLOURS: dict[Direction, Literal["green", "red", "gray"]] = {
    "better": "green",
    "worse": "red",
    "same": "gray",
    "neutral": "gray",
}


@dataclass(frozen=True)
class KeyFigure:
    """One number of the answer: its text, full value on hover, signed change, and recent values.

    `rising_is` says whether a rise is good: the change then shows as better or worse, in colour and
    in a word; without it the change is grey.
    """

    label: str
    value: str
    help: str | None = None
    change: str | None = None
    rising_is: Meaning | None = None
    trend: Sequence[float] | None = None


def key_figures(figures: Sequence[KeyFigure], note: str | None = None) -> None:
    """A row of at most six figures, wrapped on a narrow screen; `note`: what changes compare."""
    with st.grid(len(figures), min_column_width=_FIGURE_WIDTH_MIN, gap="xsmall"):
        for key_figure in figures:
            _metric(key_figure)
    if note is not None:
        st.caption(note)


def direction(key_figure: KeyFigure) -> Direction:
    """Whether the change is for the better; `same`: there is none, `neutral`: nobody can say."""
    change = key_figure.change or ""
    if not re.search("[1-9]", change):
        return "same"
    if key_figure.rising_is is None:
        return "neutral"
    is_rise = not change.startswith("-")
    return "better" if is_rise == (key_figure.rising_is == "good") else "worse"


def chart(figure: go.Figure, title: str, *, alt: str, key: str, note: str | None = None) -> None:
    """A figure in a card under its question; `alt` is its message in words, for screen readers."""
    with st.container(border=True):
        heading(title, note)
        st.plotly_chart(figure, key=key, config=_CONFIG, alt=unmarked(alt))


def selectable_chart(
    figure: go.Figure, title: str, *, alt: str, key: str, note: str | None = None
) -> list[Any]:
    """As `chart`; returns the `customdata` of the marks clicked, empty when none is."""
    with st.container(border=True):
        heading(title, note)
        return selectable_figure(figure, alt=alt, key=key)


def selectable_figure(figure: go.Figure, *, alt: str, key: str) -> list[Any]:
    """As `selectable_chart`, without a card of its own."""
    state = st.plotly_chart(
        figure,
        key=key,
        config=_CONFIG,
        alt=unmarked(alt),
        on_select="rerun",
        selection_mode="points",
    )
    return [point["customdata"] for point in state["selection"]["points"]]


def clickable_figure(
    figure: go.Figure, *, alt: str, key: str, on_click: Callable[[], None]
) -> None:
    """A figure without a card; `on_click` runs before the page does, and finds the marks clicked
    under the key, none where a mark was left."""
    st.plotly_chart(
        figure,
        key=key,
        config=_CONFIG,
        alt=unmarked(alt),
        on_select=on_click,
        selection_mode="points",
    )


def empty(message: str) -> None:
    """What to show, and what to do next, where there is nothing to show."""
    st.info(message, icon=":material/inbox:")


def heading(title: str, note: str | None = None) -> None:
    """The question a card answers; `note`, on hover, explains its numbers."""
    st.markdown(f"**{title}**", help=note)


def _metric(shown: KeyFigure) -> None:
    turn = direction(shown)
    st.metric(
        shown.label,
        shown.value,
        shown.change,
        delta_color=_DELTA_COLOURS[turn],
        delta_arrow="off" if turn == "same" else "auto",
        delta_description=t(f"change.{turn}") if shown.change and turn != "neutral" else None,
        help=shown.help,
        border=True,
        height="stretch",
        chart_data=shown.trend,
    )
