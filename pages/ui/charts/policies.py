"""Two policies on the same applications: today's beside the draft's."""

from collections.abc import Callable
from typing import Any, Literal

import plotly.graph_objects as go
import polars as pl

from pages.ui import format as shown
from pages.ui import theme
from pages.ui.charts.series import in_unit, money_unit
from pages.ui.text import sentence

Kind = Literal["share", "rate", "fen"]
_TEXTS: dict[Kind, Callable[[Any], str]] = {
    "share": shown.percent,
    "rate": shown.rate,
    "fen": shown.money,
}
# Pixels: two bars that can be told apart, and axis and legend around them all.
_HEIGHT_OF_PAIR, _HEIGHT_AROUND = 30, 90
# What rests on assumptions is hatched; what the rules alone give is solid.
_INFERRED = {"shape": "/", "size": 6, "solidity": 0.35}


def today_beside_draft(
    frame: pl.DataFrame, x_title: str, kind: Kind, language: str, *, is_inferred: bool = False
) -> go.Figure:
    """A pair of bars per value of the first column (as shown): what today's policy gives, and what
    the draft would give; hatched where that `is_inferred`.

    Needs `today` and `draft`, of one `kind`. A click gives `[value, policy]`.
    """
    names = frame.to_series(0).to_list()
    unit = money_unit(pl.concat([frame["today"], frame["draft"]]), language)
    bars = [
        go.Bar(
            orientation="h",
            name=sentence(f"policy.{policy}", language),
            y=names,
            x=in_unit(frame[policy], unit) if kind == "fen" else frame[policy].cast(pl.Float64),
            marker=theme.marker(colour) | ({"pattern": _INFERRED} if is_inferred else {}),
            customdata=[[name, policy] for name in names],
            text=[_TEXTS[kind](value) for value in frame[policy]],
            textposition="none",
            hovertemplate="%{y}<br>%{text}<extra>%{fullData.name}</extra>",
        )
        for policy, colour in theme.POLICY_COLOURS.items()
    ]
    title = sentence("axis.with_unit", language, what=x_title, unit=unit.name)
    drawn = theme.figure(
        *bars,
        x=title if kind == "fen" else x_title,
        height=_HEIGHT_AROUND + _HEIGHT_OF_PAIR * frame.height,
        barmode="group",
        clickmode="event+select",
    )
    tickformat = "," if kind == "fen" else ".1%"
    drawn.update_xaxes(tickformat=tickformat, rangemode="tozero")
    return drawn.update_yaxes(type="category", autorange="reversed")
