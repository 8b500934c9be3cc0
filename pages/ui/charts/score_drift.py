"""How far applicants have moved: PSI by month, maps of features and of score ranges by month."""

import plotly.graph_objects as go
import polars as pl

from pages.ui import format as shown
from pages.ui import theme
from pages.ui.text import reference_name, sentence

# Above these a score is watched, and acted upon (facts, section 10).
_LINES = (0.10, 0.25)
_ROW_HEIGHT, _FRAME_HEIGHT = 26, 70
_MAP_COLOURS = [[0.0, "rgba(31,154,142,0.06)"], [1.0, "rgba(31,154,142,0.95)"]]


def psi_by_month(frame: pl.DataFrame, language: str) -> go.Figure:
    """A bar per month, coloured by its verdict, with the lines at which it changes.

    Needs `month_on`, `psi`, `chance`, `applicants`, `verdict`. A click gives the month.
    """
    months = [shown.month(on) for on in frame["month_on"]]
    bars = go.Bar(
        x=months,
        y=frame["psi"].to_list(),
        marker={
            "color": [theme.DRIFT_COLOURS[verdict] for verdict in frame["verdict"]],
            "line": {"color": theme.OUTLINE_COLOUR, "width": 0.5},
        },
        customdata=months,
        text=[
            sentence(
                "scores.psi_hover",
                language,
                psi=shown.precise(psi),
                verdict=sentence(f"scores.psi_verdict.{verdict}", language),
                chance=shown.precise(chance),
                applicants=shown.count(applicants),
            )
            for psi, chance, applicants, verdict in frame.select(
                "psi", "chance", "applicants", "verdict"
            ).rows()
        ],
        textposition="none",
        hovertemplate="%{x}<br>%{text}<extra></extra>",
    )
    drawn = theme.figure(bars, y=sentence("scores.psi", language), clickmode="event+select")
    for line in _LINES:
        drawn.add_hline(y=line, line={"color": theme.OUTLINE_COLOUR, "dash": "dot", "width": 1})
    highest = max([*frame["psi"].to_list(), _LINES[0]])
    drawn.update_xaxes(type="category")
    return drawn.update_yaxes(range=[0, highest * 1.25], tickformat=".2f")


def features_by_month(frame: pl.DataFrame, language: str) -> go.Figure:
    """A map: a row per feature, a column per month, the PSI in it, coloured by verdict.

    Needs `feature`, `month_on`, `psi`, `verdict`. A click gives `[feature, month]`.
    """
    features = frame["feature"].unique(maintain_order=True).to_list()
    months = [shown.month(on) for on in frame["month_on"].unique().sort()]
    words = list(theme.DRIFT_COLOURS)
    cells = {
        (name, shown.month(on)): (psi, words.index(verdict))
        for name, on, psi, verdict in frame.select("feature", "month_on", "psi", "verdict").rows()
    }
    steps = [
        [at / len(words), colour]
        for place, colour in enumerate(theme.DRIFT_COLOURS.values())
        for at in (place, place + 1)
    ]
    rows = go.Heatmap(
        x=months,
        y=[reference_name("feature", name, language) for name in features],
        z=[[cells[name, month][1] for month in months] for name in features],
        zmin=-0.5,
        zmax=len(words) - 0.5,
        colorscale=steps,
        showscale=False,
        text=[[shown.precise(cells[name, month][0]) for month in months] for name in features],
        texttemplate="%{text}",
        textfont={"color": theme.INK},
        customdata=[[[name, month] for month in months] for name in features],
        xgap=2,
        ygap=2,
        hovertemplate="%{y} · %{x}<br>%{text}<extra></extra>",
    )
    drawn = theme.figure(
        rows, height=_FRAME_HEIGHT + _ROW_HEIGHT * len(features), clickmode="event+select"
    )
    drawn.update_xaxes(type="category", showgrid=False)
    return drawn.update_yaxes(autorange="reversed", showgrid=False)


def scores_by_month(frame: pl.DataFrame, language: str) -> go.Figure:
    """A map: a column per month, a row per score range, darker where more of the month's
    applicants are.

    Needs `month_on`, `score_from`, `score_to`, `applications`, `share`. A click gives
    `[month, score_from]`.
    """
    months = [shown.month(on) for on in frame["month_on"].unique().sort()]
    ranges = frame.select("score_from", "score_to").unique().sort("score_from").rows()
    cells = {
        (shown.month(on), low): (share, count)
        for on, low, share, count in frame.select(
            "month_on", "score_from", "share", "applications"
        ).rows()
    }
    nothing = (None, 0)
    drawn = theme.figure(
        go.Heatmap(
            x=months,
            y=[f"{low}–{high - 1}" for low, high in ranges],
            z=[[cells.get((month, low), nothing)[0] for month in months] for low, _ in ranges],
            colorscale=_MAP_COLOURS,
            showscale=False,
            text=[
                [
                    sentence(
                        "scores.share_of_month",
                        language,
                        share=shown.percent(cells.get((month, low), nothing)[0]),
                        applications=shown.count(cells.get((month, low), nothing)[1]),
                    )
                    for month in months
                ]
                for low, _ in ranges
            ],
            customdata=[[[month, low] for month in months] for low, _ in ranges],
            xgap=1,
            ygap=1,
            hovertemplate="%{x} · %{y}<br>%{text}<extra></extra>",
        ),
        y=sentence("axis.score", language),
        clickmode="event+select",
    )
    drawn.update_xaxes(type="category", showgrid=False)
    return drawn.update_yaxes(type="category", showgrid=False)


def bins_then_and_now(frame: pl.DataFrame, language: str) -> go.Figure:
    """Two bars per bin of one feature: its share of the reference, and of the newest months.

    Needs `bin` (as shown), `bin_number`, `reference_share`, `now_share`. A click gives the number.
    """
    colours = {"reference_share": theme.OUTLINE_COLOUR, "now_share": theme.PLAIN_COLOUR}
    bars = [
        go.Bar(
            name=sentence(f"column.{column}", language),
            x=frame["bin"].to_list(),
            y=frame[column].to_list(),
            marker=theme.marker(colour),
            customdata=frame["bin_number"].to_list(),
            text=[shown.percent(share) for share in frame[column]],
            textposition="none",
            hovertemplate="%{x}<br>%{text}<extra>%{fullData.name}</extra>",
        )
        for column, colour in colours.items()
    ]
    drawn = theme.figure(*bars, barmode="group", clickmode="event+select")
    drawn.update_xaxes(type="category")
    return drawn.update_yaxes(tickformat=".0%")
