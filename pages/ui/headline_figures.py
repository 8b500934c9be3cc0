"""The key figures of the first screen: value, change against last month, the year behind it, and
the way to the screen that explains it."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from lending_core.dates import month_end, month_start
from lending_core.portfolio.delinquency import STAGES_30_PLUS, STAGES_90_PLUS
from pages.ui import format as shown
from pages.ui import links
from pages.ui.charts.series import sparkline
from pages.ui.panels import KeyFigure, Meaning, key_figures
from pages.ui.text import headline, t

TREND_MONTHS = 12
# Two figures side by side on a phone, six beside the menu on a laptop.
_WIDTH_MIN = 145


@dataclass(frozen=True)
class Headline:
    """A column of `headlines`, whether a rise is good, and the page that explains it; None where
    the explanation stands further down. `is_of_month`: gathered over the month, so that a part of
    one is not compared with a whole one."""

    column: str
    rising_is: Meaning | None
    page: str | None
    query: dict[str, Any] = field(default_factory=dict)
    is_of_month: bool = False


HEADLINES = (
    Headline("balance_fen", None, links.OVERDUE_PAGE),
    Headline("lent_fen", None, links.APPLICATIONS_PAGE, {"outcome": "approve"}, is_of_month=True),
    Headline("approval_share", None, links.APPLICATIONS_PAGE),
    Headline("rate_30", "bad", links.OVERDUE_PAGE, {"bucket": list(STAGES_30_PLUS)}),
    Headline("rate_90", "bad", links.OVERDUE_PAGE, {"bucket": list(STAGES_90_PLUS)}),
    Headline("headroom_fen", "good", None),
)


def row(months: pl.DataFrame) -> None:
    """The figures of the newest month; each leads to its screen. Needs a row of `headlines`."""
    newest_on = months["month_end_on"][-1]
    is_over = newest_on == month_end(newest_on)
    with st.grid(len(HEADLINES), min_column_width=_WIDTH_MIN, gap="xsmall"):
        for wanted in HEADLINES:
            with st.container(gap="xxsmall", height="stretch"):
                figure = key_figure(months[wanted.column], wanted.rising_is)
                is_compared = is_over or not wanted.is_of_month
                key_figures([figure if is_compared else replace(figure, change=None)])
                _way(wanted, newest_on)


def applications_of(month_end_on: date) -> dict[str, str]:
    """The filter of the applications page that shows one month."""
    return {"from": shown.day(month_start(month_end_on)), "to": shown.day(month_end_on)}


def _way(wanted: Headline, month_end_on: date) -> None:
    label = t(f"today.way_{wanted.column}")
    query = wanted.query
    if wanted.page == links.APPLICATIONS_PAGE:
        query = query | applications_of(month_end_on)
    if wanted.page is None:
        st.caption(label)
    else:
        links.way(wanted.page, label, icon_position="right", query=query)


def key_figure(values: pl.Series, rising_is: Meaning | None) -> KeyFigure:
    """The newest value of a column by month, named `today.<column>`."""
    newest, *before = reversed(values.to_list())
    previous = before[0] if before else None
    is_money = values.name.endswith("_fen")
    full = shown.money(newest) if is_money else shown.rate(newest)
    return KeyFigure(
        t(f"today.{values.name}"),
        headline(newest) if is_money else _share(values.name, newest),
        help=t(f"today.{values.name}_help", full=full),
        change=_growth(newest, previous) if is_money else _points(values.name, newest, previous),
        rising_is=rising_is,
        trend=sparkline(values.tail(TREND_MONTHS)),
    )


def _share(name: str, value: float | None) -> str:
    return shown.percent(value) if name.endswith("_share") else shown.rate(value)


def _growth(now_fen: int, before_fen: int | None) -> str | None:
    """How much more in percent, with its sign; None without a month before."""
    return f"{now_fen / before_fen - 1:+.1%}" if before_fen else None


def _points(name: str, now: float | None, before: float | None) -> str | None:
    if now is None or before is None:
        return None
    return shown.points(now - before, decimals=1 if name.endswith("_share") else 2)
