"""Paths into the months ahead: what was, in grey; then two policies, each with its band."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import plotly.graph_objects as go
import polars as pl

from pages.ui import format as shown
from pages.ui import theme
from pages.ui.charts.series import money_unit
from pages.ui.format import MoneyUnit
from pages.ui.text import sentence

Kind = Literal["count", "share", "fen"]
SIDE_COLOURS = {
    "one": theme.POLICY_COLOURS["today"],
    "other": theme.POLICY_COLOURS["draft"],
}
# The same colours, light enough that two bands and both lines stay legible on one another.
_BANDS = {"one": "rgba(31,78,121,0.20)", "other": "rgba(192,96,20,0.20)"}
_HEIGHT = 250
_NAME_LENGTH_MAX = 22
_TICKS: dict[Kind, str] = {"share": ".1%", "count": ",", "fen": ","}


@dataclass(frozen=True)
class Frame:
    """What stands around the paths: the name of each side, the last day that will be drawn, and the
    language."""

    names: Mapping[str, str]
    last_on: date
    language: str


def paths(past: pl.DataFrame, ahead: pl.DataFrame, kind: Kind, frame: Frame) -> go.Figure:
    """One line per side over its band, growing to the right up to the last day.

    `past`: month_end_on and value, oldest first, shown in grey; its last point is where both sides
    begin. `ahead`: side, month_end_on, value, low, high (`portfolio.paths.paths` of one measure).
    """
    unit = money_unit(_heights(past, ahead), frame.language)
    drawn = theme.figure(y=unit.name if kind == "fen" else "", height=_HEIGHT)
    if past.height > 1:
        name = sentence("fast_forward.past", frame.language)
        drawn.add_trace(_line(past, _shown(kind, unit), name))
    for side, rows in _sides(past, ahead).items():
        drawn.add_trace(_band(rows, side, kind, unit))
        name = _short(frame.names[side])
        drawn.add_trace(_line(rows, _shown(kind, unit), name, SIDE_COLOURS[side]))
    first_on = past["month_end_on"].min() or frame.last_on
    drawn.update_xaxes(tickformat="%Y-%m", nticks=5, range=[first_on, frame.last_on])
    return drawn.update_yaxes(tickformat=_TICKS[kind], zeroline=True)


def _short(name: str) -> str:
    """As much of a name as stands in a legend beside others."""
    return name if len(name) <= _NAME_LENGTH_MAX else f"{name[: _NAME_LENGTH_MAX - 1]}…"


Shown = tuple[Callable[[float], float], Callable[[float], str]]


def _shown(kind: Kind, unit: MoneyUnit) -> Shown:
    """How a value stands on the axis, and how it reads."""
    if kind == "fen":
        return lambda fen: fen / unit.fen, lambda fen: shown.money(round(fen))
    if kind == "count":
        return float, lambda count: shown.count(round(count))
    return float, shown.percent


def _heights(past: pl.DataFrame, ahead: pl.DataFrame) -> pl.Series:
    values = [past["value"], ahead["low"], ahead["high"]]
    return pl.concat([each.cast(pl.Float64) for each in values]).fill_null(0)


def _sides(past: pl.DataFrame, ahead: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    """The rows of each side, from the last point of the past on."""
    fork = past.tail(1).select(
        "month_end_on", *(pl.col("value").cast(pl.Float64).alias(name) for name in _HEIGHTS)
    )
    return {
        side: pl.concat([fork, rows.select(fork.columns)])
        for side in SIDE_COLOURS
        if not (rows := ahead.filter(pl.col("side") == side)).is_empty()
    }


_HEIGHTS = ("value", "low", "high")


def _line(
    rows: pl.DataFrame, kind: Shown, name: str, colour: str = theme.OUTLINE_COLOUR
) -> go.Scatter:
    on_axis, read = kind
    values = rows["value"].to_list()
    return go.Scatter(
        name=name,
        x=rows["month_end_on"].to_list(),
        y=[None if value is None else on_axis(value) for value in values],
        # Outlined points keep the darker colour in sight on a dark page.
        mode="lines+markers",
        line={"color": colour, "width": 2.5},
        marker=theme.marker(colour) | {"size": 6},
        text=[shown.DASH if value is None else read(value) for value in values],
        hovertemplate="%{x|%Y-%m}<br>%{text}<extra>%{fullData.name}</extra>",
    )


def _band(rows: pl.DataFrame, side: str, kind: Kind, unit: MoneyUnit) -> go.Scatter:
    """From the lowest to the highest future: out along the top, back along the bottom."""
    on_axis, _ = _shown(kind, unit)
    days, known = rows["month_end_on"].to_list(), rows.select("low", "high").fill_null(0.0)
    top, bottom = known["high"].to_list(), known["low"].to_list()
    edge: list[Any] = [on_axis(value) for value in (*top, *reversed(bottom))]
    return go.Scatter(
        x=[*days, *reversed(days)],
        y=edge,
        fill="toself",
        fillcolor=_BANDS[side],
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
        showlegend=False,
    )
