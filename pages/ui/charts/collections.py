"""Collections: where money is expected from, what cases wait for, how much came back and when."""

from typing import Any

import plotly.graph_objects as go
import polars as pl

from lending_core.operations.collections import CASE_STAGES
from lending_core.portfolio.recovery import WRITTEN_OFF
from pages.ui import format as shown
from pages.ui import theme
from pages.ui.charts.series import in_unit, money_axis, money_unit
from pages.ui.text import sentence

# What was written off is not a stage of lateness: no colour of theirs.
_COLOURS = {**theme.BUCKET_COLOURS, WRITTEN_OFF: theme.OUTLINE_COLOUR}
_DAYS_BETWEEN_TICKS = 30
_TEXT_ROOM = 1.12


def expected_by_stage(frame: pl.DataFrame, language: str) -> go.Figure:
    """One bar per stage of lateness that has cases, as high as the money expected from them.

    Needs `case_stage`, `cases`, `overdue_fen`, `expected_fen`. On each bar stands
    what it is of the money overdue. A click gives the stage.
    """
    rows = _in_order(frame)
    unit = money_unit(rows["expected_fen"], language)
    shares = [_share(row["expected_fen"], row["overdue_fen"]) for row in rows.iter_rows(named=True)]
    hovers = [
        sentence(
            "collections.expected_hover",
            language,
            cases=shown.count(row["cases"]),
            overdue=shown.money(row["overdue_fen"]),
            expected=shown.money(row["expected_fen"]),
        )
        for row in rows.iter_rows(named=True)
    ]
    heights = in_unit(rows["expected_fen"], unit)
    bars = go.Bar(
        x=[stage_name(stage, language) for stage in rows["case_stage"]],
        y=heights,
        marker=theme.marker([_COLOURS[stage] for stage in rows["case_stage"]]),  # type: ignore[arg-type]
        customdata=rows["case_stage"].to_list(),
        text=[shown.percent(share) for share in shares],
        textposition="outside",
        cliponaxis=False,
        hovertext=hovers,
        hovertemplate="%{x}<br>%{hovertext}<extra></extra>",
    )
    drawn = theme.figure(
        bars, y=money_axis("collections.axis_expected", unit, language), clickmode="event+select"
    )
    drawn.update_xaxes(type="category")
    highest = max((height or 0 for height in heights), default=0)
    return drawn.update_yaxes(range=[0, (highest or 1) * _TEXT_ROOM])


def cases_by_state(frame: pl.DataFrame, language: str) -> go.Figure:
    """One bar per state of the work, in the order given: how many cases, and what they owe.

    Needs `case_state`, `cases`, `overdue_fen`. A click gives the state.
    """
    bars = go.Bar(
        orientation="h",
        y=[sentence(f"case_state.{state}", language) for state in frame["case_state"]],
        x=frame["cases"].to_list(),
        marker=theme.marker(theme.PLAIN_COLOUR),
        customdata=frame["case_state"].to_list(),
        text=[
            f"{shown.count(cases)} · {shown.headline_money(fen, language)}" if cases else ""
            for cases, fen in frame.select("cases", "overdue_fen").iter_rows()
        ],
        textposition="auto",
        hovertext=[
            f"{shown.count(cases)} · {shown.money(fen)}"
            for cases, fen in frame.select("cases", "overdue_fen").iter_rows()
        ],
        hovertemplate="%{y}<br>%{hovertext}<extra></extra>",
        cliponaxis=False,
    )
    drawn = theme.figure(bars, x=sentence("collections.axis_cases", language))
    drawn.update_layout(clickmode="event+select")
    return drawn.update_yaxes(autorange="reversed", showgrid=False)


def recovery_curve(frame: pl.DataFrame, language: str) -> go.Figure:
    """Of what became late, the share that was late no more so many days later; never falls.

    Needs `days`, `cured_share`, `cured_fen`, `cured_loans`.
    """
    line = go.Scatter(
        x=frame["days"].to_list(),
        y=frame["cured_share"].to_list(),
        mode="lines",
        line={"width": 2.5, "color": theme.PLAIN_COLOUR},
        text=[
            sentence(
                "collection_team.curve_hover",
                language,
                days=days,
                share=shown.percent(share),
                amount=shown.money(fen),
                loans=shown.count(loans),
            )
            for days, share, fen, loans in frame.select(
                "days", "cured_share", "cured_fen", "cured_loans"
            ).iter_rows()
        ],
        hovertemplate="%{text}<extra></extra>",
    )
    drawn = theme.figure(
        line,
        x=sentence("collection_team.axis_days", language),
        y=sentence("collection_team.axis_recovered", language),
    )
    drawn.update_xaxes(dtick=_DAYS_BETWEEN_TICKS)
    return drawn.update_yaxes(range=[0, 1], tickformat=".0%")


def stage_name(stage: str, language: str) -> str:
    """A stage of lateness by its name; what was written off in words."""
    return sentence("case_stage.written_off", language) if stage == WRITTEN_OFF else stage


def _in_order(frame: pl.DataFrame) -> pl.DataFrame:
    order = {stage: place for place, stage in enumerate(CASE_STAGES)}
    return frame.sort(pl.col("case_stage").replace_strict(order, default=len(order)))


def _share(part: Any, whole: Any) -> float | None:
    return part / whole if whole else None
