"""Vintage and roll rates over ten million month ends of loans, against pandas and polars.

The same work and the same answers on each side, which is checked first. pandas and polars hold the
month ends and loans in memory, with stages and standings as categories; ours are read from the
file. Twice: from the month-end states themselves, as a tape has them (when a loan was bad first,
and where it stood a month before, is to be found), which the aims are for; and, to be compared,
with the columns handed over that our month-end state keeps for exactly these questions.
"""

import gc
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl

from lending_core.access.permissions import SYSTEM
from lending_core.operations.reports import BookFilter
from lending_core.operations.rolls import moves
from lending_core.operations.vintages import Asked, vintage
from lending_core.portfolio.roll_rates import flows, matrix
from lending_core.portfolio.vintage import points
from lending_core.store.engine import Store, open_store
from tests.bench.loan_months import filled_book

ROUNDS = 5
NEWEST_ON = date(2026, 10, 31)
STATES = (
    "select loan_id, month_end_on, disbursed_on, days_past_due, bucket, standing, principal_fen, "
    "previous_bucket, previous_principal_fen, entered_90, months_on_book, lent_fen from loan_month"
)
LENT = "select disbursed_on from lent_loan"
_ROLL = ["previous_bucket", "state"]


def run() -> list[dict[str, Any]]:
    """Ratios of wall time, each set taken in turn in one process after a warm-up."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(filled_book(Path(folder)))
        rows = _rows(store)
        store.close()
    return rows


def _rows(store: Store) -> list[dict[str, Any]]:
    names = ("bucket", "standing", "previous_bucket")
    told = store.read_sql(STATES).with_columns(pl.col(names).cast(pl.Categorical))
    lent = store.read_sql(LENT)
    frame = _as_pandas(told)
    own_lent = pd.DataFrame({"disbursed_on": pd.to_datetime(lent.to_pandas()["disbursed_on"])})
    ours = {"vintage": lambda: our_vintage(store), "roll rates": lambda: our_rolls(store)}
    others: dict[str, dict[str, tuple[Callable[[], object], Callable[[], object]]]] = {
        "vintage": {
            "states": (
                lambda: pandas_vintage(pandas_found_bad(frame), own_lent),
                lambda: polars_vintage(polars_found_bad(told), lent),
            ),
            "kept columns": (
                lambda: pandas_vintage(frame[frame["entered_90"]], own_lent),
                lambda: polars_vintage(told.lazy().filter("entered_90"), lent),
            ),
        },
        "roll rates": {
            "states": (
                lambda: pandas_rolls(pandas_found_before(frame)),
                lambda: polars_rolls(polars_found_before(told)),
            ),
            "kept columns": (lambda: pandas_rolls(frame), lambda: polars_rolls(told.lazy())),
        },
    }
    found = []
    for what, ask in ours.items():
        for basis, (with_pandas, with_polars) in others[what].items():
            _agree(ask(), with_pandas(), with_polars())
            times = _times(ask, with_pandas, with_polars)
            found += _compared(f"{what}, from {basis}", times, is_aim=basis == "states")
    return found


def our_vintage(store: Store) -> list[tuple[Any, ...]]:
    """Bad loans by cohort and month on book, as the screen has them."""
    asked = vintage(store, SYSTEM, Asked("ever90"))
    told = points(asked.lent, asked.bad, asked.observed_until_on, "month", "count")
    return told.select("cohort_on", "months_on_book", "bad", "rate").rows()


def our_rolls(store: Store) -> list[tuple[Any, ...]]:
    """The matrix by number of loans, as the screen has it."""
    found = matrix(flows(moves(store, SYSTEM, BookFilter()), "count"))
    return sorted(found.select("from_state", "to_state", "value").rows())


def pandas_found_bad(frame: pd.DataFrame) -> pd.DataFrame:
    """The first month end of each loan on which it was more than 90 days late."""
    late = frame[frame["days_past_due"] > 90].sort_values("month_end_on", kind="stable")
    first = late.drop_duplicates("loan_id")
    month = first["month_end_on"].dt.year * 12 + first["month_end_on"].dt.month
    begun = first["disbursed_on"].dt.year * 12 + first["disbursed_on"].dt.month
    return first.assign(months_on_book=month - begun)


def pandas_vintage(bad: pd.DataFrame, lent: pd.DataFrame) -> list[tuple[Any, ...]]:
    cohort = bad["disbursed_on"] + pd.offsets.MonthEnd(0)
    entered = bad.groupby([cohort, bad["months_on_book"]]).size()
    entered.index.names = ["cohort_on", "months_on_book"]
    loans = lent["disbursed_on"].dt.to_period("M").value_counts()
    loans.index = loans.index.to_timestamp(how="end").normalize()
    grid = _grid([on.date() for on in loans.index])
    index = pd.MultiIndex.from_arrays(
        [pd.to_datetime([on for on, _ in grid]), [month for _, month in grid]],
        names=["cohort_on", "months_on_book"],
    )
    told = entered.reindex(index, fill_value=0).groupby(level=0).cumsum()
    rates = told / loans.reindex(told.index.get_level_values(0)).to_numpy()
    return [
        (on.date(), month, int(count), rate)
        for (on, month), count, rate in zip(told.index, told, rates, strict=True)
    ]


def pandas_found_before(frame: pd.DataFrame) -> pd.DataFrame:
    """Where each loan stood a month before, if it was open then: loans are followed in order."""
    ordered = frame.sort_values(["loan_id", "month_end_on"], kind="stable")
    before = ordered[["loan_id", "state"]].shift()
    was_open = (before["loan_id"] == ordered["loan_id"]) & ~before["state"].isin(
        ["paid", "written_off"]
    )
    return ordered.assign(previous_bucket=before["state"].where(was_open))


def pandas_rolls(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    counted = frame.groupby(_ROLL, observed=True).size()
    return sorted((before, after, int(count)) for (before, after), count in counted.items())


def polars_found_bad(told: pl.DataFrame) -> pl.LazyFrame:
    first = (
        told.lazy()
        .filter(pl.col("days_past_due") > 90)
        .group_by("loan_id", "disbursed_on")
        .agg(pl.col("month_end_on").min())
    )
    months = [
        pl.col(name).dt.year() * 12 + pl.col(name).dt.month()
        for name in ("month_end_on", "disbursed_on")
    ]
    return first.with_columns(months_on_book=months[0] - months[1])


def polars_vintage(bad: pl.LazyFrame, lent: pl.DataFrame) -> list[tuple[Any, ...]]:
    entered = bad.group_by(
        pl.col("months_on_book").cast(pl.Int64), cohort_on=pl.col("disbursed_on").dt.month_end()
    ).agg(entered=pl.len())
    loans = lent.group_by(cohort_on=pl.col("disbursed_on").dt.month_end()).agg(loans=pl.len())
    grid = pl.DataFrame(
        _grid(loans["cohort_on"].to_list()), schema=["cohort_on", "months_on_book"], orient="row"
    )
    told = (
        grid.lazy()
        .join(entered, on=["cohort_on", "months_on_book"], how="left", maintain_order="left")
        .join(loans.lazy(), on="cohort_on", how="left", maintain_order="left")
        .with_columns(bad=pl.col("entered").fill_null(0).cum_sum().over("cohort_on"))
        .with_columns(rate=pl.col("bad") / pl.col("loans"))
        .select("cohort_on", "months_on_book", "bad", "rate")
    )
    return told.collect().rows()


def polars_found_before(told: pl.DataFrame) -> pl.LazyFrame:
    before = pl.col("state").shift()
    was_open = (pl.col("loan_id").shift() == pl.col("loan_id")) & ~before.is_in(
        ["paid", "written_off"]
    )
    ordered = (
        told.lazy()
        .select("loan_id", "month_end_on", state=_state())
        .sort("loan_id", "month_end_on")
    )
    return ordered.with_columns(previous_bucket=pl.when(was_open).then(before))


def polars_rolls(told: pl.LazyFrame) -> list[tuple[Any, ...]]:
    named = told if "state" in told.collect_schema() else told.with_columns(state=_state())
    counted = (
        named.filter(pl.col("previous_bucket").is_not_null())
        .group_by("previous_bucket", "state")
        .len()
        .collect()
    )
    return sorted((before, after, count) for before, after, count in counted.iter_rows())


def _state() -> pl.Expr:
    is_open = pl.col("standing") == "open"
    return pl.when(is_open).then(pl.col("bucket")).otherwise(pl.col("standing"))


def _as_pandas(told: pl.DataFrame) -> pd.DataFrame:
    """The same in pandas, with where a loan stands already as one category: a favour to it."""
    frame = told.with_columns(state=_state()).to_pandas()
    dates = {name: pd.to_datetime(frame[name]) for name in ("month_end_on", "disbursed_on")}
    return frame.assign(**dates)


def _grid(cohorts: list[date]) -> list[tuple[date, int]]:
    until = NEWEST_ON.year * 12 + NEWEST_ON.month
    return [
        (on, month)
        for on in sorted(cohorts)
        for month in range(until - on.year * 12 - on.month + 1)
    ]


def _agree(ours: Any, *others: Any) -> None:
    for other in others:
        if [row[:3] for row in ours] != [tuple(row[:3]) for row in other]:
            raise AssertionError(f"the answers differ: {ours[:3]} and {other[:3]}")


def _times(*asks: Callable[[], object]) -> list[float]:
    rounds = []
    for _ in range(ROUNDS):
        gc.collect()
        rounds.append([_seconds(ask) for ask in asks])
    return [statistics.median(times) for times in zip(*rounds, strict=True)]


def _compared(name: str, times: list[float], *, is_aim: bool) -> list[dict[str, Any]]:
    ours = times[0]
    return [
        {
            "name": f"{name} ({ours * 1000:.0f} ms), {other} takes {took * 1000:.0f} ms",
            "figure": took / ours,
            "aim": f"at least {aim if is_aim else 0}",
            "unit": "times as long",
        }
        for other, took, aim in zip(("pandas", "polars"), times[1:], (10, 1), strict=True)
    ]


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
