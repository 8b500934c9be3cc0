"""Two policies on the same past applications, from their cubes (`replay_sums.cube_query`).

A cube holds whole sums, so cubes of parts of the past add up, and the cube of a draft is today's
less what changed plus what it became.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from lending_core.policy.compile import PPM
from lending_core.policy.replay import DIMENSIONS
from lending_core.policy.replay_money import COSTS
from lending_core.policy.replay_sums import MODELLED, SUMS

# What a draft is judged by. Sums, then shares and rates. profit: interest less funding, losses and
# running cost; pd: default probability weighted by drawings; return: profit of drawings.
MONEY = (
    "limit_fen",
    "expected_drawn_fen",
    "expected_loss_fen",
    "expected_income_fen",
    "expected_cost_fen",
    "expected_profit_fen",
)
MEASURES = (
    "approval_share",
    *MONEY,
    "portfolio_pd_rate",
    "return_rate",
    "average_rate",
    "unaffordable",
)
_KEYS = (*DIMENSIONS, "evidence")


def added(cubes: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Cubes of parts of the past as one."""
    cube = pl.concat(cubes, how="diagonal")
    sums = [name for name in (*SUMS, *MODELLED) if name in cube.columns]
    return cube.group_by(_KEYS).agg(pl.col(sums).sum()).sort(_KEYS)


def moved(today: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """The draft's cube: today's, less the changed applications as they were, plus as they are."""
    less = before.with_columns(-pl.col(name) for name in SUMS)
    cubes = (cube.select(*_KEYS, *SUMS) for cube in (today, less, after))
    return added(cubes).filter(pl.any_horizontal(pl.col(name) != 0 for name in SUMS))


def measured(cube: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """One row per value of `keys` (of `DIMENSIONS` and evidence), one in all without: `SUMS` and
    `MEASURES`; a share or rate of nothing is null."""
    sums = cube.select(*keys, *SUMS)
    grouped = sums.group_by(keys).agg(pl.all().sum()).sort(keys) if keys else sums.sum()
    return grouped.with_columns(
        expected_income_fen=_less("interest", "funding"),
        expected_profit_fen=_less("interest", *COSTS),
    ).with_columns(
        approval_share=_ratio("approvals", "applications"),
        portfolio_pd_rate=_ratio("expected_default_fen", "expected_drawn_fen"),
        return_rate=_ratio("expected_profit_fen", "expected_drawn_fen"),
        average_rate=_ratio("rate_yuan_ppm", "limit_yuan") / PPM,
    )


def totals(cube: pl.DataFrame) -> dict[str, Any]:
    """The whole of a replay: `SUMS` and `MEASURES`."""
    (row,) = measured(cube).rows(named=True)
    return row


def changes_of(today: dict[str, Any], draft: dict[str, Any]) -> dict[str, Any]:
    """Draft less today of each of `MEASURES`; null where one of them is."""
    return {
        name: None if None in (today[name], draft[name]) else draft[name] - today[name]
        for name in MEASURES
    }


def pairs(
    today: pl.DataFrame, draft: pl.DataFrame, by: Sequence[str], measure: str
) -> pl.DataFrame:
    """One row per value of `by`, in order: `today` and `draft`, null on a side without it."""
    sides = [
        measured(cube, *by).select(*by, pl.col(measure).alias(side))
        for side, cube in (("today", today), ("draft", draft))
    ]
    joined = sides[0].join(sides[1], on=list(by), how="full", coalesce=True, nulls_equal=True)
    return joined.sort(by)


def by_product(cube: pl.DataFrame) -> tuple[tuple[str, int], ...]:
    """Product code and what is drawn of it, in fen."""
    rows = measured(cube, "product_code").select("product_code", "expected_drawn_fen")
    return tuple(rows.drop_nulls("product_code").rows())


def trust(cube: pl.DataFrame) -> pl.DataFrame:
    """One row per band: what the model says of the offers really made, beside what was drawn.

    Columns: band, past_offers, past_loans, modelled_loans, past_drawn_fen, modelled_fen.
    """
    rows = cube.group_by("band").agg(pl.col(MODELLED).sum()).sort("band")
    modelled = (pl.col("modelled_loans_ppm") / PPM).alias("modelled_loans")
    return rows.filter(pl.col("past_offers") > 0).with_columns(modelled)


def _less(first: str, *others: str) -> pl.Expr:
    value = pl.col(f"expected_{first}_fen")
    for name in others:
        value = value - pl.col(f"expected_{name}_fen")
    return value


def _ratio(part: str, whole: str) -> pl.Expr:
    return pl.when(pl.col(whole) > 0).then(pl.col(part) / pl.col(whole))
