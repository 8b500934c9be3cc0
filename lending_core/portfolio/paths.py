"""Two policies over several futures: the path of each measure, and what they come to."""

import polars as pl

# What is compared; money that is earned or lost adds up over the months ahead.
MEASURES = ("approved", "balance_fen", "rate_30", "loss_fen", "profit_fen")
ADDED_UP = ("loss_fen", "profit_fen")
# Of these the whole time counts, of the others the newest month.
SUMMED = ("approved", *ADDED_UP)


def paths(months: pl.DataFrame) -> pl.DataFrame:
    """One row per side, month and measure: the mean of its futures, the lowest and the highest.

    Needs side, future, month_end_on and `MEASURES`, one row per month of a future. Returns side,
    month_end_on, measure, value, low, high, futures; money of `ADDED_UP` is what came together
    since the first month.
    """
    return (
        _long(months)
        .group_by("side", "measure", "month_end_on")
        .agg(
            value=pl.col("value").mean(),
            low=pl.col("value").min(),
            high=pl.col("value").max(),
            futures=pl.len(),
        )
        .sort("side", "measure", "month_end_on")
    )


def outcomes(months: pl.DataFrame) -> pl.DataFrame:
    """One row per measure: one and other (means of the futures that both have run as far), the
    change from one to other, its lowest and highest of any future, futures, and their last month.

    Needs as `paths`. Of a future only months that both have done count; of futures only those that
    are as far as the farthest. Empty before both have done a month.
    """
    both = months.filter(pl.col("side").n_unique().over("future", "month_end_on") == 2)
    if both.is_empty():
        return pl.DataFrame(schema=_OUTCOME)
    newest = both["month_end_on"].max()
    is_as_far = pl.col("month_end_on").max().over("future") == newest
    sums = [pl.col(name).sum() for name in SUMMED]
    ends = [pl.col(name).sort_by("month_end_on").last() for name in MEASURES if name not in SUMMED]
    ended = both.filter(is_as_far).group_by("side", "future").agg(*sums, *ends)
    wide = ended.unpivot(MEASURES, index=["side", "future"], variable_name="measure").pivot(
        "side", index=["measure", "future"], values="value"
    )
    change = pl.col("other") - pl.col("one")
    return (
        wide.group_by("measure", maintain_order=True)
        .agg(
            pl.col("one", "other").mean(),
            change=change.mean(),
            change_low=change.min(),
            change_high=change.max(),
            futures=pl.len().cast(pl.Int64),
            last_on=pl.lit(newest),
        )
        .sort(pl.col("measure").replace_strict({name: n for n, name in enumerate(MEASURES)}))
    )


_OUTCOME: dict[str, type[pl.DataType]] = {
    "measure": pl.String,
    **dict.fromkeys(("one", "other", "change", "change_low", "change_high"), pl.Float64),
    "futures": pl.Int64,
    "last_on": pl.Date,
}


def _long(months: pl.DataFrame) -> pl.DataFrame:
    added = [
        pl.col(name).cum_sum().over("side", "future", order_by="month_end_on") for name in ADDED_UP
    ]
    index = ["side", "future", "month_end_on"]
    numbers = [pl.col(name).cast(pl.Float64) for name in MEASURES]
    return (
        months.with_columns(added)
        .select(*index, *numbers)
        .unpivot(MEASURES, index=index, variable_name="measure")
    )
