"""A measure of a score month by month: what was seen, what is estimated until it can be seen."""

import plotly.graph_objects as go
import polars as pl

from pages.ui import format as shown
from pages.ui import theme
from pages.ui.text import sentence

_SEEN, _ESTIMATED = theme.PLAIN_COLOUR, theme.POLICY_COLOURS["draft"]
_TEXTS = {"auc": shown.ratio, "bad_rate": shown.percent}


def seen_and_estimated(
    seen: pl.DataFrame, estimated: pl.DataFrame, measure: str, language: str
) -> go.Figure:
    """`measure` (`auc` or `bad_rate`) as seen, with its interval, and as estimated before anybody
    could know, with the interval in which most months would fall; months that are not ripe are
    shaded.

    Both need `month_on`, the measure, and it with `_low` and `_high`; `seen` also `is_ripe`. A
    click gives the month.
    """
    months = [shown.month(on) for on in seen["month_on"]]
    drawn = theme.figure(
        _line(estimated, measure, "estimated", language),
        _line(seen, measure, "observed", language),
        clickmode="event+select",
    )
    unripe = [at for at, is_ripe in enumerate(seen["is_ripe"]) if not is_ripe]
    if unripe:
        drawn.add_vrect(
            x0=unripe[0] - 0.5,
            x1=unripe[-1] + 0.5,
            fillcolor=theme.OUTLINE_COLOUR,
            opacity=0.15,
            line_width=0,
            annotation_text=sentence("scores.unripe", language),
            annotation_position="top left",
        )
    drawn.update_xaxes(
        type="category",
        categoryorder="array",
        categoryarray=months,
        range=[-0.5, len(months) - 0.5],
    )
    if measure == "auc":
        return drawn.update_yaxes(tickformat=".2f")
    return drawn.update_yaxes(tickformat=".1%", rangemode="tozero")


def _line(frame: pl.DataFrame, measure: str, kind: str, language: str) -> go.Scatter:
    known = frame.drop_nulls(measure)
    colour = _SEEN if kind == "observed" else _ESTIMATED
    months = [shown.month(on) for on in known["month_on"]]
    name = sentence(f"scores.{kind}", language)
    return go.Scatter(
        name=name,
        x=months,
        y=known[measure].to_list(),
        error_y={
            "type": "data",
            "array": (known[f"{measure}_high"] - known[measure]).to_list(),
            "arrayminus": (known[measure] - known[f"{measure}_low"]).to_list(),
            "color": colour,
            "thickness": 1.5 if kind == "observed" else 0.8,
            "width": 3,
        },
        mode="lines+markers",
        marker={
            "color": colour,
            "size": 8,
            "symbol": "circle" if kind == "observed" else "circle-open",
        },
        line={"color": colour, "dash": "solid" if kind == "observed" else "dot"},
        customdata=months,
        text=[
            sentence(
                "scores.interval",
                language,
                value=_TEXTS[measure](value),
                low=_TEXTS[measure](low),
                high=_TEXTS[measure](high),
            )
            for value, low, high in known.select(
                measure, f"{measure}_low", f"{measure}_high"
            ).rows()
        ],
        hovertemplate="%{x}<br>%{text}<extra>%{fullData.name}</extra>",
    )
