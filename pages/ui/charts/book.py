"""The lent book: how much is late month by month, how lateness flows, one loan's history."""

from typing import Any, Literal

import plotly.graph_objects as go
import polars as pl

from lending_core.portfolio.delinquency import CHARGED_OFF_BUCKET
from lending_core.servicing.buckets import bucket_codes
from pages.ui import format as shown
from pages.ui import theme
from pages.ui.charts.series import in_unit, money_axis, money_unit
from pages.ui.text import reference_name, sentence

Measure = Literal["money", "share", "whole"]
MEASURES: tuple[Measure, ...] = ("money", "share", "whole")
ON_TIME = "C"
# As many as stay legible on a phone; a stage is compared with its mean of the whole year.
FLOW_MONTHS = 6
MEAN_MONTHS = 12
# A loan that was never late shows flat bars, not an axis of fractions of a day.
MONTH_DAYS = 30
LABEL_ROOM = 1.15
# A stage's rate half above or below its own mean takes the full colour of worse or better.
FULL_COLOUR_DEVIATION = 0.5
_ROOM_COLOUR = "rgba(138,151,166,0.25)"
# Light in both themes, so that one dark ink is legible on every field.
_FLOW_INK = "#14202B"
_FLOW_COLOURS = [
    [0.0, "#8FD0C7"],
    [0.5, "#E9EDF0"],
    [1.0, "#F0A0A8"],
]


def late_by_month(frame: pl.DataFrame, measure: Measure, language: str) -> go.Figure:
    """Principal at each month end or newest closed day, stacked by stage, the least late at the
    bottom.

    `money`: late stages only. `share`: the same over all principal up to 180 days late, as in the
    headline rates, so M2 to M6 add up to 30+. `whole`: with what is on time. Needs `month_end_on`,
    `bucket`, `principal_fen`. A click gives `[month_end_on, bucket]` as text.
    """
    rows = _drawn(frame, measure).sort("month_end_on")
    unit = money_unit(_height_of_bars(rows), language)
    bars = [
        _stage_bar(rows.filter(pl.col("bucket") == bucket), bucket, measure, unit)
        for bucket in bucket_codes()
        if bucket in rows["bucket"]
    ]
    is_share = measure == "share"
    drawn = theme.figure(
        *bars,
        y=sentence("overdue_loans.axis_share", language)
        if is_share
        else money_axis("axis.principal", unit, language),
        barmode="stack",
        clickmode="event+select",
    )
    months = [shown.period(on) for on in rows["month_end_on"].unique().sort()]
    drawn.update_xaxes(type="category", categoryarray=months, nticks=5, tickangle=0)
    drawn.update_layout(legend={"traceorder": "normal"})
    return drawn.update_yaxes(tickformat=".1%" if is_share else None)


def flow_rates(frame: pl.DataFrame) -> go.Figure:
    """A map of the newest months: per stage and month, the share of principal that got worse.

    Needs `month_end_on`, `from_bucket`, `rate` (`roll_rates`). Colour compares a stage with its own
    mean of a year, since the stages' levels are far apart. A click gives
    `[month_end_on, the stage it flowed into]`.
    """
    year = frame["month_end_on"].unique().sort().tail(MEAN_MONTHS).to_list()
    months = year[-FLOW_MONTHS:]
    stages = [code for code in bucket_codes() if code != CHARGED_OFF_BUCKET]
    by_cell = {(on, bucket): rate for on, bucket, rate in frame.iter_rows()}
    rates = [[by_cell.get((on, stage)) for on in year] for stage in stages]
    into = dict(zip(bucket_codes(), bucket_codes()[1:], strict=False))
    cells = go.Heatmap(
        x=[shown.month(on) for on in months],
        y=[f"{stage} → {into[stage]}" for stage in stages],
        z=[_deviations(row)[-FLOW_MONTHS:] for row in rates],
        zmin=-FULL_COLOUR_DEVIATION,
        zmax=FULL_COLOUR_DEVIATION,
        text=[[shown.percent(rate) for rate in row[-FLOW_MONTHS:]] for row in rates],
        texttemplate="%{text}",
        textfont={"color": _FLOW_INK},
        customdata=[[[shown.day(on), into[stage]] for on in months] for stage in stages],
        colorscale=_FLOW_COLOURS,
        showscale=False,
        xgap=2,
        ygap=2,
        hovertemplate="%{y} · %{x}<br>%{text}<extra></extra>",
    )
    drawn = theme.figure(cells, clickmode="event+select")
    drawn.update_xaxes(type="category", nticks=FLOW_MONTHS, showgrid=False)
    return drawn.update_yaxes(autorange="reversed", showgrid=False)


def funder_room(frame: pl.DataFrame, language: str) -> go.Figure:
    """One bar per funder, as long as its quota: what is out, and the room that is left.

    Needs `funder_code`, `outstanding_fen`, `room_fen`, `quota_fen`. A click gives the funder.
    """
    rows = frame.sort("quota_fen", "funder_code")
    unit = money_unit(rows["quota_fen"], language)
    parts = (("outstanding_fen", theme.PLAIN_COLOUR), ("room_fen", _ROOM_COLOUR))
    bars = [
        go.Bar(
            name=sentence(f"today.{column}", language),
            orientation="h",
            y=[reference_name("funder", code, language) for code in rows["funder_code"]],
            x=in_unit(rows[column], unit),
            marker=theme.marker(colour),
            customdata=rows["funder_code"].to_list(),
            text=[shown.money(fen) for fen in rows[column]],
            textposition="none",
            hovertemplate="%{y}<br>%{text}<extra>%{fullData.name}</extra>",
        )
        for column, colour in parts
    ]
    return theme.figure(
        *bars,
        x=money_axis("axis.principal", unit, language),
        height=theme.HEIGHT_SMALL,
        barmode="stack",
        clickmode="event+select",
        legend={"traceorder": "normal"},
    )


def days_past_due(frame: pl.DataFrame, language: str) -> go.Figure:
    """One bar per month end of a loan, as high as its days past due, in the colour of its stage.

    Needs `month_end_on`, `days_past_due`, `bucket`.
    """
    bars = go.Bar(
        x=[shown.period(on) for on in frame["month_end_on"]],
        y=frame["days_past_due"].to_list(),
        marker=theme.marker([theme.BUCKET_COLOURS[bucket] for bucket in frame["bucket"]]),  # type: ignore[arg-type]
        text=frame["bucket"].to_list(),
        textposition="outside",
        hovertemplate="%{x}<br>%{y} · %{text}<extra></extra>",
        cliponaxis=False,
    )
    drawn = theme.figure(
        bars,
        y=sentence("column.days_past_due", language),
        height=theme.HEIGHT_SMALL,
    )
    drawn.update_xaxes(type="category", nticks=4, tickangle=0)
    days = max(frame["days_past_due"].to_list(), default=0)
    return drawn.update_yaxes(range=[0, max(MONTH_DAYS, days) * LABEL_ROOM])


def _drawn(frame: pl.DataFrame, measure: Measure) -> pl.DataFrame:
    """The rows a measure shows, with `share` of the month's principal up to 180 days late."""
    alive = pl.col("bucket") != CHARGED_OFF_BUCKET
    balance = pl.col("principal_fen").filter(alive).sum().over("month_end_on")
    rows = frame.with_columns(share=pl.col("principal_fen") / balance)
    match measure:
        case "money":
            return rows.filter(pl.col("bucket") != ON_TIME)
        case "share":
            return rows.filter(alive, pl.col("bucket") != ON_TIME)
        case "whole":
            return rows


def _height_of_bars(rows: pl.DataFrame) -> pl.Series:
    return rows.group_by("month_end_on").agg(pl.col("principal_fen").sum())["principal_fen"]


def _stage_bar(rows: pl.DataFrame, bucket: str, measure: Measure, unit: Any) -> go.Bar:
    texts = [
        f"{shown.money(fen)} · {shown.percent(share)}"
        for fen, share in rows.select("principal_fen", "share").iter_rows()
    ]
    return go.Bar(
        name=bucket,
        x=[shown.period(on) for on in rows["month_end_on"]],
        y=rows["share"].to_list() if measure == "share" else in_unit(rows["principal_fen"], unit),
        marker=theme.marker(theme.BUCKET_COLOURS[bucket]),
        customdata=[[shown.day(on), bucket] for on in rows["month_end_on"]],
        text=texts,
        textposition="none",
        hovertemplate="%{x} · " + bucket + "<br>%{text}<extra></extra>",
    )


def _deviations(rates: list[float | None]) -> list[float | None]:
    """Each rate against the mean of its row: 0.1 is a tenth above it."""
    known = [rate for rate in rates if rate is not None]
    mean = sum(known) / len(known) if known else 0
    return [rate / mean - 1 if rate is not None and mean else None for rate in rates]
