"""What can be earned at each loss rate, with the policy of now and the best choice on it."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import polars as pl

from lending_core.policy.optimise import Outcome
from pages.ui import format as shown
from pages.ui import theme
from pages.ui.charts.series import in_unit, money_axis, money_unit
from pages.ui.text import sentence

_HEIGHT = 380
# What a click on the policy of now gives, and on the best choice.
NOW, CHOSEN = -1, -2


@dataclass(frozen=True)
class _Look:
    name: str
    colour: str
    symbol: str
    size: int
    mode: str


def frontier(
    points: Sequence[Outcome], now: tuple[str, Outcome], chosen: Outcome | None, language: str
) -> go.Figure:
    """Profit over loss rate: the most at each rate as a line of open marks (nobody has lent under
    them), the policy of `now` (by its name) and the one chosen as full ones.

    A click gives `[place]` in `points`, or `NOW` or `CHOSEN`.
    """
    draft, today = theme.POLICY_COLOURS["draft"], theme.POLICY_COLOURS["today"]
    looks = {
        "line": _Look(_name("optimise.line", language), draft, "circle-open", 9, "lines+markers"),
        "chosen": _Look(_name("optimise.chosen", language), draft, "star", 17, "markers"),
        "now": _Look(now[0], today, "diamond", 14, "markers"),
    }
    marks = {
        "line": list(zip(range(len(points)), points, strict=True)),
        "chosen": [(CHOSEN, chosen)] if chosen is not None else [],
        "now": [(NOW, now[1])],
    }
    profits = pl.Series([mark.profit_fen for part in marks.values() for _, mark in part])
    unit = money_unit(profits, language)
    drawn = theme.figure(
        *(_marks(marks[part], look, unit, language) for part, look in looks.items()),
        x=_name("axis.loss_share", language),
        y=money_axis("axis.profit", unit, language),
        height=_HEIGHT,
        clickmode="event+select",
    )
    drawn.update_xaxes(tickformat=".2%")
    return drawn.update_yaxes(tickformat=",")


def _marks(
    marks: Sequence[tuple[int, Outcome]], look: _Look, unit: shown.MoneyUnit, language: str
) -> go.Scatter:
    profits = pl.Series([reached.profit_fen for _, reached in marks], dtype=pl.Int64)
    return go.Scatter(
        name=look.name,
        x=[reached.loss_share for _, reached in marks],
        y=in_unit(profits, unit),
        mode=look.mode,
        marker=theme.marker(look.colour) | {"symbol": look.symbol, "size": look.size},
        line={"color": look.colour, "dash": "dot"},
        # A click marks one; the others stay as legible as they were.
        unselected={"marker": {"opacity": 1}},
        selected={"marker": {"size": look.size + 5}},
        customdata=[[place] for place, _ in marks],
        text=[_hover(reached, language) for _, reached in marks],
        hovertemplate="%{text}<extra>%{fullData.name}</extra>",
    )


def _hover(reached: Outcome, language: str) -> str:
    return sentence(
        "optimise.point",
        language,
        profit=shown.money(reached.profit_fen),
        loss=shown.rate(reached.loss_share),
        approval=shown.percent(reached.approval_share),
        drawn=shown.money(reached.drawn_fen),
    )


def _name(key: str, language: str) -> str:
    return sentence(key, language)
