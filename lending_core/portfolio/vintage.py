"""Vintage: what share of what was lent in a month or quarter had gone bad by each month on book.

Months on book are calendar months from disbursement to a month end (0: the month of disbursement).
A loan is bad from the first month end on at which it was more than 30 or 90 days late (`ever30`,
`ever90`), or in default, which is more than 90 days late or written off (`default`), whatever
became of it later, so a curve never falls (facts section 10: ever, by number or by amount). By
amount, a loan counts on both sides with what was lent.

A cohort has a point only where every one of its loans was watched for so long. Frames in: `lent`
with cohort_on (last day of the month of disbursement), loans, lent_fen; `bad` with cohort_on,
months_on_book (when they first were bad), loans, lent_fen; both with segment where asked for.
"""

from datetime import date
from typing import Literal

import polars as pl

from lending_core.portfolio.cohort_numbers import cohort_numbers
from lending_core.scoring.performance import NORMAL_95

Measure = Literal["ever30", "ever90", "default"]
Weight = Literal["count", "amount"]
Period = Literal["month", "quarter"]
MEASURES: tuple[Measure, ...] = ("ever30", "ever90", "default")
WEIGHTS: tuple[Weight, ...] = ("count", "amount")
PERIODS: tuple[Period, ...] = ("month", "quarter")

_SIZE: dict[Weight, str] = {"count": "loans", "amount": "lent_fen"}


def cohorts(lent: pl.DataFrame, observed_until_on: date, period: Period) -> pl.DataFrame:
    """One row per segment and cohort that is complete, oldest first: segment, cohort_on (its last
    day), cohort (its name), loans, lent_fen, months_observed (of all its loans), months_seen (of
    its first loans). A month or quarter that still lends is none yet."""
    return (
        _segmented(lent)
        .with_columns(period_on=_last_day(period), months=_months_to(observed_until_on))
        .filter(pl.col("period_on") <= observed_until_on)
        .group_by("segment", cohort_on="period_on")
        .agg(
            pl.col("loans").sum(),
            lent_fen=known_sum("lent_fen"),
            months_observed=pl.col("months").min(),
            months_seen=pl.col("months").max(),
        )
        .with_columns(cohort=_name(period))
        .select(
            *("segment", "cohort_on", "cohort", "loans", "lent_fen"),
            *("months_observed", "months_seen"),
        )
        .sort("segment", "cohort_on", nulls_last=True)
    )


def points(
    lent: pl.DataFrame, bad: pl.DataFrame, observed_until_on: date, period: Period, weight: Weight
) -> pl.DataFrame:
    """One row per segment, cohort and month on book at which the whole cohort was watched: segment,
    cohort_on, cohort, loans, lent_fen, months_on_book, bad (loans, or fen of them), rate. `bad`
    adds up over months on book; a cohort whose amount nobody knows has null by amount."""
    size = _SIZE[weight]
    entered = (
        _segmented(bad)
        .with_columns(cohort_on=_last_day(period))
        .group_by("segment", "cohort_on", "months_on_book")
        .agg(entered=known_sum(size))
    )
    grid = (
        cohorts(lent, observed_until_on, period)
        .with_columns(months_on_book=pl.int_ranges(0, pl.col("months_observed") + 1))
        .explode("months_on_book")
        .with_columns(pl.col("months_on_book").cast(pl.Int32))
    )
    keys = ["segment", "cohort_on", "months_on_book"]
    return (
        grid.join(
            entered.with_columns(pl.col("months_on_book").cast(pl.Int32)),
            on=keys,
            how="left",
            nulls_equal=True,
        )
        .sort(keys, nulls_last=True)
        .with_columns(bad=_so_far(size))
        .with_columns(rate=pl.col("bad") / pl.col(size))
        .select(
            *("segment", "cohort_on", "cohort", "loans", "lent_fen"),
            *("months_on_book", "bad", "rate"),
        )
    )


def curves(
    lent: pl.DataFrame, bad: pl.DataFrame, observed_until_on: date, weight: Weight
) -> pl.DataFrame:
    """One row per segment and month on book, over all months of disbursement together: segment,
    months_on_book, at_risk (loans or fen still watched that were good until then), entered, rate,
    low, high.

    Loans are watched for unequal times, so the share is one less the product of what stayed good in
    each month (Kaplan and Meier 1958): a cohort counts as far as it was seen, and the curve never
    falls. The 95 % interval is Greenwood's on the log-log scale, by count only. A curve ends where
    fewer loans are watched than `cohorts.toml` says.
    """
    numbers = cohort_numbers().vintage
    each = points(lent, bad, observed_until_on, "month", weight)
    counted = each.with_columns(
        entered=pl.col("bad") - pl.col("bad").shift().over("segment", "cohort_on").fill_null(0),
        whole=pl.col(_SIZE[weight]),
    )
    by_month = counted.group_by("segment", "months_on_book").agg(
        watched=pl.col("loans").sum(),
        at_risk=(pl.col("whole") - pl.col("bad") + pl.col("entered")).sum(),
        entered=pl.col("entered").sum(),
    )
    is_enough = (pl.col("watched") >= numbers.loans_min) & (pl.col("at_risk") > 0)
    ordered = by_month.sort("segment", "months_on_book", nulls_last=True)
    long_enough = ordered.filter(is_enough.cum_min().over("segment"))
    return _survived(long_enough, with_interval=weight == "count")


def _survived(by_month: pl.DataFrame, *, with_interval: bool) -> pl.DataFrame:
    entered, at_risk = pl.col("entered"), pl.col("at_risk")
    good = (1 - entered / at_risk).cum_prod().over("segment")
    left = at_risk - entered
    spread = (
        pl.when(left > 0)
        .then(entered / (at_risk * left))
        .otherwise(0.0)
        .cum_sum()
        .over("segment")
        .sqrt()
    )
    is_between = (pl.col("good") > 0) & (pl.col("good") < 1)
    log_good = pl.when(is_between).then(pl.col("good")).log()
    reach = (NORMAL_95 * pl.col("spread") / log_good.abs()).exp()
    known = by_month.with_columns(good=good, spread=spread).with_columns(
        rate=1 - pl.col("good"),
        low=1 - (log_good / reach).exp(),
        high=1 - (log_good * reach).exp(),
    )
    if not with_interval:
        none = pl.lit(None, pl.Float64)
        known = known.with_columns(low=none, high=none)
    return known.select("segment", "months_on_book", "at_risk", "entered", "rate", "low", "high")


def restated(bad: pl.DataFrame, taken_out: pl.DataFrame, put_in: pl.DataFrame) -> pl.DataFrame:
    """`bad` without the part `taken_out` (the same loans as they were known then) and with `put_in`
    (as they are known now): the sums are additive."""
    keys = ["segment", "cohort_on", "months_on_book"]
    parts = [
        _segmented(frame).select(*keys, pl.col("loans", "lent_fen").cast(pl.Int64) * sign)
        for frame, sign in ((bad, 1), (taken_out, -1), (put_in, 1))
    ]
    return (
        pl.concat([part.with_columns(pl.col("months_on_book").cast(pl.Int32)) for part in parts])
        .group_by(keys)
        .agg(pl.col("loans").sum(), known_sum("lent_fen"))
        .filter((pl.col("loans") != 0) | (pl.col("lent_fen") != 0))
    )


def _segmented(frame: pl.DataFrame) -> pl.DataFrame:
    if "segment" in frame.columns:
        return frame
    return frame.with_columns(segment=pl.lit(None, pl.String))


def _last_day(period: Period) -> pl.Expr:
    if period == "month":
        return pl.col("cohort_on")
    return pl.col("cohort_on").dt.truncate("1q").dt.offset_by("2mo").dt.month_end()


def _name(period: Period) -> pl.Expr:
    if period == "month":
        return pl.col("cohort_on").dt.strftime("%Y-%m")
    year, quarter = pl.col("cohort_on").dt.year(), pl.col("cohort_on").dt.quarter()
    return pl.format("{}Q{}", year, quarter)


def _months_to(until_on: date) -> pl.Expr:
    on = pl.col("cohort_on")
    months: pl.Expr = until_on.year * 12 + until_on.month - on.dt.year() * 12 - on.dt.month()
    return months


def known_sum(name: str) -> pl.Expr:
    """The sum, null where a part of it is not known: such a sum would be too small."""
    return pl.when(pl.col(name).is_not_null().all()).then(pl.col(name).sum())


def _so_far(size: str) -> pl.Expr:
    nothing = pl.when(pl.col(size).is_not_null()).then(0)
    return pl.coalesce("entered", nothing).cum_sum().over("segment", "cohort_on")
