"""The compliance register: how the rules of each chapter stand, and how that went over the runs."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
import polars as pl

from pages.ui import format as shown
from pages.ui import theme
from pages.ui.text import sentence

# What holds, what a person let go or answers for, what nobody could look at, what does not hold.
COLOURS = {
    "broken": "#B23A48",
    "due": "#E9A23B",
    "waived": "#F2C879",
    "unchecked": "#8A97A6",
    "holds": "#2A9D8F",
}
_ROW_HEIGHT, _HEIGHT_MIN = 26, 160


def height_of(chapters: int) -> int:
    """Pixels of both charts, which stand side by side."""
    return max(_HEIGHT_MIN, _ROW_HEIGHT * chapters + 80)


def by_chapter(
    counts: Mapping[tuple[str, str], int], chapters: Sequence[str], language: str
) -> go.Figure:
    """One bar per chapter, a part per standing of `COLOURS`: how many rules. A click gives the
    chapter."""
    names = [sentence(f"compliance.chapter.{chapter}", language) for chapter in chapters]
    drawn = theme.figure(
        x=sentence("compliance.axis_rules", language),
        height=height_of(len(chapters)),
        barmode="stack",
        clickmode="event+select",
    )
    for standing, colour in COLOURS.items():
        values = [counts.get((chapter, standing), 0) for chapter in chapters]
        drawn.add_trace(
            go.Bar(
                orientation="h",
                name=sentence(f"compliance.part_{standing}", language),
                y=names,
                x=values,
                marker=theme.marker(colour),
                customdata=list(chapters),
                text=[shown.count(value) if value else "" for value in values],
                textangle=0,
                insidetextanchor="middle",
                hovertemplate="%{y}<br>%{x}<extra>%{fullData.name}</extra>",
            )
        )
    return drawn.update_yaxes(autorange="reversed", type="category")


def broken_by_run(runs: pl.DataFrame, language: str, *, height: int) -> go.Figure:
    """One point per day with a run: rules that something broke, as the last run of it found. Needs
    business_on, run_id, broken, findings."""
    newest = runs.sort("run_id").unique("business_on", keep="last").sort("business_on")
    hovers = [
        sentence(
            "compliance.runs_hover",
            language,
            broken=shown.count(broken),
            findings=shown.count(findings),
        )
        for broken, findings in newest.select("broken", "findings").iter_rows()
    ]
    line = go.Scatter(
        x=[shown.day(on) for on in newest["business_on"]],
        y=newest["broken"].to_list(),
        mode="lines+markers",
        line={"color": COLOURS["broken"]},
        hovertext=hovers,
        hovertemplate="%{x}<br>%{hovertext}<extra></extra>",
    )
    drawn = theme.figure(line, y=sentence("compliance.axis_broken", language), height=height)
    drawn.update_xaxes(type="category", nticks=6)
    return drawn.update_yaxes(rangemode="tozero", tickformat=",d")
