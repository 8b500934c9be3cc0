"""Whose money there is, where it runs out, and what went to and fro with each lender."""

from collections.abc import Mapping

import plotly.graph_objects as go
import polars as pl

from pages.ui import format as shown
from pages.ui import theme
from pages.ui.charts.series import in_unit, money_axis, money_unit
from pages.ui.format import MoneyUnit
from pages.ui.text import reference_name, sentence

# What is lent recedes behind what may still be lent; what lacks stands out.
ROOM_COLOURS = {
    "outstanding_fen": theme.OUTLINE_COLOUR,
    "room_today_fen": theme.PLAIN_COLOUR,
    "room_later_fen": "#BFE3DC",
}
NEED_COLOURS = {"funded_fen": theme.PLAIN_COLOUR, "short_fen": "#B23A48"}
# What a funder pays in, and what is passed on to it.
SETTLED_COLOURS = {
    "paid_in_fen": theme.OUTLINE_COLOUR,
    "principal_fen": theme.PLAIN_COLOUR,
    "interest_fen": theme.INTEREST_COLOUR,
    "penalty_fen": "#D1495B",
    "recovered_fen": "#4C6FA5",
    "guarantee_fen": "#7B2233",
    "price_fen": "#8C5A9E",
}
_FULL_COLOUR = "#B23A48"
_ROW_HEIGHT, _AROUND = 34, 90
_SETTLED_HEIGHT = 380
# What was lent before a limit was cut may be many times of it: the bar ends, its number does not.
_USED_MAX = 1.5


def rooms(frame: pl.DataFrame, names: Mapping[str, str], language: str) -> go.Figure:
    """One bar per funder, by its name: lent, may be lent today, and on later days.

    Needs `funder_code` and the columns of `ROOM_COLOURS`. A click gives the funder's code.
    """
    unit = money_unit(frame.select(total=pl.sum_horizontal(*ROOM_COLOURS))["total"], language)
    drawn = theme.figure(
        x=money_axis("funders.axis_room", unit, language),
        height=_height(frame.height),
        barmode="stack",
        clickmode="event+select",
        legend={"traceorder": "normal"},
    )
    shown_names = [names[code] for code in frame["funder_code"]]
    for column, colour in ROOM_COLOURS.items():
        bar = _bars(shown_names, frame[column], unit, frame["funder_code"].to_list())
        drawn.add_trace(
            bar.update(name=sentence(f"column.{column}", language), marker=theme.marker(colour))
        )
    return drawn.update_yaxes(autorange="reversed", type="category")


def uses(frame: pl.DataFrame, names: list[str], language: str) -> go.Figure:
    """One bar per limit, named `names`: how much of it is used up, the line at all of it.

    Needs `limit_fen` and `used_fen`, not null.
    """
    shares = [
        used / limit if limit else 1.0
        for limit, used in frame.select("limit_fen", "used_fen").iter_rows()
    ]
    bar = go.Bar(
        orientation="h",
        y=names,
        x=[min(share, _USED_MAX) for share in shares],
        marker={"color": [_FULL_COLOUR if share >= 1 else theme.PLAIN_COLOUR for share in shares]},
        text=[shown.percent(share) for share in shares],
        textposition="outside",
        cliponaxis=False,
        customdata=[
            sentence(
                "funders.used_hover", language, used=shown.money(used), limit=shown.money(limit)
            )
            for limit, used in frame.select("limit_fen", "used_fen").iter_rows()
        ],
        hovertemplate="%{y}<br>%{customdata}<extra></extra>",
    )
    drawn = theme.figure(
        bar, x=sentence("funders.axis_used", language), height=_height(frame.height)
    )
    drawn.add_vline(x=1, line={"color": theme.OUTLINE_COLOUR, "dash": "dot", "width": 1})
    drawn.update_layout(margin={"r": 56})
    drawn.update_xaxes(tickformat=".0%", range=[0, min(_USED_MAX, max(1.05, *shares))])
    return drawn.update_yaxes(autorange="reversed", type="category")


def shortfall(frame: pl.DataFrame, language: str) -> go.Figure:
    """One bar per product: of what is to come, what the funders have room for, and what lacks.

    Needs `product_code`, `funded_fen`, `short_fen`. A click gives the product's code.
    """
    unit = money_unit(frame["funded_fen"] + frame["short_fen"], language)
    names = [reference_name("product", code, language) for code in frame["product_code"]]
    drawn = theme.figure(
        x=money_axis("matching.axis_expected", unit, language),
        height=_height(frame.height),
        barmode="stack",
        clickmode="event+select",
        legend={"traceorder": "normal"},
    )
    for column, colour in NEED_COLOURS.items():
        bar = _bars(names, frame[column], unit, frame["product_code"].to_list())
        drawn.add_trace(
            bar.update(name=sentence(f"column.{column}", language), marker=theme.marker(colour))
        )
    return drawn.update_yaxes(autorange="reversed", type="category")


def settlement(frame: pl.DataFrame, language: str) -> go.Figure:
    """One column per day: what funders paid in (below zero), what was passed on to them by kind,
    and as a line what is left of both.

    Needs `booked_on`, the columns of `SETTLED_COLOURS` (those without an amount are left out) and
    `net_fen`, what goes to the funders positive. A click gives the day.
    """
    unit = money_unit(pl.concat([frame[name] for name in (*SETTLED_COLOURS, "net_fen")]), language)
    days = [shown.day(on) for on in frame["booked_on"]]
    drawn = theme.figure(
        y=money_axis("settlement.axis_paid", unit, language),
        # On a phone the names of the parts stand one below the other.
        height=_SETTLED_HEIGHT,
        barmode="relative",
        clickmode="event+select",
        legend={"traceorder": "normal"},
    )
    for column, colour in SETTLED_COLOURS.items():
        if not (frame[column] != 0).any():
            continue
        drawn.add_trace(
            go.Bar(
                name=sentence(f"column.{column}", language),
                x=days,
                y=in_unit(frame[column], unit),
                marker=theme.marker(colour),
                customdata=days,
                text=[shown.money(amount) for amount in frame[column]],
                textposition="none",
                hovertemplate="%{x}<br>%{text}<extra>%{fullData.name}</extra>",
            )
        )
    drawn.add_trace(
        go.Scatter(
            name=sentence("column.net_fen", language),
            x=days,
            y=in_unit(frame["net_fen"], unit),
            mode="lines+markers",
            line={"color": theme.POLICY_COLOURS["draft"], "width": 2},
            customdata=days,
            text=[shown.money(amount) for amount in frame["net_fen"]],
            hovertemplate="%{x}<br>%{text}<extra>%{fullData.name}</extra>",
        )
    )
    return drawn.update_xaxes(type="category", nticks=8)


def by_funder(
    frame: pl.DataFrame, names: list[str], sides: tuple[str, str], language: str
) -> go.Figure:
    """Two bars per funder, named `names`, before and after: what it would fund. Needs `funder_code`
    and the columns of `sides`."""
    unit = money_unit(pl.concat([frame[side] for side in sides]), language)
    colours = dict(zip(sides, theme.POLICY_COLOURS.values(), strict=True))
    drawn = theme.figure(
        x=money_axis("matching.axis_funded", unit, language),
        height=_height(frame.height),
        barmode="group",
        legend={"traceorder": "normal"},
    )
    for side, colour in colours.items():
        bar = _bars(names, frame[side], unit, frame["funder_code"].to_list())
        named = sentence(f"matching.side_{side}", language)
        drawn.add_trace(bar.update(name=named, marker=theme.marker(colour)))
    return drawn.update_yaxes(autorange="reversed", type="category")


def _bars(names: list[str], fen: pl.Series, unit: MoneyUnit, clicks: list[str]) -> go.Bar:
    return go.Bar(
        orientation="h",
        y=names,
        x=in_unit(fen, unit),
        customdata=clicks,
        text=[shown.money(amount) for amount in fen],
        textposition="none",
        hovertemplate="%{y}<br>%{text}<extra>%{fullData.name}</extra>",
    )


def _height(rows: int) -> int:
    return max(theme.HEIGHT_SMALL, _ROW_HEIGHT * rows + _AROUND)
