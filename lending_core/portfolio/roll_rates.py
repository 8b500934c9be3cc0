"""Roll rates: where the loans and the principal of a month end stand one month later.

Frame in, `moves` (`roll_move.sql`): month_end_on, from_bucket (stage a month earlier; null: new on
the book), to_state (stage now, or how a loan left: paid, written_off, absent), loans,
from_principal_fen (a month earlier), to_principal_fen (now), written_off_fen (in the month),
from_square (sum of squared fen a month earlier). Only loans that were open a month earlier have a
from_bucket, so each row of the matrix is all that stood there.

By count a loan moves as a whole. By balance the fen are followed: what was repaid goes to `paid`,
whether or not the loan was closed by it, so that a flow is the balance a stage later over the
balance a month before (facts section 10).
"""

from typing import Literal

import polars as pl

from lending_core.scoring.calibration import wilson_of
from lending_core.servicing.buckets import bucket_codes

Weight = Literal["count", "amount"]
WEIGHTS: tuple[Weight, ...] = ("amount", "count")
PAID, WRITTEN_OFF, ABSENT = "paid", "written_off", "absent"
EXITS = (PAID, WRITTEN_OFF, ABSENT)
NEW = "new"

# Where a flow starts: every stage that has a later one.
FLOW_STAGES = bucket_codes()[:-1]


_KEYS = ("month_end_on", "from_state", "to_state")


def sum_known(values: pl.Expr) -> pl.Expr:
    """The sum, of nothing 0; null where a part of it is not known."""
    return pl.when(values.is_not_null().all()).then(values.sum())


def knows_balances(moves: pl.DataFrame) -> bool:
    """Whether every balance of the moves is known: of some only, nothing is told by amount."""
    stood = moves.filter(pl.col("from_bucket").is_not_null())
    unknown = moves["to_principal_fen"].null_count() + stood["from_principal_fen"].null_count()
    return unknown == 0


def flows(moves: pl.DataFrame, weight: Weight) -> pl.DataFrame:
    """One row per month end, state before (`new`, or a stage) and state after, in order:
    month_end_on, from_state, to_state, value (loans, or fen). By amount, null where the book does
    not know all of its balances."""
    is_entry = pl.col("from_bucket").is_null()
    stays = ~pl.col("to_state").is_in(EXITS)
    # Money that came after a loan was gone makes no loan new.
    known = moves.filter(stays | ~is_entry).with_columns(
        from_state=pl.col("from_bucket").fill_null(NEW)
    )
    if weight == "count":
        return _summed([known.with_columns(value="loans")])
    repaid = pl.col("from_principal_fen") - pl.col("to_principal_fen") - pl.col("written_off_fen")
    left = known.filter(~is_entry)
    return _summed(
        [
            known.filter(stays).with_columns(value="to_principal_fen"),
            left.with_columns(value=repaid, to_state=pl.lit(PAID)),
            left.with_columns(value="written_off_fen", to_state=pl.lit(WRITTEN_OFF)),
        ]
    )


def matrix(flowed: pl.DataFrame, *by: str) -> pl.DataFrame:
    """One row per state before and after in which anything was, over all months of `flows`, or per
    value of `by`: from_state, to_state, value, whole (all that stood in the state before), rate.
    The rates of a state add up to 1; nothing new is in it. Null where a part is not known."""
    value = pl.col("value")
    added = (
        flowed.filter(pl.col("from_state") != NEW)
        .group_by(*by, "from_state", "to_state")
        .agg(value=sum_known(value))
        .filter(value.is_null() | (value != 0))
    )
    whole = sum_known(value).over(*by, "from_state")
    return added.with_columns(whole=whole, rate=pl.col("value") / whole).sort(
        *by, _place("from_state"), _place("to_state")
    )


def flow_rates(moves: pl.DataFrame, weight: Weight = "amount") -> pl.DataFrame:
    """One row per month end and stage a month earlier: month_end_on, from_bucket, loans, worse
    (loans), rate, low, high, effective (loans that the interval rests on).

    The rate is what is in a later stage now, and what stood there of loans that were written off,
    over what stood in the stage a month before, by number or by balance; the last stage, which
    cannot get worse, is left out. The 95 % interval is Wilson's; by balance it rests on the
    effective number of loans, (sum of balances)^2 / sum of squares (Kish 1965), since a few large
    loans say less than many. Null where nothing stood there or amounts are not known.
    """
    codes = list(bucket_codes())
    place = pl.col("from_bucket").replace_strict(codes, range(len(codes)), return_dtype=pl.Int64)
    place_now = pl.col("to_state").replace_strict(
        codes, range(len(codes)), default=-1, return_dtype=pl.Int64
    )
    is_lost = pl.col("to_state") == WRITTEN_OFF
    is_later = place_now > place
    before, now, effective = _sizes(weight)
    low, high = wilson_of(pl.col("rate").clip(0, 1), pl.col("effective"))
    return (
        moves.filter(pl.col("from_bucket").is_in(FLOW_STAGES))
        .group_by("month_end_on", "from_bucket")
        .agg(
            pl.col("loans").sum().cast(pl.Int64),
            worse=pl.col("loans").filter(is_later | is_lost).sum().cast(pl.Int64),
            rate=(
                sum_known(pl.col(now).filter(is_later)) + sum_known(pl.col(before).filter(is_lost))
            )
            / _nothing_as_null(sum_known(pl.col(before))),
            effective=effective,
        )
        .with_columns(low=low, high=high)
        .sort("month_end_on", _place("from_bucket"))
        .select("month_end_on", "from_bucket", "loans", "worse", "rate", "low", "high", "effective")
    )


def effective_loans(moves: pl.DataFrame, weight: Weight) -> pl.DataFrame:
    """One row per month end and stage a month earlier: month_end_on, from_bucket, effective (loans
    as `flow_rates` counts them)."""
    effective = _sizes(weight)[2].alias("effective")
    stood = moves.filter(pl.col("from_bucket").is_not_null())
    return stood.group_by("month_end_on", "from_bucket").agg(effective)


def movements(moves: pl.DataFrame) -> pl.DataFrame:
    """One row per month end: opening_fen + lent_fen - repaid_fen - written_off_fen = closing_fen.
    Lent is what a loan new on the book owes at its first month end. Null: a part is not known."""
    flowed = flows(moves, "amount")
    is_new, goes = pl.col("from_state") == NEW, pl.col("to_state")

    def part(chosen: pl.Expr) -> pl.Expr:
        return sum_known(pl.col("value").filter(chosen))

    return (
        flowed.group_by("month_end_on")
        .agg(
            opening_fen=part(~is_new),
            lent_fen=part(is_new),
            repaid_fen=part(goes == PAID),
            written_off_fen=part(goes == WRITTEN_OFF),
            closing_fen=part(~goes.is_in(EXITS)),
        )
        .sort("month_end_on")
    )


def _summed(parts: list[pl.DataFrame]) -> pl.DataFrame:
    whole = [part.select(*_KEYS, pl.col("value").cast(pl.Int64)) for part in parts]
    return (
        pl.concat(whole)
        .group_by(*_KEYS)
        .agg(value=sum_known(pl.col("value")))
        .filter(pl.col("value").is_null() | (pl.col("value") != 0))
        .sort("month_end_on", _place("from_state"), _place("to_state"))
    )


def _place(column: str) -> pl.Expr:
    states = [NEW, *bucket_codes(), *EXITS]
    return pl.col(column).replace_strict(states, range(len(states)), return_dtype=pl.Int64)


def _sizes(weight: Weight) -> tuple[str, str, pl.Expr]:
    """Columns of what stood there and what stands there now, and the effective number of loans."""
    if weight == "count":
        return "loans", "loans", pl.col("loans").sum().cast(pl.Float64)
    squared = sum_known(pl.col("from_principal_fen")).cast(pl.Float64) ** 2
    square = _nothing_as_null(sum_known(pl.col("from_square")))
    return "from_principal_fen", "to_principal_fen", squared / square


def _nothing_as_null(whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(whole)
