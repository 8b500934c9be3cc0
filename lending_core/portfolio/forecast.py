"""Balances by stage in the months ahead, from the chain of roll rates; what past ones were worth.

A month's step: what stands in each stage goes to stages, is repaid or written off in the shares of
the newest months taken together, whatever its age, borrower or season; new lending enters as the
mean of those months, or not at all. The interval says how unlike months are and how few loans
stand behind a share: each path draws each month ahead from one of those months (its flows and its
new lending together), and the shares of each stage around it from a Dirichlet distribution with
as many loans as effectively stood there. It does not know what none of those months has shown.
Values are fen, or loans.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from lending_core.dates import add_months, month_end
from lending_core.portfolio.cohort_numbers import cohort_numbers
from lending_core.portfolio.roll_rates import NEW, Weight, effective_loans, flows
from lending_core.servicing.buckets import HEADLINE_DAYS, bucket_codes, buckets

Values = npt.NDArray[np.float64]
OVER_30, BALANCE = "over_30", "balance"
_TINY = 1e-300


@dataclass(frozen=True, eq=False)
class Chain:
    """Months one by one, oldest first: what went from stage to stage (`moved`: months x stages
    before x stages after), what stood in the stages before (`stood`: months x stages) and in
    effect how many loans that was (`effective`), what was new (`new`: months x stages)."""

    months: tuple[date, ...]
    moved: Values
    stood: Values
    effective: Values
    new: Values

    def steps(self) -> Values:
        """The shares by which each month's balances moved: months x before x after. A stage in
        which nothing stood moves as in all months together."""
        together = self.step()
        shares = np.divide(
            self.moved,
            self.stood[:, :, None],
            out=np.broadcast_to(together, self.moved.shape).copy(),
            where=self.stood[:, :, None] > 0,
        )
        return np.asarray(shares)

    def step(self) -> Values:
        """The shares of all months together: before x after. A stage never seen keeps what it
        has, since nothing says where it goes."""
        moved, stood = self.moved.sum(axis=0), self.stood.sum(axis=0)
        stays = np.eye(len(stood))
        shares = np.divide(moved, stood[:, None], out=stays, where=stood[:, None] > 0)
        return np.asarray(shares)

    def part(self, first: int, last: int) -> "Chain":
        """The months from place `first` to `last`, the latter not included."""
        rows = slice(first, last)
        return Chain(
            self.months[rows],
            self.moved[rows],
            self.stood[rows],
            self.effective[rows],
            self.new[rows],
        )

    def closing(self, place: int) -> Values:
        """What stands in each stage at the end of a month."""
        return np.asarray(self.moved[place].sum(axis=0) + self.new[place])


def chain(moves: pl.DataFrame, weight: Weight) -> Chain:
    """The chain of `moves` (see `roll_rates`), month after month; by amount only where the book
    knows its balances."""
    flowed = flows(moves, weight)
    codes = list(bucket_codes())
    months = flowed["month_end_on"].unique().sort().to_list()
    shape = (len(months), len(codes))
    moved, new, stood = np.zeros((*shape, len(codes))), np.zeros(shape), np.zeros(shape)
    month_of = {on: place for place, on in enumerate(months)}
    for on, before, after, value in flowed.iter_rows():
        at = month_of[on]
        if before == NEW:
            new[at, codes.index(after)] += value
            continue
        stood[at, codes.index(before)] += value
        if after in codes:
            moved[at, codes.index(before), codes.index(after)] += value
    effective = np.zeros(shape)
    for on, before, loans in effective_loans(moves, weight).iter_rows():
        effective[month_of[on], codes.index(before)] = loans or 0.0
    return Chain(tuple(months), moved, stood, effective, new)


def past(known: Chain, months: int) -> pl.DataFrame:
    """One row per stage, `balance` and `over_30`, and each of the newest months, as they were:
    month_end_on, what, value, low, high (none), as `forecast` has them."""
    first = max(0, len(known.months) - months)
    were = np.array([known.closing(place) for place in range(first, len(known.months))])
    sums = _with_sums(were[None])[0]
    nothing = np.full(sums.shape, np.nan)
    rows = _rows(list(known.months[first:]), sums, nothing, nothing)
    return rows.with_columns(pl.lit(None, pl.Float64).alias(name) for name in ("low", "high"))


def forecast(known: Chain, months: int, *, with_new: bool) -> pl.DataFrame:
    """One row per month ahead and stage, `balance` (all stages) and `over_30` (M2 to M6 over all
    but M7+, a share): month_end_on, what, value, low, high (the interval of `cohorts.toml`).

    `known`: months up to the last one. The first month, which is what stands now, has no interval.
    Needs at least one month.
    """
    numbers = cohort_numbers().forecast
    window = known.part(-numbers.window_months, len(known.months))
    start = known.closing(-1)
    entering = window.new.mean(axis=0) * with_new
    middle = _path(start, window.step(), entering, months)
    paths = _paths(window, start, months, with_new)
    edge = (1 - numbers.interval) / 2
    low, high = np.quantile(_with_sums(paths), [edge, 1 - edge], axis=0)
    ends = [month_end(add_months(known.months[-1], ahead)) for ahead in range(months + 1)]
    return _rows(ends, _with_sums(middle[None])[0], low, high)


def back_test(known: Chain, horizon_months: int) -> pl.DataFrame:
    """One row per month that was once forecast, and horizon: made_on, month_end_on, months_ahead,
    and forecast, low, high, actual, unchanged (what stood when it was made), of 30+ as a share.

    Each forecast is made from the months known then, with new lending, and a full window of them.
    """
    window = cohort_numbers().forecast.window_months
    parts = [_tried(known, at, horizon_months) for at in range(window, len(known.months))]
    return pl.concat(parts) if parts else pl.DataFrame(schema=_TRIED_SCHEMA)


def back_test_summary(tried: pl.DataFrame) -> pl.DataFrame:
    """One row per horizon: months_ahead, forecasts, error (mean distance of forecast from actual,
    in shares), unchanged_error (the same for "as it was"), bias (mean of forecast less actual),
    held_share (how often the interval held the actual)."""
    away = pl.col("forecast") - pl.col("actual")
    is_held = pl.col("actual").is_between("low", "high")
    return (
        tried.group_by("months_ahead")
        .agg(
            forecasts=pl.len(),
            error=away.abs().mean(),
            unchanged_error=(pl.col("unchanged") - pl.col("actual")).abs().mean(),
            bias=away.mean(),
            held_share=is_held.mean(),
        )
        .sort("months_ahead")
    )


_TRIED_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "made_on": pl.Date,
    "month_end_on": pl.Date,
    "months_ahead": pl.Int64,
    "forecast": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "actual": pl.Float64,
    "unchanged": pl.Float64,
}


def _tried(known: Chain, at: int, horizon_months: int) -> pl.DataFrame:
    """The forecast made at the end of month `at` - 1 against the months that followed."""
    ahead = min(horizon_months, len(known.months) - at)
    made = forecast(known.part(0, at), ahead, with_new=True).filter(pl.col("what") == OVER_30)
    actual = [
        float(_with_sums(known.closing(at + step)[None, None])[0, 0, -1]) for step in range(ahead)
    ]
    later = made.slice(1)
    return pl.DataFrame(
        {
            "made_on": [known.months[at - 1]] * ahead,
            "month_end_on": later["month_end_on"],
            "months_ahead": list(range(1, ahead + 1)),
            "forecast": later["value"],
            "low": later["low"],
            "high": later["high"],
            "actual": actual,
            "unchanged": [made["value"][0]] * ahead,
        },
        schema=_TRIED_SCHEMA,
    )


def _path(start: Values, step: Values, entering: Values, months: int) -> Values:
    """Balances month by month (the first as they stand) x stages, by one step for all months."""
    balances = [start]
    for _ in range(months):
        balances.append(balances[-1] @ step + entering)
    return np.array(balances)


def _paths(drawn_from: Chain, start: Values, months: int, with_new: bool) -> Values:
    """Balances along paths x months ahead (and the start) x stages, each month by one drawn."""
    numbers = cohort_numbers().forecast
    rng = np.random.default_rng(numbers.seed)
    shares = _with_exit(drawn_from.steps())
    drawn = rng.integers(0, len(drawn_from.months), size=(numbers.paths, months))
    balances = np.zeros((numbers.paths, months + 1, len(start)))
    balances[:, 0] = start
    for month in range(months):
        chosen = drawn[:, month]
        loans = drawn_from.effective[chosen][:, :, None]
        # A Dirichlet draw is gamma draws over their sum; where no loan stood, nothing is known
        # beyond the share of all months together.
        gammas = rng.standard_gamma(np.maximum(loans, 1.0) * shares[chosen])
        step = (gammas / np.maximum(gammas.sum(axis=2, keepdims=True), _TINY))[:, :, :-1]
        moved = np.einsum("pi,pij->pj", balances[:, month], step)
        balances[:, month + 1] = moved + drawn_from.new[chosen] * with_new
    return balances


def _with_exit(steps: Values) -> Values:
    """The shares of each stage with what leaves the book as the last one, none below 0: a loan
    drawn on again may owe more than before."""
    leaves = 1 - steps.sum(axis=2, keepdims=True)
    return np.clip(np.concatenate([steps, leaves], axis=2), 0.0, None)


def _with_sums(balances: Values) -> Values:
    """The stages, then the whole balance, then the share of 30+ (0 where nothing is owed)."""
    alive = [stage.position for stage in buckets()[:-1]]
    late = [
        stage.position for stage in buckets()[:-1] if stage.days_past_due_from > HEADLINE_DAYS[0]
    ]
    whole = balances.sum(axis=2, keepdims=True)
    owed = balances[:, :, alive].sum(axis=2, keepdims=True)
    over = balances[:, :, late].sum(axis=2, keepdims=True)
    share = np.divide(over, owed, out=np.zeros_like(over), where=owed > 0)
    return np.concatenate([balances, whole, share], axis=2)


def _rows(ends: list[date], middle: Values, low: Values, high: Values) -> pl.DataFrame:
    names = [*bucket_codes(), BALANCE, OVER_30]
    parts = []
    for place, name in enumerate(names):
        parts.append(
            pl.DataFrame(
                {
                    "month_end_on": ends,
                    "what": [name] * len(ends),
                    "value": middle[:, place],
                    "low": [None, *low[1:, place]],
                    "high": [None, *high[1:, place]],
                },
                schema_overrides={"low": pl.Float64, "high": pl.Float64},
            )
        )
    return pl.concat(parts)
