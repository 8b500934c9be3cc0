"""Scores against what became of the loans: distributions by outcome, bad rates per band."""

import plotly.graph_objects as go
import polars as pl

from pages.ui import format as shown
from pages.ui import theme
from pages.ui.text import sentence

_PROMISE = theme.OUTLINE_COLOUR


def distribution(frame: pl.DataFrame, language: str) -> go.Figure:
    """Share of the good and of the bad loans in each score range, overlaid.

    Needs one row per `score_from` and `performance` (`good`, `bad`) with `score_to` and `loans`;
    each performance's bars sum to one, so that few bad loans stay visible beside many good ones.
    A click gives `[score_from, performance]`.
    """
    bars = [
        _distribution_bars(
            frame.filter(pl.col("performance") == performance), performance, language
        )
        for performance in theme.PERFORMANCE_COLOURS
    ]
    drawn = theme.figure(
        *bars,
        x=sentence("axis.score", language),
        y=sentence("axis.share_of_loans", language),
        barmode="overlay",
        bargap=0,
        clickmode="event+select",
    )
    return drawn.update_yaxes(tickformat=".0%")


def bad_rates(frame: pl.DataFrame, language: str) -> go.Figure:
    """Share of loans that went bad per band, in the order of the frame, with its interval.

    Needs `band` (as shown), `loans`, `bad_share`, and the ends of its interval, `low_share` and
    `high_share`. A click gives the band.
    """
    bars = go.Bar(
        x=frame["band"].to_list(),
        y=frame["bad_share"].to_list(),
        error_y={
            "type": "data",
            "array": (frame["high_share"] - frame["bad_share"]).to_list(),
            "arrayminus": (frame["bad_share"] - frame["low_share"]).to_list(),
            "color": theme.OUTLINE_COLOUR,
            "thickness": 1,
        },
        marker=theme.marker(theme.PERFORMANCE_COLOURS["bad"]),
        customdata=frame["band"].to_list(),
        text=[
            sentence("chart.bad_of_loans", language, share=shown.percent(share), loans=f"{loans:,}")
            for share, loans in zip(frame["bad_share"], frame["loans"], strict=True)
        ],
        textposition="none",
        hovertemplate="%{x}<br>%{text}<extra></extra>",
    )
    drawn = theme.figure(
        bars,
        x=sentence("axis.band", language),
        y=sentence("axis.bad_share", language),
        clickmode="event+select",
    )
    return drawn.update_xaxes(type="category").update_yaxes(tickformat=".1%", rangemode="tozero")


def outcomes(frame: pl.DataFrame, language: str) -> go.Figure:
    """Applications per score range, stacked by what was decided.

    Needs `score_from`, `score_to`, `outcome`, `loans`. A click gives `[score_from, outcome]`.
    """
    bars = []
    for outcome, colour in theme.OUTCOME_COLOURS.items():
        rows = frame.filter(pl.col("outcome") == outcome).sort("score_from")
        bars.append(
            go.Bar(
                name=sentence(f"outcome.{outcome}", language),
                x=((rows["score_from"] + rows["score_to"]) / 2).to_list(),
                y=rows["loans"].to_list(),
                marker=theme.marker(colour),
                customdata=[[low, outcome] for low in rows["score_from"]],
                text=[
                    f"{low}–{high}<br>{shown.count(loans)}"
                    for low, high, loans in rows.select("score_from", "score_to", "loans").rows()
                ],
                textposition="none",
                hovertemplate="%{text}<extra>%{fullData.name}</extra>",
            )
        )
    return theme.figure(
        *bars,
        x=sentence("axis.score", language),
        y=sentence("scores.axis_applications", language),
        barmode="stack",
        bargap=0.05,
        clickmode="event+select",
    ).update_yaxes(tickformat=",")


def promise(frame: pl.DataFrame, language: str) -> go.Figure:
    """`bad_rates` with what the card promises of each band as a mark beside it.

    Needs the columns of `bad_rates` and `promised_share`. A click gives the band.
    """
    drawn = bad_rates(frame, language)
    drawn.update_traces(name=sentence("scores.seen", language), showlegend=True)
    drawn.add_trace(
        go.Scatter(
            name=sentence("scores.promised", language),
            x=frame["band"].to_list(),
            y=frame["promised_share"].to_list(),
            mode="markers",
            marker={"symbol": "line-ew", "size": 26, "line": {"width": 3, "color": _PROMISE}},
            customdata=frame["band"].to_list(),
            text=[shown.rate(share) for share in frame["promised_share"]],
            hovertemplate="%{x}<br>%{text}<extra>%{fullData.name}</extra>",
        )
    )
    return drawn


def _distribution_bars(frame: pl.DataFrame, performance: str, language: str) -> go.Bar:
    rows = frame.sort("score_from")
    total = int(rows["loans"].sum()) or 1
    shares = [loans / total for loans in rows["loans"]]
    ranges = [
        f"{low}–{high}" for low, high in zip(rows["score_from"], rows["score_to"], strict=True)
    ]
    return go.Bar(
        name=sentence(f"performance.{performance}", language),
        x=((rows["score_from"] + rows["score_to"]) / 2).to_list(),
        y=shares,
        width=(rows["score_to"] - rows["score_from"]).to_list(),
        marker=theme.marker(theme.PERFORMANCE_COLOURS[performance]),
        opacity=0.65,
        customdata=[[low, performance] for low in rows["score_from"]],
        text=[
            f"{span}<br>{shown.percent(share)} ({loans:,})"
            for span, share, loans in zip(ranges, shares, rows["loans"], strict=True)
        ],
        textposition="none",
        hovertemplate="%{text}<extra>%{fullData.name}</extra>",
    )
