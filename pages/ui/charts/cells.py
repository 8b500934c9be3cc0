"""A map of coloured cells that can be clicked: a bar per cell, for a heat map tells of no click."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from pages.ui import theme

_GAP = 0.06


@dataclass(frozen=True)
class Row:
    """One row of the map: its name, and per column a colour, the text in the cell (empty: none),
    the text on hover, and what a click gives."""

    name: str
    colours: Sequence[str]
    texts: Sequence[str]
    hovers: Sequence[str]
    clicks: Sequence[Any]


def cells(columns: Sequence[str], rows: Sequence[Row], *, height: int) -> go.Figure:
    """The rows from the top down, the columns from left to right."""
    bars = [_bars(columns, row, place) for place, row in enumerate(rows)]
    drawn = theme.figure(
        *bars,
        height=height,
        barmode="overlay",
        bargap=_GAP,
        showlegend=False,
        clickmode="event+select",
    )
    drawn.update_xaxes(type="category", showgrid=False)
    return drawn.update_yaxes(
        range=[len(rows), 0],
        tickvals=[place + 0.5 for place in range(len(rows))],
        ticktext=[row.name for row in rows],
        showgrid=False,
        zeroline=False,
    )


def _bars(columns: Sequence[str], row: Row, place: int) -> go.Bar:
    return go.Bar(
        name=row.name,
        x=list(columns),
        y=[1 - _GAP] * len(columns),
        base=[place + _GAP / 2] * len(columns),
        marker={"color": list(row.colours), "line": {"width": 0}},
        text=list(row.texts),
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        textfont={"color": theme.INK},
        # What is not clicked stays legible beside what is. A click on a text needs both fonts.
        selected={"textfont": {"color": theme.INK}},
        unselected={"marker": {"opacity": 0.65}, "textfont": {"color": theme.INK}},
        hovertext=list(row.hovers),
        hovertemplate="%{hovertext}<extra></extra>",
        customdata=list(row.clicks),
    )
