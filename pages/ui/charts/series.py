"""Values over time: lines with a unit, sparklines."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import plotly.graph_objects as go
import polars as pl

from pages.ui import format as shown
from pages.ui import theme
from pages.ui.format import MoneyUnit
from pages.ui.text import sentence

Kind = Literal["share", "count", "fen"]
_TICKS = {"share": ".1%", "count": ",", "fen": ","}
_TEXTS: dict[Kind, Callable[[Any], str]] = {
    "share": shown.percent,
    "count": shown.count,
    "fen": shown.money,
}


def lines(
    frame: pl.DataFrame, x: str, columns: Sequence[str], kind: Kind, language: str
) -> go.Figure:
    """One line per column over `x` (dates), each named `column.<name>`, all of one `kind`.

    A missing value leaves a gap. A click gives `[x, column]` as text.
    """
    unit = money_unit(pl.concat([frame[column] for column in columns]), language)
    drawn = theme.figure(
        y=unit.name if kind == "fen" else "",
        showlegend=len(columns) > 1,
        clickmode="event+select",
    )
    for column in columns:
        values = frame[column]
        heights = in_unit(values, unit) if kind == "fen" else values.to_list()
        texts = [_TEXTS[kind](value) for value in values]
        drawn.add_trace(_line(frame[x], column, heights, texts, language))
    drawn.update_xaxes(tickformat="%Y-%m", nticks=8)
    return drawn.update_yaxes(rangemode="tozero", tickformat=_TICKS[kind])


def sparkline(values: pl.Series) -> list[float]:
    """Values for the small line in a key figure; unknown ones are left out."""
    return values.drop_nulls().cast(pl.Float64).to_list()


def money_unit(fen: pl.Series, language: str) -> MoneyUnit:
    """The unit that suits the largest amount of a figure."""
    return shown.money_unit(int(fen.abs().max() or 0), language)  # type: ignore[arg-type]


def money_axis(key: str, unit: MoneyUnit, language: str) -> str:
    """An axis title with its unit: `Principal (¥m)`."""
    return sentence("axis.with_unit", language, what=sentence(key, language), unit=unit.name)


def in_unit(fen: pl.Series, unit: MoneyUnit) -> list[float | None]:
    """Amounts for the axis; the last step before drawing, nothing is computed from them."""
    return (fen / unit.fen).to_list()


def _line(
    days: pl.Series, column: str, heights: list[float | None], texts: list[str], language: str
) -> go.Scatter:
    return go.Scatter(
        name=sentence(f"column.{column}", language),
        x=days.to_list(),
        y=heights,
        mode="lines+markers",
        marker={"size": 5},
        customdata=[[shown.day(on), column] for on in days],
        text=texts,
        hovertemplate="%{x|%Y-%m-%d}<br>%{text}<extra>%{fullData.name}</extra>",
    )
