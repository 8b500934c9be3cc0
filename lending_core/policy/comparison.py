"""Two policies on the same past applications: what differs, and who fares better or worse."""

from typing import Any

import polars as pl

from lending_core.policy.what_if import BREAKDOWNS

# What a draft is judged by. `approval_share`: approvals of all applications; `expected_result_fen`:
# income less loss, before running cost.
MEASURES = (
    "approval_share",
    "limit_fen",
    "expected_drawn_fen",
    "expected_loss_fen",
    "expected_income_fen",
    "expected_result_fen",
    "average_rate",
)

# What a person notices first decides: the outcome, then the limit, then the rate.
GAINS = ("outcome_better", "limit_higher", "rate_lower")
LOSSES = ("outcome_worse", "limit_lower", "rate_higher")
EFFECTS = (*GAINS, *LOSSES)

_RANKS = {"decline": 0, "review": 1, "approve": 2}


def totals(breakdown: pl.DataFrame) -> dict[str, Any]:
    """The whole of a replay (`what_if.breakdown_query`): its columns and `MEASURES`."""
    (row,) = _measured(breakdown, None).rows(named=True)
    return row


def changes_of(today: dict[str, Any], draft: dict[str, Any]) -> dict[str, Any]:
    """Draft less today of each of `MEASURES`; null where one of them is."""
    return {
        name: None if None in (today[name], draft[name]) else draft[name] - today[name]
        for name in MEASURES
    }


def pairs(today: pl.DataFrame, draft: pl.DataFrame, by: str, measure: str) -> pl.DataFrame:
    """One row per value of `by` (of `BREAKDOWNS`) in order: `by`, `today` and `draft`, null on a
    side without that value."""
    sides = [
        _measured(breakdown, by).select(by, pl.col(measure).alias(side))
        for side, breakdown in (("today", today), ("draft", draft))
    ]
    return sides[0].join(sides[1], on=by, how="full", coalesce=True).sort(by)


def with_effect(changes: pl.DataFrame) -> pl.DataFrame:
    """Changed applications (`what_if.changes_query`) with `effect`, one of `EFFECTS`, and `gains`;
    the most money first."""
    better, worse = _compared("outcome", ranks=True)
    higher, lower = _compared("limit_fen")
    dearer, _ = _compared("annual_rate")
    effect = (
        pl.when(better)
        .then(pl.lit("outcome_better"))
        .when(worse)
        .then(pl.lit("outcome_worse"))
        .when(higher)
        .then(pl.lit("limit_higher"))
        .when(lower)
        .then(pl.lit("limit_lower"))
        .when(dearer)
        .then(pl.lit("rate_higher"))
        .otherwise(pl.lit("rate_lower"))
    )
    moved = (pl.col("draft_limit_fen") - pl.col("today_limit_fen")).abs()
    return (
        changes.with_columns(effect=effect)
        .with_columns(gains=pl.col("effect").is_in(GAINS))
        .sort(moved, "application_id", descending=[True, False])
    )


def effect_counts(changes: pl.DataFrame) -> dict[str, int]:
    """How many applications each of `EFFECTS` concerns, in their order, 0 included."""
    counts = dict(changes.group_by("effect").len().rows())
    return {effect: counts.get(effect, 0) for effect in EFFECTS}


def _measured(breakdown: pl.DataFrame, by: str | None) -> pl.DataFrame:
    rows = [pl.col(name).is_not_null() == (name == by) for name in BREAKDOWNS]
    share = pl.when(pl.col("applications") > 0).then(pl.col("approvals") / pl.col("applications"))
    return breakdown.filter(rows).with_columns(
        approval_share=share,
        expected_result_fen=pl.col("expected_income_fen") - pl.col("expected_loss_fen"),
    )


def _compared(name: str, ranks: bool = False) -> tuple[pl.Expr, pl.Expr]:
    """Whether the draft has more of `name` than today, and whether it has less."""
    today, draft = pl.col(f"today_{name}"), pl.col(f"draft_{name}")
    if ranks:
        today, draft = (side.replace_strict(_RANKS) for side in (today, draft))
    return draft > today, draft < today
