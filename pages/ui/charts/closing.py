"""Moves of loans between stages: for the worse above the line, for the better below it."""

from datetime import date, timedelta

import plotly.graph_objects as go
import polars as pl

from lending_core.dates import add_months, month_start
from lending_core.operations.day_reports import WORSE
from lending_core.servicing.buckets import bucket_codes
from pages.ui import format as shown
from pages.ui import theme
from pages.ui.text import sentence

# As many as stand side by side on a phone.
PERIODS_NAMED = 3


def stage_moves(
    frame: pl.DataFrame, period: str, window: tuple[date, date], language: str
) -> go.Figure:
    """One bar per `day` or `month` of the window: moves into later stages stacked upwards, each in
    the colour of the stage reached; moves back downwards, in the colour of the stage left.

    Needs period_on, direction, bucket, moves, principal_fen. A click gives
    `[period_on, direction, bucket]` as text.
    """
    # A stage stands once in the legend, by its moves for the worse where there are any.
    got_worse = set(frame.filter(pl.col("direction") == WORSE)["bucket"])
    bars = [
        _bar(rows, direction, bucket, period, language).update(
            showlegend=direction == WORSE or bucket not in got_worse
        )
        for (direction, bucket), rows in _groups(frame)
    ]
    drawn = theme.figure(
        *bars,
        y=sentence("axis.moves", language),
        barmode="relative",
        clickmode="event+select",
        legend={"traceorder": "normal"},
    )
    names = _period_names(window, period)
    drawn.update_xaxes(
        type="category",
        categoryarray=names,
        # Periods without a move keep their place, at the ends too.
        range=[-0.5, len(names) - 0.5],
        tickvals=names[:: max(1, len(names) // PERIODS_NAMED)],
        tickangle=0,
    )
    highest = _extent(frame)
    # Counts below the line are counts too: no minus sign.
    ticks = _ticks(highest)
    drawn.update_yaxes(tickvals=ticks, ticktext=[shown.count(abs(tick)) for tick in ticks])
    return drawn.add_hline(y=0, line={"color": theme.OUTLINE_COLOUR, "width": 1})


def _period_names(window: tuple[date, date], period: str) -> list[str]:
    """Every day or month of the window, as its bar is named."""
    names, (on, last) = [], window
    while on <= last:
        names.append(_name_of(on, period))
        on = add_months(month_start(on), 1) if period == "month" else on + timedelta(days=1)
    return names


def _name_of(on: date, period: str) -> str:
    return shown.month(on) if period == "month" else shown.day(on)


def _groups(frame: pl.DataFrame) -> list[tuple[tuple[str, str], pl.DataFrame]]:
    """Rows by direction and stage, the mildest stage nearest to the line."""
    present = set(frame.select("direction", "bucket").unique().rows())
    order = [
        (direction, bucket)
        for bucket in bucket_codes()
        for direction in sorted({each for each, _ in present}, reverse=True)
    ]
    return [
        ((direction, bucket), _rows(frame, direction, bucket))
        for direction, bucket in order
        if (direction, bucket) in present
    ]


def _rows(frame: pl.DataFrame, direction: str, bucket: str) -> pl.DataFrame:
    return frame.filter(pl.col("direction") == direction, pl.col("bucket") == bucket)


def _bar(rows: pl.DataFrame, direction: str, bucket: str, period: str, language: str) -> go.Bar:
    sign = 1 if direction == WORSE else -1
    what = sentence(f"operations.moves_{direction}", language, bucket=bucket)
    return go.Bar(
        name=bucket,
        legendgroup=bucket,
        x=[_name_of(on, period) for on in rows["period_on"]],
        y=(sign * rows["moves"]).to_list(),
        marker=theme.marker(theme.BUCKET_COLOURS[bucket]),
        customdata=[[shown.day(on), direction, bucket] for on in rows["period_on"]],
        text=[
            f"{shown.count(moves)} · {shown.money(fen)}"
            for moves, fen in rows.select("moves", "principal_fen").iter_rows()
        ],
        textposition="none",
        hovertemplate="%{x}<br>" + what + "<br>%{text}<extra></extra>",
    )


def _extent(frame: pl.DataFrame) -> int:
    heights = frame.group_by("period_on", "direction").agg(pl.col("moves").sum())["moves"]
    return int(heights.max() or 1)  # type: ignore[arg-type]


def _ticks(highest: int) -> list[int]:
    """A few whole numbers on both sides of zero."""
    step = next(
        size * 10**power
        for power in range(12)
        for size in (1, 2, 5)
        if size * 10**power * 4 >= highest
    )
    return list(range(-4 * step, 4 * step + 1, step))
