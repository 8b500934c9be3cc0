"""Two policies on the same applications: today's beside the draft's."""

import plotly.graph_objects as go
import polars as pl

from pages.ui import format as shown
from pages.ui import theme
from pages.ui.charts.series import in_unit, money_axis, money_unit
from pages.ui.text import sentence


def today_beside_draft(frame: pl.DataFrame, x: str, y: str, language: str) -> go.Figure:
    """A pair of bars per value of `x`: what today's policy gives, and what the draft would give.

    Needs `x` (as shown; the axis is `axis.<x>`), and `today` and `draft`: fen, or shares where `y`,
    the axis' key, ends in `_share`. A click gives `[x, policy]`.
    """
    is_share = y.endswith("_share")
    unit = money_unit(pl.concat([frame["today"], frame["draft"]]), language)
    bars = [
        go.Bar(
            name=sentence(f"policy.{policy}", language),
            x=frame[x].to_list(),
            y=frame[policy].to_list() if is_share else in_unit(frame[policy], unit),
            marker=theme.marker(colour),
            customdata=[[value, policy] for value in frame[x]],
            text=[shown.percent(v) if is_share else shown.money(v) for v in frame[policy]],
            textposition="none",
            hovertemplate="%{x}<br>%{text}<extra>%{fullData.name}</extra>",
        )
        for policy, colour in theme.POLICY_COLOURS.items()
    ]
    drawn = theme.figure(
        *bars,
        x=sentence(f"axis.{x}", language),
        y=sentence(f"axis.{y}", language) if is_share else money_axis(f"axis.{y}", unit, language),
        barmode="group",
        clickmode="event+select",
    )
    return drawn.update_xaxes(type="category").update_yaxes(tickformat=".1%" if is_share else ",")
