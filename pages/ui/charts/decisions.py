"""What came of a batch of applications: scores by outcome, limits granted."""

import plotly.graph_objects as go
import polars as pl

from pages.ui import format as shown
from pages.ui import theme
from pages.ui.text import sentence

SCORE_STEP = 20
# Limits by rising size; the last range is open.
LIMIT_EDGES_FEN = (500_000, 1_000_000, 2_000_000, 3_000_000, 5_000_000, 10_000_000)


def scores_by_outcome(frame: pl.DataFrame, language: str) -> go.Figure:
    """How many applications per score range, one colour per outcome, stacked.

    Needs `score` and `outcome`. A click gives `[score_from, outcome]`.
    """
    ranges = frame.with_columns(score_from=pl.col("score") // SCORE_STEP * SCORE_STEP)
    counts = ranges.group_by("score_from", "outcome").len("applications")
    bars = [
        _outcome_bars(counts.filter(pl.col("outcome") == outcome), outcome, language)
        for outcome in theme.OUTCOME_COLOURS
        if outcome in frame["outcome"]
    ]
    return theme.figure(
        *bars,
        x=sentence("axis.score", language),
        y=sentence("axis.applications", language),
        barmode="stack",
        bargap=0.05,
        clickmode="event+select",
    )


def limits(frame: pl.DataFrame, language: str) -> go.Figure:
    """How many of the approved got a limit of each size. Needs `limit_fen`."""
    edges = (0, *LIMIT_EDGES_FEN)
    names = [
        shown.headline_money(low, language)
        + ("+" if high is None else f"–{_short(high, language)}")
        for low, high in zip(edges, (*LIMIT_EDGES_FEN, None), strict=True)
    ]
    counts = [
        frame.filter(
            pl.col("limit_fen") >= low,
            pl.lit(True) if high is None else pl.col("limit_fen") < high,
        ).height
        for low, high in zip(edges, (*LIMIT_EDGES_FEN, None), strict=True)
    ]
    bars = go.Bar(
        x=names,
        y=counts,
        marker=theme.marker(theme.PLAIN_COLOUR),
        text=[shown.count(count) for count in counts],
        textposition="none",
        hovertemplate="%{x}<br>%{text}<extra></extra>",
    )
    drawn = theme.figure(
        bars,
        x=sentence("column.limit_fen", language),
        y=sentence("axis.applications", language),
    )
    return drawn.update_xaxes(type="category")


def _outcome_bars(counts: pl.DataFrame, outcome: str, language: str) -> go.Bar:
    rows = counts.sort("score_from")
    return go.Bar(
        name=sentence(f"outcome.{outcome}", language),
        x=(rows["score_from"] + SCORE_STEP / 2).to_list(),
        y=rows["applications"].to_list(),
        width=SCORE_STEP * 0.95,
        marker=theme.marker(theme.OUTCOME_COLOURS[outcome]),
        customdata=[[low, outcome] for low in rows["score_from"]],
        text=[
            f"{low}–{low + SCORE_STEP - 1}<br>{shown.count(count)}"
            for low, count in zip(rows["score_from"], rows["applications"], strict=True)
        ],
        textposition="none",
        hovertemplate="%{text}<extra>%{fullData.name}</extra>",
    )


def _short(fen: int, language: str) -> str:
    return shown.headline_money(fen, language)
