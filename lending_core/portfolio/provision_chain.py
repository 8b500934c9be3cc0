"""How likely a loan is to default month by month: a chain over the stages of lateness.

Each month a loan on the book stays, gets better or gets worse; default (more than 90 days late, or
written off) is never left. A loan that is paid off while late is cured and gone; one that is paid
off on time tells nothing, since the end of its plan is in its run-off, so it is left out.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from lending_core.portfolio.provision_assumptions import Assumptions, Numbers

PAID, DEFAULT = "paid", "default"
# The part of a chain that stands for the whole book, where products are not told apart.
WHOLE_BOOK = ""


@dataclass(frozen=True)
class Chain:
    """Monthly rates between `states` (the stages on the book, paid, default) by product.

    `rates`: one array per product (and `WHOLE_BOOK`), a row per stage on the book, a column per
    state, rows summing to 1. `sources`: per product where each row comes from: `product`, `book` or
    `assumption`. `loans`: how many loans each row was counted on.
    """

    states: tuple[str, ...]
    rates: dict[str, Numbers]
    sources: dict[str, tuple[str, ...]]
    loans: dict[str, tuple[int, ...]]

    @property
    def live(self) -> tuple[str, ...]:
        return self.states[:-2]

    def of(self, product_code: str) -> str:
        """The product itself where the chain tells it apart, else the whole book."""
        return product_code if product_code in self.rates else WHOLE_BOOK


def chain(counts: pl.DataFrame, house: Assumptions) -> Chain:
    """The chain of observed moves.

    Needs product_code (null: not told), from_bucket, to_state (a stage, or the standing with which
    a loan left: paid, written_off, absent) and loans, summed over the window.
    """
    states = (*house.live, PAID, DEFAULT)
    seen = _placed(counts, house)
    whole = _matrix(seen, states)
    rates, sources, loans = {}, {}, {}
    for product_code in [WHOLE_BOOK, *seen["product_code"].drop_nulls().unique().sort()]:
        own = seen.filter(pl.col("product_code") == product_code) if product_code else seen
        counted = _matrix(own, states)
        rows = [_row(counted, whole, place, house) for place in range(len(house.live))]
        rates[product_code] = np.array([row for row, _, _ in rows])
        is_whole = product_code == WHOLE_BOOK
        sources[product_code] = tuple(
            "book" if is_whole and source == "product" else source for _, source, _ in rows
        )
        loans[product_code] = tuple(number for _, _, number in rows)
    return Chain(states, rates, sources, loans)


def stressed(rates: Numbers, multiplier: float) -> Numbers:
    """The rates with the odds of getting worse multiplied: what gets worse and what does not keep
    their proportions among themselves, and rows still sum to 1."""
    worse = _is_worse(rates.shape)
    share = np.where(worse, rates, 0.0).sum(axis=1, keepdims=True)
    odds = share * multiplier
    new_share = odds / (1 - share + odds)
    up = np.divide(new_share, share, out=np.zeros_like(share), where=share > 0)
    rest = np.divide(1 - new_share, 1 - share, out=np.zeros_like(share), where=share < 1)
    return np.where(worse, rates * up, rates * rest)


def default_by_month(rates: Numbers, multipliers: Numbers) -> Numbers:
    """The probability of defaulting in each month ahead: a row per stage on the book, a column per
    month, the first month first. A row's sum is the probability within all of them."""
    live = rates.shape[0]
    standing = np.eye(live)
    found = np.zeros((live, len(multipliers)))
    by_multiplier = {each: stressed(rates, each) for each in set(multipliers.tolist())}
    for month, multiplier in enumerate(multipliers.tolist()):
        moved = standing @ by_multiplier[multiplier]
        found[:, month] = moved[:, -1]
        standing = moved[:, :live]
    return found


def weighted_default_by_month(rates: Numbers, house: Assumptions, months: int) -> Numbers:
    """As `default_by_month`, over the scenarios with their weights."""
    parts = [
        float(scenario.weight) * default_by_month(rates, scenario.multipliers(months))
        for scenario in house.scenarios
    ]
    return np.sum(parts, axis=0)


def _placed(counts: pl.DataFrame, house: Assumptions) -> pl.DataFrame:
    """The moves that the chain counts, with the state they led to."""
    is_on_book = pl.col("to_state").is_in(house.live)
    state = (
        pl.when(is_on_book | (pl.col("to_state") == PAID))
        .then(pl.col("to_state"))
        .otherwise(pl.lit(DEFAULT))
    )
    from_first = pl.col("from_bucket") == house.live[0]
    return (
        counts.filter(
            pl.col("from_bucket").is_in(house.live),
            pl.col("to_state") != "absent",
            ~(from_first & (pl.col("to_state") == PAID)),
        )
        .with_columns(to_state=state)
        .group_by("product_code", "from_bucket", "to_state")
        .agg(pl.col("loans").sum())
    )


def _matrix(seen: pl.DataFrame, states: tuple[str, ...]) -> Numbers:
    counted = np.zeros((len(states) - 2, len(states)))
    for from_bucket, to_state, loans in seen.select("from_bucket", "to_state", "loans").iter_rows():
        counted[states.index(from_bucket), states.index(to_state)] += loans
    return counted


def _row(
    counted: Numbers, whole: Numbers, place: int, house: Assumptions
) -> tuple[Numbers, str, int]:
    for source, numbers in (("product", counted[place]), ("book", whole[place])):
        loans = int(numbers.sum())
        if loans >= house.chain_loans_min:
            return numbers / loans, source, loans
    return _assumed(place, house), "assumption", int(counted[place].sum())


def _assumed(place: int, house: Assumptions) -> Numbers:
    row = np.zeros(len(house.live) + 2)
    worse = house.assumed_worse[house.live[place]]
    row[0] = 1 - worse
    row[place + 1 if place + 1 < len(house.live) else -1] = worse
    return row


def _is_worse(shape: tuple[int, ...]) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Later stages and default are worse than where a loan stands; paid, last but one, is not."""
    live, states = shape
    worse = np.triu(np.ones((live, states), dtype=bool), k=1)
    worse[:, -2] = False
    return worse
