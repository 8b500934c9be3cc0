"""Applicants in groups: approval by segment, impact ratios of an audit, whom a swap lets in."""

import plotly.graph_objects as go
import polars as pl

from pages.ui import format as shown
from pages.ui import theme
from pages.ui.text import sentence

_ROW_HEIGHT, _FRAME_HEIGHT = 34, 90
_CELL_COLOURS = {
    "both": theme.OUTCOME_COLOURS["approve"],
    "first_only": theme.POLICY_COLOURS["today"],
    "second_only": theme.POLICY_COLOURS["draft"],
    "none": theme.OUTLINE_COLOUR,
}


def approval(frame: pl.DataFrame, language: str) -> go.Figure:
    """A bar per segment, in the frame's order from the top: the share approved, with its interval.

    Needs `segment` (code), `name` (as shown), `approval_share`, `approval_low_share`,
    `approval_high_share`, `applicants`. A click gives the code.
    """
    bars = go.Bar(
        orientation="h",
        x=frame["approval_share"].to_list(),
        y=frame["name"].to_list(),
        error_x=_reach(frame, "approval_share", "approval_low_share", "approval_high_share"),
        marker=theme.marker(theme.OUTCOME_COLOURS["approve"]),
        customdata=frame["segment"].to_list(),
        text=[
            sentence(
                "scores.approved_of",
                language,
                share=shown.percent(share),
                applicants=shown.count(applicants),
            )
            for share, applicants in frame.select("approval_share", "applicants").rows()
        ],
        textposition="none",
        hovertemplate="%{y}<br>%{text}<extra></extra>",
    )
    drawn = _rows(bars, frame.height).update_xaxes(tickformat=".0%", rangemode="tozero")
    return drawn.update_yaxes(autorange="reversed", type="category")


def impact(frame: pl.DataFrame, least: float, language: str) -> go.Figure:
    """A mark per group: its approval rate over that of the group approved most often, with its
    interval, and the line that it should not fall below.

    Needs `group` (code), `name` (as shown), `impact_ratio`, `impact_low`, `impact_high`. A click
    gives the code.
    """
    known = frame.drop_nulls("impact_ratio").with_columns(
        pl.col("impact_low", "impact_high").fill_null(pl.col("impact_ratio"))
    )
    marks = go.Scatter(
        x=known["impact_ratio"].to_list(),
        y=known["name"].to_list(),
        error_x=_reach(known, "impact_ratio", "impact_low", "impact_high"),
        mode="markers",
        marker={"color": theme.PLAIN_COLOUR, "size": 11},
        customdata=known["group"].to_list(),
        text=[shown.ratio(value) for value in known["impact_ratio"]],
        hovertemplate="%{y}<br>%{text}<extra></extra>",
    )
    drawn = _rows(marks, known.height)
    drawn.add_vline(
        x=least,
        line={"color": theme.OUTCOME_COLOURS["decline"], "dash": "dot", "width": 2},
        annotation_text=sentence("scores.four_fifths", language, least=shown.ratio(least)),
        annotation_position="top",
    )
    drawn.update_xaxes(tickformat=".2f")
    return drawn.update_yaxes(autorange="reversed", type="category")


def swap(frame: pl.DataFrame, names: dict[str, str], language: str) -> go.Figure:
    """A bar per cell of a swap set: applications in it.

    Needs `cell`, `applications`; `names` says what each cell is called. A click gives the cell.
    """
    bars = go.Bar(
        orientation="h",
        x=frame["applications"].to_list(),
        y=[names[cell] for cell in frame["cell"]],
        marker={
            "color": [_CELL_COLOURS[cell] for cell in frame["cell"]],
            "line": {"color": theme.OUTLINE_COLOUR, "width": 0.5},
        },
        customdata=frame["cell"].to_list(),
        text=[shown.count(applications) for applications in frame["applications"]],
        textposition="auto",
        hovertemplate="%{y}<br>%{text}<extra></extra>",
    )
    drawn = _rows(bars, frame.height)
    drawn.update_layout(xaxis_title=sentence("scores.axis_applications", language))
    drawn.update_xaxes(tickformat=",")
    return drawn.update_yaxes(autorange="reversed", type="category")


def _rows(trace: go.Bar | go.Scatter, rows: int) -> go.Figure:
    height = _FRAME_HEIGHT + _ROW_HEIGHT * max(rows, 2)
    return theme.figure(trace, height=height, clickmode="event+select", showlegend=False)


def _reach(frame: pl.DataFrame, value: str, low: str, high: str) -> dict:
    return {
        "type": "data",
        "array": (frame[high] - frame[value]).to_list(),
        "arrayminus": (frame[value] - frame[low]).to_list(),
        "color": theme.OUTLINE_COLOUR,
        "thickness": 1.5,
    }
