"""The months ahead by the chain of roll rates, and what its past forecasts were worth."""

import polars as pl
import streamlit as st

from lending_core.portfolio import forecast
from lending_core.portfolio.cohort_numbers import cohort_numbers
from lending_core.portfolio.forecast import OVER_30, Chain
from pages.ui import format as shown
from pages.ui import inputs, panels, session, tables
from pages.ui.charts import rolls as charts
from pages.ui.panels import KeyFigure
from pages.ui.roll_view import Rolls
from pages.ui.text import t

# Months of the past beside the months ahead.
PAST_MONTHS = 12
# How far ahead the forecasts drawn in the back-test looked.
TESTED_MONTHS = 3
HORIZONS = ("6", "3", "12")
_LENDING = ("on", "off")


def chain_of(rolls: Rolls) -> Chain:
    """The chain of the part of the book chosen."""
    return forecast.chain(rolls.moves, rolls.weight)


def figure(known: Chain) -> KeyFigure:
    """30+ so many months ahead, with new lending."""
    months = cohort_numbers().forecast.horizon_months
    ahead = forecast.forecast(known, months, with_new=True).filter(pl.col("what") == OVER_30)
    last, now = ahead.row(-1, named=True), ahead["value"][0]
    return KeyFigure(
        t("roll_rates.ahead"),
        shown.rate(last["value"]),
        help=t(
            "roll_rates.ahead_help",
            months=months,
            low=shown.rate(last["low"]),
            high=shown.rate(last["high"]),
            share=f"{cohort_numbers().forecast.interval:.0%}",
        ),
        change=shown.tile_points(last["value"] - now),
        rising_is="bad",
        trend=ahead["value"].to_list(),
    )


def show(rolls: Rolls, known: Chain) -> None:
    """Late balances and 30+ ahead, under stated assumptions, and the back-test."""
    st.subheader(t("roll_rates.ahead_title"))
    with st.container(horizontal=True, vertical_alignment="center"):
        horizon = inputs.choose_view(
            t("roll_rates.horizon"), HORIZONS, key="horizon", name_of=_horizon_name
        )
        lending = inputs.choose_view(
            t("roll_rates.lending"), _LENDING, key="lending", name_of=_lending_name
        )
    ahead = forecast.forecast(known, int(horizon), with_new=lending == "on")
    key = f"{rolls.key}_{horizon}_{lending}"
    left, right = st.columns(2, gap="medium")
    with left:
        _stages(rolls, known, ahead, key)
    with right:
        _share(known, ahead, key)
    numbers = cohort_numbers().forecast
    st.caption(
        t(
            "roll_rates.assumptions",
            window=min(numbers.window_months, len(known.months)),
            paths=numbers.paths,
            share=f"{numbers.interval:.0%}",
        )
    )
    _back_test(rolls, known, int(horizon))


def _stages(rolls: Rolls, known: Chain, ahead: pl.DataFrame, key: str) -> None:
    later = ahead.filter(pl.col("month_end_on") > known.months[-1])
    panels.chart(
        charts.months_ahead(
            forecast.past(known, PAST_MONTHS), later, rolls.weight, session.language()
        ),
        t("roll_rates.stages_title"),
        alt=t("roll_rates.stages_alt"),
        key=f"roll_rates_ahead_{key}",
        note=t("roll_rates.stages_note"),
    )


def _share(known: Chain, ahead: pl.DataFrame, key: str) -> None:
    was = forecast.past(known, PAST_MONTHS).filter(pl.col("what") == OVER_30)
    will = ahead.filter(pl.col("what") == OVER_30)
    panels.chart(
        charts.share_ahead(was.rename({"value": "rate"}), will, session.language()),
        t("roll_rates.share_title"),
        alt=t(
            "roll_rates.share_alt",
            now=shown.rate(will["value"][0]),
            then=shown.rate(will["value"][-1]),
        ),
        key=f"roll_rates_share_{key}",
        note=t("roll_rates.share_note"),
    )


def verdict(summary: pl.DataFrame) -> str:
    """In words, how far ahead the chain did better than "it stays as it is"."""
    better = summary.filter(pl.col("error") < pl.col("unchanged_error"))["months_ahead"].to_list()
    until = 0
    while until + 1 in better:
        until += 1
    if until == 0:
        return t("roll_rates.no_better")
    if until == summary.height:
        return t("roll_rates.better_throughout", months=until)
    return t("roll_rates.better_until", months=until)


def _back_test(rolls: Rolls, known: Chain, horizon: int) -> None:
    tried = forecast.back_test(known, horizon)
    with st.container(border=True):
        panels.heading(t("roll_rates.tested_title"), t("roll_rates.tested_note"))
        if tried.is_empty():
            window = cohort_numbers().forecast.window_months
            panels.empty(t("roll_rates.tested_empty", months=window + 1))
            return
        summary = forecast.back_test_summary(tried)
        st.markdown(verdict(summary))
        left, right = st.columns(2, gap="medium")
        with left:
            step = min(TESTED_MONTHS, summary["months_ahead"].to_list()[-1])
            panels.chart(
                charts.tested(tried.filter(pl.col("months_ahead") == step), session.language()),
                t("roll_rates.tested_step", months=step),
                alt=verdict(summary),
                key=f"roll_rates_tested_{rolls.key}_{horizon}",
            )
        with right:
            tables.show(
                summary.select(
                    *("months_ahead", "forecasts"),
                    error_figure=_distances(summary["error"]),
                    unchanged_figure=_distances(summary["unchanged_error"]),
                    bias_figure=_points(summary["bias"]),
                    held_share="held_share",
                ),
                alt=t("roll_rates.tested_title"),
                key="roll_rates_tested_table",
            )


def _distances(changes: pl.Series) -> pl.Series:
    return _points(changes).str.strip_prefix("+")


def _points(changes: pl.Series) -> pl.Series:
    return pl.Series([shown.rate_points(each) for each in changes], dtype=pl.String)


def _horizon_name(code: str) -> str:
    return t("roll_rates.months_ahead", months=code)


def _lending_name(code: str) -> str:
    return t(f"roll_rates.lending_{code}")
