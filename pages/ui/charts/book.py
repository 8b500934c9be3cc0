"""The lent book: how much is late month by month, how lateness flows, one loan's history."""

from collections.abc import Mapping
from typing import Literal

import plotly.graph_objects as go
import polars as pl

from lending_core.portfolio.delinquency import CHARGED_OFF_BUCKET, Weight
from lending_core.portfolio.roll_rates import sum_known
from lending_core.servicing.buckets import bucket_codes
from pages.ui import format as shown
from pages.ui import theme
from pages.ui.charts.series import in_unit, money_axis, money_unit
from pages.ui.format import MoneyUnit
from pages.ui.text import sentence

Measure = Literal["money", "share", "whole"]
MEASURES: tuple[Measure, ...] = ("money", "share", "whole")
ON_TIME = "C"
# A loan that was never late shows flat bars, not an axis of fractions of a day.
MONTH_DAYS = 30
LABEL_ROOM = 1.15
_ROOM_COLOUR = "rgba(138,151,166,0.25)"


def late_by_month(
    frame: pl.DataFrame, measure: Measure, language: str, weight: Weight = "principal_fen"
) -> go.Figure:
    """Principal (or loans, by `weight`) at each month end or newest closed day, stacked by stage,
    the least late at the bottom.

    `money`: late stages only. `share`: the same over all that is up to 180 days late, as in the
    headline rates, so M2 to M6 add up to 30+. `whole`: with what is on time. Needs `month_end_on`,
    `bucket` and the weight; a month of which a part is not known is a gap. A click gives
    `[month_end_on, bucket]` as text.
    """
    rows = _drawn(frame, measure, weight).sort("month_end_on")
    unit = money_unit(_height_of_bars(rows), language) if weight == "principal_fen" else None
    bars = [
        _stage_bar(rows.filter(pl.col("bucket") == bucket), bucket, measure, unit)
        for bucket in bucket_codes()
        if bucket in rows["bucket"]
    ]
    drawn = theme.figure(
        *bars, y=_axis(measure, unit, language), barmode="stack", clickmode="event+select"
    )
    months = [shown.period(on) for on in rows["month_end_on"].unique().sort()]
    drawn.update_xaxes(type="category", categoryarray=months, nticks=5, tickangle=0)
    drawn.update_layout(legend={"traceorder": "normal"})
    return drawn.update_yaxes(tickformat=".1%" if measure == "share" else None)


def funder_room(frame: pl.DataFrame, names: Mapping[str, str], language: str) -> go.Figure:
    """One bar per funder, as long as its quota: what is out, and the room that is left.

    Needs `funder_code` (named `names`), `outstanding_fen`, `room_fen`, `quota_fen`. A click gives
    the funder.
    """
    rows = frame.sort("quota_fen", "funder_code")
    unit = money_unit(rows["quota_fen"], language)
    parts = (("outstanding_fen", theme.PLAIN_COLOUR), ("room_fen", _ROOM_COLOUR))
    bars = [
        go.Bar(
            name=sentence(f"today.{column}", language),
            orientation="h",
            y=[names[code] for code in rows["funder_code"]],
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


def _axis(measure: Measure, unit: MoneyUnit | None, language: str) -> str:
    if measure == "share":
        return sentence(
            f"overdue_loans.axis_share_{'loans' if unit is None else 'balance'}", language
        )
    if unit is None:
        return sentence("column.loans", language)
    return money_axis("axis.principal", unit, language)


def _drawn(frame: pl.DataFrame, measure: Measure, weight: Weight) -> pl.DataFrame:
    """The rows a measure shows: `amount`, and its `share` of the month's up to 180 days late."""
    alive = pl.col("bucket") != CHARGED_OFF_BUCKET
    balance = sum_known(pl.col(weight).filter(alive)).over("month_end_on")
    shares = frame.with_columns(amount=pl.col(weight), share=pl.col(weight) / balance)
    is_late = pl.col("bucket") != ON_TIME
    parts = {"money": is_late, "share": alive & is_late, "whole": pl.lit(value=True)}
    rows = shares.filter(parts[measure])
    # A bar without the stage that is not known would be a month with less of it.
    is_told = pl.col("amount").is_not_null().all().over("month_end_on")
    return rows.with_columns(pl.when(is_told).then("amount").alias("amount"))


def _height_of_bars(rows: pl.DataFrame) -> pl.Series:
    return rows.group_by("month_end_on").agg(pl.col("amount").sum())["amount"]


def _stage_bar(rows: pl.DataFrame, bucket: str, measure: Measure, unit: MoneyUnit | None) -> go.Bar:
    told = shown.count if unit is None else shown.money
    amounts = rows["amount"].to_list() if unit is None else in_unit(rows["amount"], unit)
    return go.Bar(
        name=bucket,
        x=[shown.period(on) for on in rows["month_end_on"]],
        y=rows["share"].to_list() if measure == "share" else amounts,
        marker=theme.marker(theme.BUCKET_COLOURS[bucket]),
        customdata=[[shown.day(on), bucket] for on in rows["month_end_on"]],
        text=[
            f"{told(amount)} · {shown.percent(share)}"
            for amount, share in rows.select("amount", "share").iter_rows()
        ],
        textposition="none",
        hovertemplate="%{x} · " + bucket + "<br>%{text}<extra></extra>",
    )
