"""The answer of the overdue screen: how much is late at a month end, each number explained."""

from datetime import date

import polars as pl

from lending_core.portfolio.delinquency import (
    first_payment_default_rates,
    headline_rates,
    rates_with_charged_off,
    roll_rates,
)
from pages.ui import format as shown
from pages.ui.charts.series import sparkline
from pages.ui.headline_figures import TREND_MONTHS
from pages.ui.panels import KeyFigure
from pages.ui.text import headline, t


def key_figures(
    by_bucket: pl.DataFrame, rolls: pl.DataFrame, cohorts: pl.DataFrame, month_end_on: date
) -> list[KeyFigure]:
    """Overdue money, 30+, 90+ without and with what is charged off, C -> M1, first payments missed;
    as known at `month_end_on`, the last one for the newest month of disbursement that can be told.
    """
    until = pl.col("month_end_on") <= month_end_on
    buckets = by_bucket.filter(until)
    rates, whole = headline_rates(buckets), rates_with_charged_off(buckets)
    entries = roll_rates(rolls).filter(until, pl.col("from_bucket") == "C")
    defaults = first_payment_default_rates(cohorts)
    return [
        _overdue(buckets, month_end_on),
        _rate("rate_30", rates["rate_30"]),
        _rate("rate_90", rates["rate_90"]),
        _rate("rate_90_whole", whole["rate_90"]),
        _rate("entry", entries["rate"]),
        _rate(
            "first_payment",
            defaults["default_share"],
            cohort=shown.month(defaults["cohort_on"].max()),  # type: ignore[arg-type]
        ),
    ]


def trend(by_bucket: pl.DataFrame) -> pl.DataFrame:
    """One row per month end for the trend's lines: over_30_share, over_90_share."""
    return headline_rates(by_bucket).select(
        "month_end_on", over_30_share="rate_30", over_90_share="rate_90"
    )


def _overdue(by_bucket: pl.DataFrame, month_end_on: date) -> KeyFigure:
    months = by_bucket.group_by("month_end_on").agg(pl.col("overdue_fen").sum())
    by_month = months.sort("month_end_on")["overdue_fen"]
    late = by_bucket.filter(pl.col("month_end_on") == month_end_on, pl.col("bucket") != "C")
    return KeyFigure(
        t("overdue_loans.overdue"),
        headline(by_month[-1]),
        help=t(
            "overdue_loans.overdue_help",
            full=shown.money(by_month[-1]),
            loans=shown.count(int(late["loans"].sum())),
        ),
        change=f"{by_month[-1] / by_month[-2] - 1:+.1%}"
        if len(by_month) > 1 and by_month[-2]
        else None,
        rising_is="bad",
        trend=sparkline(by_month.tail(TREND_MONTHS)),
    )


def _rate(name: str, by_month: pl.Series, **facts: str) -> KeyFigure:
    now, before = _last_two(by_month)
    return KeyFigure(
        t(f"overdue_loans.{name}"),
        shown.rate(now),
        help=t(f"overdue_loans.{name}_help", **facts),
        change=shown.rate_points(now - before) if now is not None and before is not None else None,
        rising_is="bad",
        trend=sparkline(by_month.tail(TREND_MONTHS)),
    )


def _last_two(values: pl.Series) -> tuple[float | None, float | None]:
    newest = values.tail(2).to_list()
    return (newest[-1] if newest else None), (newest[0] if len(newest) > 1 else None)
