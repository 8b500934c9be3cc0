"""A vintage as rows of its map and points of its curves: which are whole, which are open, and what
each says on hover."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from lending_core.dates import add_months, month_end
from lending_core.portfolio import vintage
from lending_core.portfolio.vintage import Period, Weight
from pages.ui import format as shown
from pages.ui.charts.vintage import CURVES_MAX
from pages.ui.text import t

# As many rows as a screen holds; the newest ones.
ROWS_MAX = 36
_SCHEMA = {
    "key": pl.String,
    "name": pl.String,
    "months_on_book": pl.Int64,
    "rate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "state": pl.String,
    "hover": pl.String,
    "is_unfinished": pl.Boolean,
}


def of_cohorts(
    points: pl.DataFrame, cohorts: pl.DataFrame, weight: Weight, last_month: int
) -> pl.DataFrame:
    """One row per cohort, the newest `ROWS_MAX`, and month on book, as charts take them: key (its
    last day), name, months_on_book, rate, state, hover, is_unfinished."""
    rows = []
    by_cohort = points.partition_by("cohort_on", as_dict=True)
    for cohort in cohorts.tail(ROWS_MAX).rows(named=True):
        found = by_cohort[(cohort["cohort_on"],)]
        on, name = cohort["cohort_on"], cohort["cohort"]
        is_open = cohort["months_observed"] < last_month
        for month, bad, rate in found.select("months_on_book", "bad", "rate").rows():
            text = _share_text(cohort, bad, rate, weight)
            if month <= last_month:
                rows.append((on.isoformat(), name, month, rate, None, None, "whole", text, is_open))
        for month in range(cohort["months_observed"] + 1, last_month + 1):
            state = "partly" if month <= cohort["months_seen"] else "not_yet"
            known_on = month_end(add_months(on.replace(day=1), month))
            text = t(f"vintage.{state}", month=shown.month(known_on))
            rows.append((on.isoformat(), name, month, None, None, None, state, text, is_open))
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def of_segments(
    curves: pl.DataFrame, names: Mapping[str | None, str], last_month: int
) -> pl.DataFrame:
    """The same per segment, in the order of `names` (key: the segment)."""
    rows = []
    for segment, name in names.items():
        found = curves.filter(pl.col("segment").eq_missing(pl.lit(segment, pl.String)))
        for row in found.filter(pl.col("months_on_book") <= last_month).rows(named=True):
            text = t("vintage.hover_curve", rate=shown.rate(row["rate"]), span=_span(row))
            ends = (row["rate"], row["low"], row["high"])
            is_open = found.height - 1 < last_month
            key = "" if segment is None else segment
            rows.append((key, name, row["months_on_book"], *ends, "whole", text, is_open))
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def drawn(rows: pl.DataFrame, *, newest: bool) -> pl.DataFrame:
    """The rows of curves: of the newest cohorts with two points, or of the first segments."""
    whole = rows.filter(pl.col("state") == "whole").filter(pl.len().over("key") > 1)
    keys = whole["key"].unique(maintain_order=True)
    chosen = keys.tail(CURVES_MAX) if newest else keys.head(CURVES_MAX)
    return whole.filter(pl.col("key").is_in(chosen.implode()))


def last_month(bad: pl.DataFrame, cohorts: pl.DataFrame) -> int:
    """The last month on book worth a column: until which a loan was watched, and no longer than a
    quarter after the last one that went bad."""
    watched = int(cohorts["months_observed"].max() or 0)  # type: ignore[arg-type]
    last_bad = int(bad["months_on_book"].max() or 0)  # type: ignore[arg-type]
    return min(watched, last_bad + 3)


def first_day(cohort_on: date, period: Period) -> date:
    """The first day of disbursement of a cohort."""
    return add_months(cohort_on.replace(day=1), 0 if period == "month" else -2)


def grouped(frame: pl.DataFrame, groups: Mapping[str | None, str]) -> pl.DataFrame:
    """`lent` or `bad` with segments put together: segment -> group."""
    keys = [name for name in ("cohort_on", "months_on_book") if name in frame.columns]
    segment = pl.col("segment").replace_strict(
        list(groups), list(groups.values()), default=None, return_dtype=pl.String
    )
    return frame.group_by(*keys, segment=segment).agg(pl.col("loans", "lent_fen").sum())


def whole_book(frame: pl.DataFrame) -> pl.DataFrame:
    """`lent` or `bad` of all segments together."""
    keys = [name for name in ("cohort_on", "months_on_book") if name in frame.columns]
    return frame.group_by(keys).agg(pl.col("loans").sum(), vintage.known_sum("lent_fen"))


def _share_text(cohort: dict[str, int], bad: int | None, rate: float | None, weight: Weight) -> str:
    if weight == "count":
        whole, part = shown.count(cohort["loans"]), shown.count(bad)
        return t("vintage.hover_count", rate=shown.rate(rate), part=part, whole=whole)
    whole, part = shown.money(cohort["lent_fen"]), shown.money(bad)
    return t("vintage.hover_amount", rate=shown.rate(rate), part=part, whole=whole)


def _span(row: dict[str, float | None]) -> str:
    if row["low"] is None or row["high"] is None:
        return ""
    return t("vintage.hover_span", low=shown.rate(row["low"]), high=shown.rate(row["high"]))
