"""Vintage and roll rates over ten million month ends of loans, against pandas and polars.

The same question and the same answer on each side, by number and by amount, which is checked first:
which loans of each month of lending were more than 30 days late for the first time, by months on
book; and where the loans and the principal of each month end stood a month later. pandas and polars
hold the month ends in memory, with stages and standings as categories; ours are read from the file.
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
from lending_core.portfolio.vintage import points
from lending_core.store.engine import Store, open_store
from tests.bench.loan_months import LOAN_MONTHS, filled_book

ROUNDS = 5
NEWEST_ON = date(2026, 10, 31)
STATES = (
    "select loan_id, month_end_on, disbursed_on, days_past_due, bucket, standing, principal_fen, "
    "lent_fen from loan_month"
)
LENT = "select disbursed_on, lent_fen from lent_loan"
LATE_DAYS = 30
_KEYS = ["month_end_on", "from_bucket", "to_state"]


def run() -> list[dict[str, Any]]:
    """Ratios of wall time, each set taken in turn in one process after a warm-up."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(filled_book(Path(folder)))
        rows = _rows(store)
        store.close()
    return rows


def _rows(store: Store) -> list[dict[str, Any]]:
    told = store.read_sql(STATES).with_columns(pl.col("bucket", "standing").cast(pl.Categorical))
    lent = store.read_sql(LENT)
    frame, own_lent = _as_pandas(told), _dated(lent.to_pandas(), "disbursed_on")
    found = []
    for what, *asks in (
        (
            "vintage",
            lambda: our_vintage(store),
            lambda: pandas_vintage(frame, own_lent),
            lambda: polars_vintage(told, lent),
        ),
        (
            "roll rates",
            lambda: our_rolls(store),
            lambda: pandas_rolls(frame),
            lambda: polars_rolls(told),
        ),
    ):
        _agree(*(ask() for ask in asks))
        found += _compared(what, _times(*asks))
    return found


def our_vintage(store: Store) -> list[tuple[Any, ...]]:
    """Bad loans and their amount by cohort and month on book, as the screen has them."""
    asked = vintage(store, SYSTEM, Asked("ever30"))
    told = [
        points(asked.lent, asked.bad, asked.observed_until_on, "month", weight)
        for weight in ("count", "amount")
    ]
    by_count = told[0].select("cohort_on", "months_on_book", "bad")
    return by_count.with_columns(bad_fen=told[1]["bad"]).rows()


def our_rolls(store: Store) -> list[tuple[Any, ...]]:
    """Loans and principal of each move of each month, as the screen has them."""
    found = moves(store, SYSTEM, BookFilter())
    known = found.filter(pl.col("from_bucket").is_not_null())
    return sorted(known.select(*_KEYS, "loans", "from_principal_fen", "to_principal_fen").rows())


def pandas_vintage(frame: pd.DataFrame, lent: pd.DataFrame) -> list[tuple[Any, ...]]:
    late = frame[frame["days_past_due"] > LATE_DAYS].sort_values("month_end_on", kind="stable")
    first = late.drop_duplicates("loan_id")
    cohort = first["disbursed_on"] + pd.offsets.MonthEnd(0)
    month = first["month_end_on"].dt.year * 12 + first["month_end_on"].dt.month
    begun = first["disbursed_on"].dt.year * 12 + first["disbursed_on"].dt.month
    entered = first.groupby([cohort, month - begun])["lent_fen"].agg(["size", "sum"])
    cohorts = lent.groupby(lent["disbursed_on"].dt.to_period("M"))["lent_fen"].agg(["size", "sum"])
    grid = _grid([on.date() for on in cohorts.index.to_timestamp(how="end").normalize()])
    index = pd.MultiIndex.from_tuples([(pd.Timestamp(on), month) for on, month in grid])
    told = entered.reindex(index, fill_value=0).groupby(level=0).cumsum()
    return [
        (on.date(), month, int(loans), int(fen))
        for (on, month), loans, fen in zip(told.index, told["size"], told["sum"], strict=True)
    ]


def pandas_rolls(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    ordered = frame.sort_values(["loan_id", "month_end_on"], kind="stable")
    before = ordered[["loan_id", "state", "principal_fen"]].shift()
    was_open = (before["loan_id"] == ordered["loan_id"]) & ~before["state"].isin(
        ["paid", "written_off"]
    )
    moved = ordered[was_open].assign(
        from_bucket=before["state"][was_open],
        from_principal_fen=before["principal_fen"][was_open].astype("int64"),
    )
    counted = moved.groupby(["month_end_on", "from_bucket", "state"], observed=True).agg(
        loans=("loan_id", "size"),
        from_fen=("from_principal_fen", "sum"),
        to_fen=("principal_fen", "sum"),
    )
    return sorted(
        (on.date(), before, after, int(loans), int(was), int(now))
        for (on, before, after), loans, was, now in counted.itertuples(name=None)
    )


def polars_vintage(told: pl.DataFrame, lent: pl.DataFrame) -> list[tuple[Any, ...]]:
    month, begun = (
        pl.col(name).dt.year() * 12 + pl.col(name).dt.month()
        for name in ("month_end_on", "disbursed_on")
    )
    entered = (
        told.lazy()
        .filter(pl.col("days_past_due") > LATE_DAYS)
        .group_by("loan_id", "disbursed_on", "lent_fen")
        .agg(pl.col("month_end_on").min())
        .group_by(
            cohort_on=pl.col("disbursed_on").dt.month_end(),
            months_on_book=(month - begun).cast(pl.Int64),
        )
        .agg(loans=pl.len(), fen=pl.col("lent_fen").sum())
    )
    cohorts = lent.group_by(cohort_on=pl.col("disbursed_on").dt.month_end()).agg(
        pl.len(), pl.col("lent_fen").sum()
    )
    grid = pl.DataFrame(
        _grid(cohorts["cohort_on"].to_list()),
        schema=["cohort_on", "months_on_book"],
        orient="row",
    )
    return (
        grid.lazy()
        .join(entered, on=["cohort_on", "months_on_book"], how="left", maintain_order="left")
        .with_columns(pl.col("loans", "fen").fill_null(0).cum_sum().over("cohort_on"))
        .collect()
        .rows()
    )


def polars_rolls(told: pl.DataFrame) -> list[tuple[Any, ...]]:
    before = pl.col("state").shift()
    was_open = (pl.col("loan_id").shift() == pl.col("loan_id")) & ~before.is_in(
        ["paid", "written_off"]
    )
    return sorted(
        told.lazy()
        .select("loan_id", "month_end_on", "principal_fen", state=_state())
        .sort("loan_id", "month_end_on")
        .with_columns(
            from_bucket=pl.when(was_open).then(before),
            from_principal_fen=pl.col("principal_fen").shift(),
        )
        .filter(pl.col("from_bucket").is_not_null())
        .group_by("month_end_on", "from_bucket", "state")
        .agg(pl.len(), pl.col("from_principal_fen").sum(), pl.col("principal_fen").sum())
        .collect()
        .rows()
    )


def _state() -> pl.Expr:
    is_open = pl.col("standing") == "open"
    return pl.when(is_open).then(pl.col("bucket")).otherwise(pl.col("standing"))


def _as_pandas(told: pl.DataFrame) -> pd.DataFrame:
    """The same in pandas, with where a loan stands already as one category: a favour to it."""
    frame = told.with_columns(state=_state()).to_pandas()
    return _dated(frame, "month_end_on", "disbursed_on")


def _dated(frame: pd.DataFrame, *names: str) -> pd.DataFrame:
    return frame.assign(**{name: pd.to_datetime(frame[name]) for name in names})


def _grid(cohorts: list[date]) -> list[tuple[date, int]]:
    until = NEWEST_ON.year * 12 + NEWEST_ON.month
    return [
        (on, month)
        for on in sorted(cohorts)
        for month in range(until - on.year * 12 - on.month + 1)
    ]


def _agree(ours: Any, *others: Any) -> None:
    for other in others:
        if ours != other:
            raise AssertionError(f"the answers differ: {ours[:3]} and {other[:3]}")


def _times(*asks: Callable[[], object]) -> list[float]:
    rounds = []
    for _ in range(ROUNDS):
        gc.collect()
        rounds.append([_seconds(ask) for ask in asks])
    return [statistics.median(times) for times in zip(*rounds, strict=True)]


def _compared(what: str, times: list[float]) -> list[dict[str, Any]]:
    ours = times[0]
    return [
        {
            "name": f"{what} over {LOAN_MONTHS:,} loan-months, {other} / ours "
            f"({ours * 1000:.0f} ms)",
            "figure": took / ours,
            "aim": f"at least {aim}",
            "unit": "times as long",
        }
        for other, took, aim in zip(("pandas", "polars"), times[1:], (10, 1), strict=True)
    ]


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
