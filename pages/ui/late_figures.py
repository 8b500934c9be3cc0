"""The answer of the overdue screen: how much is late at a month end, each number explained."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from lending_core.dates import newest_month_end
from lending_core.portfolio.delinquency import (
    RateView,
    Weight,
    by_stage,
    collection,
    first_payment_shares,
    flow_shares,
    late_rates,
)
from lending_core.portfolio.roll_rates import sum_known
from pages.ui import format as shown
from pages.ui.charts.series import sparkline
from pages.ui.headline_figures import TREND_MONTHS
from pages.ui.panels import KeyFigure
from pages.ui.text import headline, t


@dataclass(frozen=True)
class Told:
    """What the store told of the part looked at: flows between stages, entries into lateness and
    first payments by month, up to `business_on`; figures are reckoned by `weight`."""

    flows: pl.DataFrame
    entries: pl.DataFrame
    cohorts: pl.DataFrame
    business_on: date
    weight: Weight

    def until(self, month_end_on: date) -> "Told":
        """The same as if that month end were the newest closed day."""
        is_past = pl.col("month_end_on") <= month_end_on
        return Told(
            self.flows.filter(is_past),
            self.entries.filter(is_past),
            self.cohorts,
            min(self.business_on, month_end_on),
            self.weight,
        )

    @property
    def shares(self) -> pl.DataFrame:
        """`flow_shares` of the months that are over."""
        return flow_shares(self.flows, self.weight, newest_month_end(self.business_on))

    @property
    def first_shares(self) -> pl.DataFrame:
        """`first_payment_shares` as known at the newest closed day."""
        return first_payment_shares(self.cohorts, self.business_on, self.weight)

    def rates(self, view: RateView) -> pl.DataFrame:
        """`late_rates` of the flows."""
        return late_rates(self.flows, view)


def key_figures(told: Told) -> list[KeyFigure]:
    """What is overdue, 30+ and 90+, C -> M1, collected within 30 days, first payments missed; the
    last two for the newest month that can be told."""
    rates = told.rates(RateView(told.weight))
    whole = told.rates(RateView(told.weight, "whole"))
    lost = told.rates(RateView(told.weight, "lost"))
    entered = told.shares.filter(pl.col("from_bucket") == "C")["worse"]
    beside = {
        "rate_60": shown.rate(_last(rates["rate_60"])),
        **{f"whole_{days}": shown.rate(_last(whole[f"rate_{days}"])) for days in (30, 90)},
        **{f"lost_{days}": shown.rate(_last(lost[f"rate_{days}"])) for days in (30, 90)},
    }
    return [
        _overdue(told) if told.weight == "principal_fen" else _late_loans(told),
        _rate("rate_30", rates["rate_30"], **beside),
        _rate("rate_90", rates["rate_90"], **beside),
        _rate("entry", entered),
        _collected(told),
        _first_payment(told),
    ]


def what_is_unknown(told: Told) -> str | None:
    """Why figures have a dash: which amounts the book does not tell of every loan; None where
    nothing is missing, or only loans are counted."""
    if told.weight == "loans" or told.flows.is_empty():
        return None
    if by_stage(told.flows)["principal_fen"].has_nulls():
        return t("overdue_loans.unknown_balance")
    if by_stage(told.flows)["overdue_fen"].has_nulls():
        return t("overdue_loans.unknown_overdue")
    return None


def trend(told: Told, view: RateView) -> pl.DataFrame:
    """One row per month end for the trend's lines: over_30_share, over_60_share, over_90_share."""
    days = (30, 60, 90)
    return told.rates(view).select(
        "month_end_on", **{f"over_{each}_share": f"rate_{each}" for each in days}
    )


def _overdue(told: Told) -> KeyFigure:
    by_month = _overdue_by_month(told)
    return KeyFigure(
        t("overdue_loans.overdue"),
        headline(by_month[-1]),
        help=t(
            "overdue_loans.overdue_help",
            full=shown.money(by_month[-1]),
            loans=shown.count(_late(told)[-1]),
        ),
        change=_growth(by_month),
        rising_is="bad",
        trend=sparkline(by_month.tail(TREND_MONTHS)),
    )


def _overdue_by_month(told: Told) -> pl.Series:
    months = by_stage(told.flows).group_by("month_end_on")
    return months.agg(sum_known(pl.col("overdue_fen"))).sort("month_end_on")["overdue_fen"]


def _late_loans(told: Told) -> KeyFigure:
    by_month = _late(told)
    return KeyFigure(
        t("overdue_loans.late_loans"),
        shown.count(by_month[-1]),
        help=t("overdue_loans.late_loans_help"),
        change=_growth(by_month),
        rising_is="bad",
        trend=sparkline(by_month.tail(TREND_MONTHS)),
    )


def _late(told: Told) -> pl.Series:
    """Late loans by month end."""
    late = pl.col("loans").filter(pl.col("bucket") != "C").sum().cast(pl.Int64)
    months = by_stage(told.flows).group_by("month_end_on").agg(loans=late)
    return months.sort("month_end_on")["loans"]


def _collected(told: Told) -> KeyFigure:
    column = "principal_share" if told.weight == "principal_fen" else "loans_share"
    months = collection(told.entries, told.business_on).drop_nulls(column)
    by_month = months[column]
    now, before = _last(by_month), _last(by_month[:-1])
    return KeyFigure(
        t("overdue_loans.collected"),
        shown.percent(now),
        help=t("overdue_loans.collected_help", month=_newest(months["month_end_on"])),
        change=shown.points(now - before) if now is not None and before is not None else None,
        rising_is="good",
        trend=sparkline(by_month.tail(TREND_MONTHS)),
    )


def _first_payment(told: Told) -> KeyFigure:
    cohorts = told.first_shares
    months = cohorts.drop_nulls("fpd_30")
    seven = cohorts.drop_nulls("fpd_7")
    return _rate(
        "first_payment",
        months["fpd_30"],
        cohort=_newest(months["cohort_on"]),
        seven=shown.rate(_last(seven["fpd_7"])),
        cohort_7=_newest(seven["cohort_on"]),
    )


def _rate(name: str, by_month: pl.Series, **facts: str) -> KeyFigure:
    now, before = _last(by_month), _last(by_month[:-1])
    return KeyFigure(
        t(f"overdue_loans.{name}"),
        shown.rate(now),
        help=t(f"overdue_loans.{name}_help", **facts),
        change=shown.tile_points(now - before) if now is not None and before is not None else None,
        rising_is="bad",
        trend=sparkline(by_month.tail(TREND_MONTHS)),
    )


def _growth(by_month: pl.Series) -> str | None:
    now, before = _last(by_month), _last(by_month[:-1])
    return f"{now / before - 1:+.1%}" if now is not None and before else None


def _last(values: pl.Series) -> float | None:
    return values[-1] if len(values) else None


def _newest(months: pl.Series) -> str:
    return shown.month(months.max())  # type: ignore[arg-type]
