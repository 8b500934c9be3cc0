"""How far applicants have moved: PSI by month, maps of features and of score ranges by month."""

import plotly.graph_objects as go
import polars as pl

from pages.ui import format as shown
from pages.ui import theme
from pages.ui.charts.cells import Row, cells
from pages.ui.text import reference_name, sentence

# Above these a score is watched, and acted upon (facts, section 10).
_LINES = (0.10, 0.25)
_ROW_HEIGHT, _FRAME_HEIGHT = 26, 70
# A month with fewer than one in so many of the busiest month's applicants sets no shade.
_QUIET = 10


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
    drawn.update_xaxes(type="category")
    return drawn.update_yaxes(range=[0, _highest(frame) * 1.25], tickformat=".2f")


def features_by_month(frame: pl.DataFrame, language: str) -> go.Figure:
    """A map: a row per feature, a column per month, the PSI in it, coloured by verdict.

    Needs `feature`, `month_on`, `psi`, `verdict`. A click gives `[feature, month]`.
    """
    features = frame["feature"].unique(maintain_order=True).to_list()
    months = [shown.month(on) for on in frame["month_on"].unique().sort()]
    found = {
        (name, shown.month(on)): (psi, verdict)
        for name, on, psi, verdict in frame.select("feature", "month_on", "psi", "verdict").rows()
    }
    rows = []
    for feature in features:
        name = reference_name("feature", feature, language)
        texts = [shown.precise(found[feature, month][0]) for month in months]
        rows.append(
            Row(
                name=name,
                colours=[theme.DRIFT_COLOURS[found[feature, month][1]] for month in months],
                texts=texts,
                hovers=[
                    f"{name} · {month}<br>{text}" for month, text in zip(months, texts, strict=True)
                ],
                clicks=[[feature, month] for month in months],
            )
        )
    return cells(months, rows, height=_FRAME_HEIGHT + _ROW_HEIGHT * len(features))


def scores_by_month(frame: pl.DataFrame, language: str) -> go.Figure:
    """A map: a column per month, a row per score range, the highest on top, darker where more of
    the month's applicants are.

    Needs `month_on`, `score_from`, `score_to`, `applications`, `share`. A click gives
    `[month, score_from]`.
    """
    months = [shown.month(on) for on in frame["month_on"].unique().sort()]
    ranges = frame.select("score_from", "score_to").unique().sort("score_from", descending=True)
    found = {
        (shown.month(on), low): (share, count)
        for on, low, share, count in frame.select(
            "month_on", "score_from", "share", "applications"
        ).rows()
    }
    highest = _usual_highest(frame)
    rows = []
    for low, high in ranges.rows():
        of_range = [found.get((month, low), (0.0, 0)) for month in months]
        name = f"{low}–{high - 1}"
        rows.append(
            Row(
                name=name,
                colours=[_shade(min(share / highest, 1.0)) for share, _ in of_range],
                texts=[""] * len(months),
                hovers=[
                    f"{name} · {month}<br>" + _share_text(share, count, language)
                    for month, (share, count) in zip(months, of_range, strict=True)
                ],
                clicks=[[month, low] for month in months],
            )
        )
    return cells(months, rows, height=theme.HEIGHT)


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


def _usual_highest(frame: pl.DataFrame) -> float:
    """The largest share of a range in a month with a tenth of the busiest's applicants or more."""
    of_month = pl.col("applications").sum().over("month_on")
    usual = frame.filter(of_month * _QUIET >= of_month.max())
    return max(usual["share"], default=1.0)


def _highest(frame: pl.DataFrame) -> float:
    """What the axis has room for: every PSI, save that what is chance goes no further than the last
    line; a month of four applicants leaves the others to be seen."""
    is_chance = pl.col("verdict") == "chance"
    shown_psi = pl.when(is_chance).then(pl.col("psi").clip(upper_bound=_LINES[1])).otherwise("psi")
    return max([*frame.select(shown_psi).to_series(), _LINES[0]])


def _shade(strength: float) -> str:
    """From nearly nothing to the full colour; see-through, so that it suits light and dark."""
    return f"rgba(31,154,142,{0.04 + 0.9 * strength:.3f})"


def _share_text(share: float, applications: int, language: str) -> str:
    return sentence(
        "scores.share_of_month",
        language,
        share=shown.percent(share),
        applications=shown.count(applications),
    )
