"""One application and its loan: the funnel, points per feature, the schedule of payments."""

import itertools

import plotly.graph_objects as go
import polars as pl

from pages.ui import format as shown
from pages.ui import theme
from pages.ui.charts.series import in_unit, money_axis, money_unit
from pages.ui.text import reference_name, sentence


def funnel(frame: pl.DataFrame, language: str) -> go.Figure:
    """How many applications reach each stage, the first on top.

    Needs `stage` (named `stage.<code>`) and `applications`, in the order of the journey. Text in a
    bar: the number and its share of the stage before. A click gives the stage.
    """
    counts = frame["applications"].to_list()
    shares = [
        None,
        *(_share(count, before) for before, count in itertools.pairwise(counts)),
    ]
    texts = [
        shown.count(count) if share is None else f"{shown.count(count)} · {shown.percent(share)}"
        for count, share in zip(counts, shares, strict=True)
    ]
    bars = go.Funnel(
        y=[sentence(f"stage.{stage}", language) for stage in frame["stage"]],
        x=counts,
        text=texts,
        textinfo="text",
        marker={"color": theme.PLAIN_COLOUR},
        connector={"fillcolor": theme.OUTLINE_COLOUR, "visible": False},
        customdata=frame["stage"].to_list(),
        hovertemplate="%{y}<br>%{text}<extra></extra>",
    )
    return theme.figure(bars, height=theme.HEIGHT, clickmode="event+select")


def points_waterfall(frame: pl.DataFrame, language: str) -> go.Figure:
    """From zero to the score, a step per feature; the order of the frame is the order drawn.

    Needs `feature` (a code of the register), `points`, `value` as text. The last bar is the sum.
    """
    score = int(frame["points"].sum())
    names = [reference_name("feature", feature, language) for feature in frame["feature"]]
    steps = go.Waterfall(
        orientation="h",
        y=[*names, sentence("axis.score", language)],
        x=[*frame["points"].to_list(), score],
        measure=["relative"] * frame.height + ["total"],
        text=[*(f"{points:+d}" for points in frame["points"]), str(score)],
        textposition="outside",
        customdata=[*frame["value"].to_list(), ""],
        hovertemplate="%{y}<br>%{customdata}<br>%{text}<extra></extra>",
        increasing={"marker": {"color": theme.PERFORMANCE_COLOURS["good"]}},
        decreasing={"marker": {"color": theme.PERFORMANCE_COLOURS["bad"]}},
        totals={"marker": {"color": theme.OUTLINE_COLOUR}},
        connector={"line": {"color": theme.OUTLINE_COLOUR, "width": 0.5}},
        cliponaxis=False,
    )
    height = max(theme.HEIGHT, 34 * (frame.height + 2))
    drawn = theme.figure(steps, x=sentence("axis.points", language), height=height)
    # The number after the longest bar stands in the margin.
    drawn.update_layout(margin={"r": 44})
    return drawn.update_yaxes(autorange="reversed")


def schedule(frame: pl.DataFrame, language: str) -> go.Figure:
    """Principal and interest of each instalment, stacked; one bar per instalment.

    Needs `number`, `due_on`, `principal_fen`, `interest_fen`.
    """
    unit = money_unit(frame["principal_fen"] + frame["interest_fen"], language)
    parts = (("principal_fen", theme.PLAIN_COLOUR), ("interest_fen", theme.INTEREST_COLOUR))
    bars = [
        go.Bar(
            name=sentence(f"column.{column}", language),
            x=frame["number"].to_list(),
            y=in_unit(frame[column], unit),
            marker=theme.marker(colour),
            customdata=[shown.day(on) for on in frame["due_on"]],
            text=[shown.money(fen) for fen in frame[column]],
            textposition="none",
            hovertemplate="%{customdata}<br>%{text}<extra>%{fullData.name}</extra>",
        )
        for column, colour in parts
    ]
    return theme.figure(
        *bars,
        x=sentence("axis.instalment", language),
        y=money_axis("axis.payment", unit, language),
        height=theme.HEIGHT_SMALL,
        barmode="stack",
    )


def _share(count: int, before: int) -> float | None:
    return count / before if before else None
