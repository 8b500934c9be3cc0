"""Colours that mean something, and the one look of every figure (charts are drawn with it)."""

from typing import Any

import plotly.graph_objects as go

from lending_core.portfolio.pack_charts import LATENESS_COLOURS
from lending_core.servicing.buckets import bucket_codes

BUCKET_COLOURS = dict(zip(bucket_codes(), LATENESS_COLOURS, strict=True))
# Stages of impairment: as expected, risen risk, in default.
STAGE_COLOURS = {1: "#2A9D8F", 2: "#E9A23B", 3: "#A4303F"}
OUTCOME_COLOURS = {"approve": "#2A9D8F", "review": "#E9A23B", "decline": "#B23A48"}
# What became of a loan: repaid or defaulted, the two humps of a score distribution.
PERFORMANCE_COLOURS = {"good": "#2A9D8F", "bad": "#B23A48"}
# How far applicants have moved from those a score was made for; text on them is INK.
DRIFT_COLOURS = {"chance": "#DDE3E8", "stable": "#BFE3DC", "watch": "#F2C879", "act": "#E58F73"}
INK = "#14202B"
POLICY_COLOURS = {"today": "#1F4E79", "draft": "#C06014"}
# One series without a meaning of its own: the brand, legible on both backgrounds.
PLAIN_COLOUR = "#1F9A8E"
INTEREST_COLOUR = "#E9A23B"
# Marks the edge of fills too dark for the dark panel, and zero lines; neutral on both.
OUTLINE_COLOUR = "#8A97A6"

HEIGHT_SMALL = 220
HEIGHT = 320


def figure(
    *traces: Any, x: str = "", y: str = "", height: int = HEIGHT, **layout: Any
) -> go.Figure:
    """A figure with the house look: transparent, tight, legend above, axes named `x` and `y`.

    Font and grid colours are left to the page's theme, so the figure suits light and dark alike.
    """
    drawn = go.Figure(data=list(traces))
    drawn.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "title": {"text": ""}},
        hovermode="closest",
        bargap=0.25,
        dragmode=False,
        xaxis={"title": {"text": x}, "automargin": True, "fixedrange": True},
        yaxis={"title": {"text": y}, "automargin": True, "fixedrange": True},
    )
    return drawn.update_layout(**layout)


def marker(colour: str) -> dict[str, Any]:
    """A fill with the thin outline that keeps the darkest colours visible on a dark panel."""
    return {"color": colour, "line": {"color": OUTLINE_COLOUR, "width": 0.5}}
