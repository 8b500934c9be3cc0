"""Early warning drawn: where rules fired, month by month, and a measure between its limits."""

from collections.abc import Callable

import plotly.graph_objects as go
import polars as pl

from pages.ui import format as shown
from pages.ui import theme
from pages.ui.charts.cells import Row, cells
from pages.ui.text import sentence

VERDICT_COLOURS = {
    "quiet": theme.DRIFT_COLOURS["stable"],
    "watch": theme.DRIFT_COLOURS["watch"],
    "act": theme.DRIFT_COLOURS["act"],
    "few": theme.DRIFT_COLOURS["chance"],
    "young": theme.DRIFT_COLOURS["chance"],
}
_ROW_HEIGHT, _FRAME_HEIGHT = 26, 70
# As high as the map beside it.
_COURSE_HEIGHT = 400
_TICKS = {"percent": ".0%", "rate": ".1%", "index": ".2f", "per_10000": ",.0f"}
_LIMITS = {"watch": ("dot", "#E9A23B"), "act": ("dash", "#B23A48")}


def fired_by_month(frame: pl.DataFrame, names: dict[str, str], language: str) -> go.Figure:
    """A map: a row per rule of `names` (code to name), a column per month, in the cell the number
    of segments in which it fired, coloured by the worst.

    Needs rule, measured_on, judged, watch, act. A click gives `[rule, month]`.
    """
    months = [shown.period(on) for on in frame["measured_on"].unique().sort()]
    found = {
        (rule, shown.period(on)): (judged, watch, act)
        for rule, on, judged, watch, act in frame.select(
            "rule", "measured_on", "judged", "watch", "act"
        ).rows()
    }
    rows = []
    for rule, name in names.items():
        counts = [found.get((rule, month), (0, 0, 0)) for month in months]
        hovers = [
            sentence("early_warning.cell", language, judged=judged, watch=watch, act=act)
            for judged, watch, act in counts
        ]
        rows.append(
            Row(
                name=name,
                colours=[VERDICT_COLOURS[_worst(*each)] for each in counts],
                texts=[str(watch + act) if watch + act else "" for _, watch, act in counts],
                hovers=[
                    f"{name} · {month}<br>{hover}"
                    for month, hover in zip(months, hovers, strict=True)
                ],
                clicks=[[rule, month] for month in months],
            )
        )
    return cells(months, rows, height=_FRAME_HEIGHT + _ROW_HEIGHT * len(rows))


def course(
    frame: pl.DataFrame, unit: str, value_text: Callable[[float | None], str], language: str
) -> go.Figure:
    """A line of the measure with what is usual and both limits, each month a mark coloured by its
    verdict. Needs `early_warning.JUDGED_SCHEMA` of one rule and segment; `unit`: of `Measure`;
    `value_text` writes a value. A click gives the day."""
    days = frame["measured_on"].to_list()
    drawn = theme.figure(height=_COURSE_HEIGHT, showlegend=True, clickmode="event+select")
    for limit, (dash, colour) in _LIMITS.items():
        for side in ("high", "low"):
            values = frame[f"{side}_{limit}"]
            if values.null_count() < len(values):
                drawn.add_trace(
                    _edge(
                        days,
                        values,
                        (dash, colour),
                        sentence(f"early_warning.limit_{limit}", language),
                    )
                )
    if frame["usual"].null_count() < frame.height:
        drawn.add_trace(
            _edge(
                days,
                frame["usual"],
                ("solid", theme.OUTLINE_COLOUR),
                sentence("early_warning.usual", language),
            )
        )
    drawn.add_trace(
        go.Scatter(
            name=sentence("early_warning.measured", language),
            x=days,
            y=frame["value"].to_list(),
            mode="lines+markers",
            line={"color": theme.PLAIN_COLOUR, "width": 2},
            marker={
                "size": 10,
                "color": [VERDICT_COLOURS[verdict] for verdict in frame["verdict"]],
                "line": {"color": theme.PLAIN_COLOUR, "width": 1.5},
            },
            customdata=[shown.day(on) for on in days],
            text=[
                f"{value_text(number)}<br>{sentence(f'early_warning.verdict.{verdict}', language)}"
                for number, verdict in frame.select("value", "verdict").rows()
            ],
            hovertemplate="%{x|%Y-%m-%d}<br>%{text}<extra></extra>",
        )
    )
    drawn.update_xaxes(tickformat="%Y-%m", nticks=8)
    return drawn.update_yaxes(rangemode="tozero", tickformat=_TICKS[unit])


def _edge(days: list, values: pl.Series, look: tuple[str, str], name: str) -> go.Scatter:
    dash, colour = look
    return go.Scatter(
        name=name,
        legendgroup=name,
        showlegend=not str(values.name).startswith("low"),
        x=days,
        y=values.to_list(),
        mode="lines",
        line={"color": colour, "dash": dash, "width": 1.2},
        hoverinfo="skip",
    )


def _worst(judged: int, watch: int, act: int) -> str:
    if act:
        return "act"
    if watch:
        return "watch"
    return "quiet" if judged else "few"
