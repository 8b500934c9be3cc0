"""Roll rates as a map, one flow over time, the months ahead, and past forecasts put to the test."""

from typing import Any

import plotly.graph_objects as go
import polars as pl

from lending_core.portfolio.roll_rates import ABSENT, EXITS, PAID
from lending_core.servicing.buckets import bucket_codes
from pages.ui import format as shown
from pages.ui import theme
from pages.ui.charts.cells import Row, cells
from pages.ui.charts.series import money_axis, money_unit
from pages.ui.text import sentence

ROW_HEIGHT, FRAME_HEIGHT = 30, 74
# A cell's shade by what it means: better or paid, the same, worse or written off; fuller the more.
_BETTER, _SAME, _WORSE = (42, 157, 143), (138, 151, 166), (209, 73, 91)
_PAPER, _NOTHING_COLOUR = (246, 248, 250), "rgba(138,151,166,0.10)"
_BAND_COLOUR = "rgba(31,154,142,0.16)"
AHEAD_COLOUR = theme.POLICY_COLOURS["draft"]
# A flow that is hardly ever taken does not fill its axis with ticks that all say 0.0 %.
_LEAST_AXIS = 0.005
_HATCH = {"shape": "/", "size": 6, "solidity": 0.35}


def matrix(frame: pl.DataFrame, language: str) -> go.Figure:
    """A row per stage a month earlier, a column per state now, in percent of the row; green is
    better or repaid, red is worse or written off.

    Needs `from_state`, `to_state`, `rate`, `hover` (`roll_rates.matrix`). A click gives
    `[stage before, state now]`.
    """
    places = {state: place for place, state in enumerate(bucket_codes())}
    exits = [state for state in EXITS if state in frame["to_state"]]
    states = [*bucket_codes(), *exits]
    found = {(row["from_state"], row["to_state"]): row for row in frame.rows(named=True)}
    rows = []
    for before in [code for code in bucket_codes() if code in frame["from_state"]]:
        of_row = [found.get((before, state)) for state in states]
        rows.append(
            Row(
                name=before,
                colours=[
                    _shade(places[before], state, places, cell)
                    for state, cell in zip(states, of_row, strict=True)
                ],
                texts=[f"{cell['rate'] * 100:.1f}" if cell else "" for cell in of_row],
                hovers=[
                    cell["hover"] if cell else f"{before} → {state_name(state, language)}<br>0"
                    for state, cell in zip(states, of_row, strict=True)
                ],
                clicks=[[before, state] for state in states],
            )
        )
    names = [state_name(state, language).replace(" ", "<br>") for state in states]
    drawn = cells(names, rows, height=FRAME_HEIGHT + ROW_HEIGHT * max(len(rows), 3))
    drawn.update_xaxes(
        title={"text": sentence("roll_rates.axis_now", language)}, side="top", tickangle=0
    )
    return drawn.update_yaxes(title={"text": sentence("roll_rates.axis_before", language)})


def flow(frame: pl.DataFrame, mean: float | None) -> go.Figure:
    """The course of one flow with its interval, and the mean of the months before the newest.

    Needs `month_end_on`, `rate`, `low`, `high`, `hover`. A click gives the month end.
    """
    known = frame.drop_nulls("rate")
    months = [shown.month(on) for on in known["month_end_on"]]
    line = go.Scatter(
        x=months,
        y=known["rate"].to_list(),
        mode="lines+markers",
        line={"color": theme.PLAIN_COLOUR, "width": 2},
        marker={"size": 7},
        customdata=[on.isoformat() for on in known["month_end_on"]],
        text=known["hover"].to_list(),
        hovertemplate="%{x}<br>%{text}<extra></extra>",
        showlegend=False,
    )
    drawn = theme.figure(_band(known, months), line, clickmode="event+select")
    if mean is not None:
        drawn.add_hline(
            y=mean,
            line={"color": theme.OUTLINE_COLOUR, "dash": "dot", "width": 1},
        )
    drawn.update_xaxes(type="category", nticks=5, tickangle=0)
    highest = max([*known["rate"], *known["high"].drop_nulls(), _LEAST_AXIS])
    return drawn.update_yaxes(range=[0, highest * 1.05], tickformat=".1%")


def months_ahead(past: pl.DataFrame, ahead: pl.DataFrame, kind: str, language: str) -> go.Figure:
    """Late stages month by month as stacked bars: as they were solid, as forecast hatched.

    Both need `month_end_on`, `what` (a stage), `value` (fen, or loans); `kind`: `amount`, `count`.
    """
    late = bucket_codes()[1:]
    unit = money_unit(_tallest(past, ahead, late), language)
    scale = 1 / unit.fen if kind == "amount" else 1.0
    title = sentence("roll_rates.axis_loans", language)
    if kind == "amount":
        title = money_axis("axis.principal", unit, language)
    drawn = theme.figure(y=title, barmode="stack")
    for stage in late:
        for rows, is_ahead in ((past, False), (ahead, True)):
            of_stage = rows.filter(pl.col("what") == stage)
            drawn.add_trace(_bars(of_stage, stage, kind, scale, is_ahead=is_ahead))
    months = [shown.month(on) for on in pl.concat([past, ahead])["month_end_on"].unique().sort()]
    drawn.update_xaxes(type="category", categoryarray=months, nticks=5, tickangle=0)
    return drawn.update_layout(legend={"traceorder": "normal"})


def share_ahead(past: pl.DataFrame, ahead: pl.DataFrame, language: str) -> go.Figure:
    """The share of 30+ as it was, and as forecast with its interval.

    `past` needs `month_end_on`, `rate`; `ahead` the rows of `over_30` of a forecast.
    """
    months = [shown.month(on) for on in past["month_end_on"]]
    later = [shown.month(on) for on in ahead["month_end_on"]]
    was = go.Scatter(
        name=sentence("roll_rates.was", language),
        x=months,
        y=past["rate"].to_list(),
        mode="lines+markers",
        line={"color": theme.PLAIN_COLOUR, "width": 2},
        text=[shown.rate(rate) for rate in past["rate"]],
        hovertemplate="%{x}<br>%{text}<extra>%{fullData.name}</extra>",
    )
    will = go.Scatter(
        name=sentence("roll_rates.will", language),
        x=later,
        y=ahead["value"].to_list(),
        mode="lines+markers",
        line={"color": AHEAD_COLOUR, "width": 2, "dash": "dot"},
        marker={"symbol": "circle-open", "size": 8},
        text=[
            sentence(
                "roll_rates.with_interval",
                language,
                rate=shown.rate(row["value"]),
                low=shown.rate(row["low"]),
                high=shown.rate(row["high"]),
            )
            for row in ahead.rows(named=True)
        ],
        hovertemplate="%{x}<br>%{text}<extra>%{fullData.name}</extra>",
    )
    drawn = theme.figure(_band(ahead, later, "rgba(192,96,20,0.16)"), was, will)
    drawn.update_xaxes(type="category", categoryarray=[*months, *later[1:]], nticks=5, tickangle=0)
    return drawn.update_yaxes(rangemode="tozero", tickformat=".1%")


def tested(frame: pl.DataFrame, language: str) -> go.Figure:
    """What was forecast so many months before, with its interval, beside what came.

    Needs `month_end_on`, `forecast`, `low`, `high`, `actual` (`forecast.back_test`).
    """
    months = [shown.month(on) for on in frame["month_end_on"]]
    made = go.Scatter(
        name=sentence("roll_rates.forecast_then", language),
        x=months,
        y=frame["forecast"].to_list(),
        error_y={
            "type": "data",
            "array": (frame["high"] - frame["forecast"]).clip(lower_bound=0).to_list(),
            "arrayminus": (frame["forecast"] - frame["low"]).clip(lower_bound=0).to_list(),
            "color": AHEAD_COLOUR,
            "thickness": 1,
            "width": 3,
        },
        mode="markers",
        marker={"symbol": "circle-open", "size": 9, "color": AHEAD_COLOUR},
        text=[shown.rate(rate) for rate in frame["forecast"]],
        hovertemplate="%{x}<br>%{text}<extra>%{fullData.name}</extra>",
    )
    came = go.Scatter(
        name=sentence("roll_rates.came", language),
        x=months,
        y=frame["actual"].to_list(),
        mode="lines+markers",
        line={"color": theme.PLAIN_COLOUR, "width": 2},
        text=[shown.rate(rate) for rate in frame["actual"]],
        hovertemplate="%{x}<br>%{text}<extra>%{fullData.name}</extra>",
    )
    drawn = theme.figure(made, came, height=theme.HEIGHT_SMALL)
    drawn.update_xaxes(type="category", nticks=5, tickangle=0)
    return drawn.update_yaxes(rangemode="tozero", tickformat=".1%")


def state_name(state: str, language: str) -> str:
    """A stage by its code, a way to leave by its name."""
    return sentence(f"roll_state.{state}", language) if state in EXITS else state


def _shade(before: int, state: str, places: dict[str, int], cell: dict[str, Any] | None) -> str:
    """Light in both themes where there is a number, so that one dark ink is legible on it."""
    if cell is None:
        return _NOTHING_COLOUR
    after = places.get(state, -1 if state == PAID else len(places))
    colour = _SAME if state == ABSENT or after == before else _BETTER
    if state != ABSENT and after > before:
        colour = _WORSE
    # The lightest share still shows.
    strength = 0.1 + 0.6 * min(max(cell["rate"], 0.0), 1.0)
    mixed = (round(a + (b - a) * strength) for a, b in zip(_PAPER, colour, strict=True))
    return f"rgb({','.join(str(part) for part in mixed)})"


def _band(frame: pl.DataFrame, months: list[str], colour: str = _BAND_COLOUR) -> go.Scatter:
    known = frame.with_columns(month=pl.Series(months)).drop_nulls(["low", "high"])
    ends = known["month"].to_list()
    return go.Scatter(
        x=[*ends, *ends[::-1]],
        y=[*known["low"].to_list(), *known["high"].to_list()[::-1]],
        mode="lines",
        fill="toself",
        fillcolor=colour,
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
    )


def _bars(rows: pl.DataFrame, stage: str, kind: str, scale: float, *, is_ahead: bool) -> go.Bar:
    text = shown.money if kind == "amount" else shown.count
    marker = theme.marker(theme.BUCKET_COLOURS[stage]) | ({"pattern": _HATCH} if is_ahead else {})
    return go.Bar(
        name=stage,
        x=[shown.month(on) for on in rows["month_end_on"]],
        y=(rows["value"] * scale).to_list(),
        marker=marker,
        text=[text(round(value)) for value in rows["value"]],
        textposition="none",
        hovertemplate="%{x} · " + stage + "<br>%{text}<extra></extra>",
        showlegend=not is_ahead,
        legendgroup=stage,
    )


def _tallest(past: pl.DataFrame, ahead: pl.DataFrame, late: tuple[str, ...]) -> pl.Series:
    columns = ("month_end_on", "what", "value")
    both = pl.concat([past.select(columns), ahead.select(columns)])
    of_late = both.filter(pl.col("what").is_in(late)).group_by("month_end_on")
    return of_late.agg(pl.col("value").sum())["value"]
