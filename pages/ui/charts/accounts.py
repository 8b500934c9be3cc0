"""The accounts: from one balance to the next, a step per flow or account."""

from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl

from pages.ui import format as shown
from pages.ui import theme
from pages.ui.charts.series import in_unit, money_axis, money_unit
from pages.ui.text import reference_name, sentence

_BAR_HEIGHT = 34


def cash_bridge(frame: pl.DataFrame, opening_fen: int, language: str) -> go.Figure:
    """From the cash at the beginning to that at the end, a step per flow that moved it.

    Needs `flow` and `amount_fen`, out negative; drawn in the order of the frame.
    """
    names = [reference_name("flow", code, language) for code in frame["flow"]]
    return _bridge(
        [sentence("trial_balance.opening", language), *names],
        [opening_fen, *frame["amount_fen"]],
        sentence("trial_balance.closing", language),
        language,
        totals=(0,),
    )


def result_bridge(frame: pl.DataFrame, language: str) -> go.Figure:
    """From nothing to the result of the period, a step per account of income or expense.

    Needs `account` and `amount_fen`, what lowers the result negative.
    """
    names = [reference_name("account", code, language) for code in frame["account"]]
    last = sentence("trial_balance.result", language)
    return _bridge(names, frame["amount_fen"].to_list(), last, language)


def _bridge(
    names: Sequence[str],
    amounts_fen: Sequence[int],
    last: str,
    language: str,
    totals: Sequence[int] = (),
) -> go.Figure:
    """Steps one after the other; those in `totals`, and the sum at the end, stand on zero."""
    steps_fen = pl.Series(amounts_fen, dtype=pl.Int64)
    unit = money_unit(steps_fen.cum_sum(), language)
    fen = pl.Series([*amounts_fen, steps_fen.sum()], dtype=pl.Int64)
    measures = ["absolute" if place in totals else "relative" for place in range(len(names))]
    steps = go.Waterfall(
        orientation="h",
        y=[*names, last],
        x=in_unit(fen, unit),
        measure=[*measures, "total"],
        text=[shown.headline_money(amount, language) for amount in fen],
        textposition="outside",
        customdata=[shown.money(amount) for amount in fen],
        hovertemplate="%{y}<br>%{customdata}<extra></extra>",
        increasing={"marker": {"color": theme.PLAIN_COLOUR}},
        decreasing={"marker": {"color": theme.INTEREST_COLOUR}},
        totals={"marker": {"color": theme.OUTLINE_COLOUR}},
        connector={"line": {"color": theme.OUTLINE_COLOUR, "width": 0.5}},
        cliponaxis=False,
    )
    drawn = theme.figure(
        steps,
        x=money_axis("axis.amount", unit, language),
        height=max(theme.HEIGHT_SMALL, _BAR_HEIGHT * (len(names) + 2)),
    )
    # The amount after the longest bar stands in the margin.
    drawn.update_layout(margin={"r": 64})
    return drawn.update_yaxes(autorange="reversed")
