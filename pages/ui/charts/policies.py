"""Two policies on the same applications: today's beside the draft's, seen and inferred apart."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

import plotly.graph_objects as go
import polars as pl

from pages.ui import format as shown
from pages.ui import theme
from pages.ui.charts.series import in_unit, money_unit
from pages.ui.text import sentence

Kind = Literal["share", "rate", "fen", "count"]
Span = tuple[int, int]
_TEXTS: dict[Kind, Callable[[Any], str]] = {
    "share": shown.percent,
    "rate": shown.rate,
    "fen": shown.money,
    "count": shown.count,
}
_TICKS: dict[Kind, str] = {"share": ".1%", "rate": ".1%", "fen": ",", "count": ","}
# Pixels: two bars that can be told apart, a row of the legend, and the axis around them all.
_HEIGHT_OF_PAIR, _HEIGHT_OF_NAME, _HEIGHT_AROUND = 30, 21, 80
# What really happened is solid; what a model says of people seen is dotted, of people who were
# refused hatched.
_PATTERNS: dict[str | None, dict[str, Any]] = {
    "expected": {"pattern": {"shape": ".", "size": 5, "solidity": 0.3}},
    "inferred": {"pattern": {"shape": "/", "size": 6, "solidity": 0.35}},
}
_INTERVAL_WIDTH = 3


def today_beside_draft(
    frame: pl.DataFrame,
    x_title: str,
    kind: Kind,
    language: str,
    *,
    intervals: Mapping[str, Span] | None = None,
) -> go.Figure:
    """A pair of bars per value: what today's policy gives, and what the draft would give.

    Needs code, name, today, draft, of one `kind`; and evidence, whose kinds follow each other in a
    bar, null where the whole is drawn. A click gives `[code, side, evidence]`. `intervals`: side ->
    from, to, in fen, drawn over the bars of what is inferred.
    """
    unit = money_unit(pl.concat([frame["today"], frame["draft"]]), language)
    title = sentence("axis.with_unit", language, what=x_title, unit=unit.name)
    drawn = theme.figure(
        x=title if kind == "fen" else x_title,
        barmode="group",
        clickmode="event+select",
    )
    scale = 1 / unit.fen if kind == "fen" else 1.0
    for side in theme.POLICY_COLOURS:
        stacked = frame.with_columns(value=side, base=_base(side))
        for (evidence,), rows in stacked.group_by("evidence", maintain_order=True):
            if evidence in (None, "observed") or (rows["value"].fill_null(0) != 0).any():
                drawn.add_trace(_bar(rows, side, kind, scale, language))
    for side, span in (intervals or {}).items():
        inferred = frame.filter(evidence="inferred")["name"].to_list()
        drawn.add_trace(_interval(inferred, side, in_unit(pl.Series(span), unit), language))
    pairs = _HEIGHT_OF_PAIR * frame["name"].n_unique()
    names = _HEIGHT_OF_NAME * len(drawn.data)
    drawn.update_layout(height=_HEIGHT_AROUND + pairs + names)
    drawn.update_xaxes(tickformat=_TICKS[kind], rangemode="tozero")
    return drawn.update_yaxes(type="category", autorange="reversed")


def _base(side: str) -> pl.Expr:
    """Where the bar of a kind of evidence begins: where the one before it on its side of 0 ends."""
    value = pl.col(side).fill_null(0)
    ends = (
        pl.when(value < 0)
        .then(value.clip(upper_bound=0).cum_sum().over("name"))
        .otherwise(value.clip(lower_bound=0).cum_sum().over("name"))
    )
    return ends - value


def _bar(rows: pl.DataFrame, side: str, kind: Kind, scale: float, language: str) -> go.Bar:
    """The bars of one side and kind of evidence."""
    evidence = rows["evidence"][0]
    name = sentence(f"policy.{side}", language)
    if evidence is not None:
        word = sentence(f"evidence.{evidence}", language)
        name = sentence("policy_replay.side_evidence", language, side=name, evidence=word)
    return go.Bar(
        orientation="h",
        name=name,
        offsetgroup=side,
        y=rows["name"].to_list(),
        x=(rows["value"].cast(pl.Float64) * scale).to_list(),
        base=(rows["base"].cast(pl.Float64) * scale).to_list(),
        marker=theme.marker(theme.POLICY_COLOURS[side]) | _PATTERNS.get(evidence, {}),
        customdata=[[code, side, evidence] for code in rows["code"]],
        text=[_TEXTS[kind](value) for value in rows["value"]],
        textposition="none",
        hovertemplate="%{y}<br>%{text}<extra>%{fullData.name}</extra>",
    )


def _interval(names: list[str], side: str, ends: list[float | None], language: str) -> go.Scatter:
    name = sentence(
        "policy_replay.interval_of", language, side=sentence(f"policy.{side}", language)
    )
    return go.Scatter(
        name=name,
        x=ends,
        y=[names[0]] * 2,
        mode="lines+markers",
        line={"color": theme.POLICY_COLOURS[side], "width": _INTERVAL_WIDTH},
        marker={"symbol": "line-ns-open", "size": 12},
        hovertemplate="%{x:,.2f}<extra>%{fullData.name}</extra>",
    )
