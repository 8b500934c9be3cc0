"""Vintage as a map of cohorts by months on book, and as curves."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
import polars as pl

from pages.ui import theme
from pages.ui.charts.cells import Row, cells
from pages.ui.text import sentence

ROW_HEIGHT, FRAME_HEIGHT = 26, 74
# So many columns still hold a number each; a longer life is shown every second or third month.
COLUMNS_MAX = 26
STEPS = (1, 2, 3, 6, 12)
# On a phone the numbers of more columns run into each other.
NUMBERED_MAX = 12
# As many curves as can be told apart: the newest cohorts, or the largest segments.
CURVES_MAX = 8
# Older to newer: pale to full, the newest in a colour of its own.
_OLDEST, _NEWER = (169, 198, 193), (15, 107, 98)
NEWEST_COLOUR = "#C06014"
NOT_YET_COLOUR = "rgba(138,151,166,0.12)"
PARTLY_COLOUR = "rgba(138,151,166,0.35)"
_PALE, _FULL = (253, 240, 221), (226, 110, 92)


def heat_map(frame: pl.DataFrame, last_month: int, language: str) -> go.Figure:
    """A row per cohort or segment in the order given, a column per month on book, darker where more
    is bad; what was not watched so long yet is empty, what only a part of it was is grey.

    Needs `name`, `key`, `months_on_book`, `rate`, `state` (`whole`, `partly`, `not_yet`), `hover`.
    A click gives `[key, month on book]`.
    """
    months = _months_shown(last_month)
    highest = float(frame["rate"].max() or 0) or 1.0  # type: ignore[arg-type]
    rows = [
        _row(name, key, of_row, months, highest)
        for (key, name), of_row in frame.group_by("key", "name", maintain_order=True)
    ]
    drawn = cells([str(month) for month in months], rows, height=_height(len(rows)))
    dtick = 1 if len(months) <= NUMBERED_MAX else 2
    drawn.update_xaxes(
        title={"text": sentence("vintage.axis_months", language)}, tickangle=0, dtick=dtick
    )
    return drawn


def curves(
    frame: pl.DataFrame, language: str, *, ordered: bool, last_month: int, with_interval: bool
) -> go.Figure:
    """A line per cohort or segment, solid as far as all of it was watched, with an open circle
    where it ends for now.

    Needs `name`, `key`, `months_on_book`, `rate`, `is_unfinished`, `hover`, and `low`, `high` where
    there is an interval. `ordered`: cohorts from old to new, whose colours say their age. A click
    gives `[key, month on book]`.
    """
    groups = list(frame.group_by("key", "name", maintain_order=True))
    drawn = theme.figure(clickmode="event+select", x=sentence("vintage.axis_months", language))
    for place, ((key, name), rows) in enumerate(groups):
        colour = _age_colour(place, len(groups)) if ordered else None
        if with_interval and len(groups) <= 3:
            drawn.add_trace(_interval(rows, colour or theme.OUTLINE_COLOUR, name))
        drawn.add_trace(_curve(rows, str(key), str(name), colour))
    drawn.update_xaxes(range=[-0.3, last_month + 0.5], dtick=3, showgrid=False)
    return drawn.update_yaxes(rangemode="tozero", tickformat=".1%")


def _row(name: Any, key: Any, rows: pl.DataFrame, months: Sequence[int], highest: float) -> Row:
    of_month = {row["months_on_book"]: row for row in rows.rows(named=True)}
    nothing = {"rate": None, "state": "not_yet", "hover": ""}
    found = [of_month.get(month, nothing) for month in months]
    return Row(
        name=str(name),
        colours=[_colour(cell["rate"], cell["state"], highest) for cell in found],
        texts=[_text(cell["rate"], cell["state"]) for cell in found],
        hovers=[
            f"{name} · {month}<br>{cell['hover']}"
            for month, cell in zip(months, found, strict=True)
        ],
        clicks=[[key, month] for month in months],
    )


def _months_shown(last_month: int) -> list[int]:
    step = next((step for step in STEPS if last_month / step < COLUMNS_MAX), STEPS[-1])
    return list(range(0, last_month + 1, step))


def _height(rows: int) -> int:
    return FRAME_HEIGHT + ROW_HEIGHT * max(rows, 3)


def _colour(rate: float | None, state: str, highest: float) -> str:
    if state == "whole" and rate is not None:
        return _between(_PALE, _FULL, rate / highest)
    return PARTLY_COLOUR if state == "partly" else NOT_YET_COLOUR


def _text(rate: float | None, state: str) -> str:
    """Without its sign, which the title says: twenty columns stand side by side."""
    return f"{rate * 100:.1f}" if state == "whole" and rate is not None else ""


def _curve(rows: pl.DataFrame, key: str, name: str, colour: str | None) -> go.Scatter:
    is_unfinished = bool(rows["is_unfinished"].any())
    symbols = ["circle"] * rows.height
    if is_unfinished:
        symbols[-1] = "circle-open"
    sizes = [5] * (rows.height - 1) + [9 if is_unfinished else 5]
    return go.Scatter(
        name=name,
        x=rows["months_on_book"].to_list(),
        y=rows["rate"].to_list(),
        mode="lines+markers",
        line={"width": 2} | ({"color": colour} if colour else {}),
        marker={"size": sizes, "symbol": symbols, "line": {"width": 0}}
        | ({"color": colour} if colour else {}),
        customdata=[[key, month] for month in rows["months_on_book"]],
        text=rows["hover"].to_list(),
        hovertemplate="%{text}<extra>%{fullData.name}</extra>",
    )


def _interval(rows: pl.DataFrame, colour: str, name: Any) -> go.Scatter:
    known = rows.drop_nulls(["low", "high"])
    months = known["months_on_book"].to_list()
    return go.Scatter(
        x=[*months, *months[::-1]],
        y=[*known["low"].to_list(), *known["high"].to_list()[::-1]],
        mode="lines",
        fill="toself",
        fillcolor="rgba(138,151,166,0.18)",
        line={"width": 0, "color": colour},
        hoverinfo="skip",
        showlegend=False,
        name=str(name),
    )


def _age_colour(place: int, many: int) -> str:
    if place == many - 1:
        return NEWEST_COLOUR
    return _between(_OLDEST, _NEWER, place / max(many - 2, 1))


def _between(first: tuple[int, ...], last: tuple[int, ...], share: float) -> str:
    at = min(max(share, 0.0), 1.0)
    mixed = (round(a + (b - a) * at) for a, b in zip(first, last, strict=True))
    return f"rgb({','.join(str(part) for part in mixed)})"
