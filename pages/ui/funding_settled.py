"""What is settled with funders: figures, days as chart and rows, and whether the accounts agree."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import polars as pl
import streamlit as st

from lending_core.dates import month_start
from lending_core.funding.settlement import totals
from pages.ui import format as shown
from pages.ui import funding_settle_reads, inputs, panels, session, tables
from pages.ui.charts import funding as charts
from pages.ui.panels import KeyFigure
from pages.ui.text import funder_name, headline, t

VIEWS = ("days", "statements", "transfers", "ties")
_ALL = ""
_OWN = (
    *("booked_on", "paid_in_fen", "passed_on_fen", "guarantee_fen", "price_fen", "net_fen"),
    *("principal_fen", "interest_fen", "penalty_fen", "recovered_fen", "change_fen"),
)
_COLUMNS = ("funder_code", *_OWN, "fee_fen")
_TIES = ("flow", "settled_fen", "booked_fen", "difference_fen")


class Period(NamedTuple):
    """From day to day, both included, of one funder; None: of all."""

    from_on: date
    to_on: date
    funder_code: str | None


def choose(business_on: date, funders: Sequence[str]) -> Period:
    """Period and funder, as the URL says and the person sets: the month of the newest closed
    day of all funders unless they say otherwise."""
    with st.grid(3, min_column_width=180, gap="small"):
        from_on, to_on = span(business_on)
        code = inputs.choose_one(
            t("column.funder_code"), (_ALL, *funders), key="funder", name_of=_funder_name
        )
    return Period(from_on, to_on, code or None)


def span(business_on: date) -> tuple[date, date]:
    """From which day to which: the month of the newest closed day unless the person says other."""
    from_on = inputs.day(t("trial_balance.from"), month_start(business_on), key="from")
    return from_on, inputs.day(t("trial_balance.to"), business_on, key="to")


def figures(days: pl.DataFrame, *, is_own: bool = False) -> None:
    """What came in, what went out, and what is left of it; in a lender's own words, where it is
    who reads."""
    sums = totals(days)
    panels.key_figures(
        [
            _money("paid_in", sums["funded_fen"]),
            _money("passed_on", sums["passed_on_fen"]),
            _money("guarantee", sums["guarantee_fen"]),
            _money("price", sums["price_fen"]),
            _money("kept", sums["fee_fen"]),
            _money("own_net" if is_own else "net", sums["net_fen"]),
        ]
    )


def chart(days: pl.DataFrame) -> None:
    """The days as columns: paid in below, passed on above, what is left as a line."""
    by_day = days.group_by("booked_on").agg(pl.exclude("funder_code").sum()).sort("booked_on")
    panels.chart(
        charts.settlement(_two_sided(by_day, is_below=True), session.language()),
        t("settlement.chart_title"),
        alt=t("settlement.chart_alt", net=shown.money(totals(days)["net_fen"])),
        key="settlement_chart",
        note=t("settlement.chart_note"),
    )


def rows(days: pl.DataFrame, *, is_own: bool = False) -> None:
    """Funder and day in rows, the newest first, with all of them as files."""
    with st.container(border=True, key="settlement_rows"):
        title = t("settlement.own_rows_title" if is_own else "settlement.rows_title")
        panels.heading(title, t("settlement.rows_note"))
        newest_first = days.sort("booked_on", "funder_code", descending=[True, False])
        tables.show(
            _two_sided(newest_first, is_below=False),
            alt=title,
            key="settlement_days",
            columns=_OWN if is_own else _COLUMNS,
        )


def agreement(period: Period) -> None:
    """Whether settlement with all funders and the trial balance say the same of each flow."""
    found = funding_settle_reads.agreement(period.from_on, period.to_on)
    differing = found.filter(pl.col("difference_fen") != 0).height
    with st.container(border=True, key="settlement_ties"):
        panels.heading(t("settlement.ties_title"), t("settlement.ties_note"))
        if differing:
            st.error(t("settlement.ties_differ", flows=differing), icon=":material/gpp_bad:")
        else:
            st.success(t("settlement.ties_agree"), icon=":material/verified:")
        tables.show(found, alt=t("settlement.ties_title"), key="settlement_ties", columns=_TIES)


def view() -> str:
    """Which part of the screen stands below."""
    return inputs.choose_view(t("matching.view"), VIEWS, key="view", name_of=_view_name)


def _two_sided(days: pl.DataFrame, *, is_below: bool) -> pl.DataFrame:
    """With what a funder paid in under a name of its own, below zero for a chart."""
    sign = -1 if is_below else 1
    return days.with_columns(paid_in_fen=pl.col("funded_fen") * sign)


def _money(name: str, fen: int) -> KeyFigure:
    full = t(f"settlement.{name}_help", full=shown.money(fen))
    return KeyFigure(t(f"settlement.{name}"), headline(fen), full)


def _funder_name(code: str) -> str:
    return t("settlement.all_funders") if code == _ALL else funder_name(code)


def _view_name(code: str) -> str:
    return t(f"settlement.view_{code}")
