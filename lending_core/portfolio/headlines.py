"""The few numbers of the first screen, month by month."""

import polars as pl

from lending_core.portfolio.delinquency import headline_rates


def headlines(figures: pl.DataFrame, by_bucket: pl.DataFrame, quota_fen: int) -> pl.DataFrame:
    """One row per month end: balance_fen, lent_fen, approval_share, rate_30, rate_90, headroom_fen.

    Needs month_end_on, applied, approved, waiting, lent_fen, principal_fen (`month_figures.sql`)
    and principal by stage (`bucket_by_month.sql`). The approval share leaves out applications that
    still wait for a person; it is null when none was decided, and the balance where a part of it
    is not known. Headroom is all funders' quota less all principal outstanding, whose late part
    binds the quota as well.
    """
    decided = pl.col("applied") - pl.col("waiting")
    has_balance = pl.col("month_end_on").is_in(by_bucket["month_end_on"].unique().implode())
    return (
        figures.join(headline_rates(by_bucket), on="month_end_on", how="left")
        .sort("month_end_on")
        .select(
            "month_end_on",
            pl.when(has_balance).then("balance_fen").otherwise(0).alias("balance_fen"),
            "lent_fen",
            pl.when(decided > 0).then(pl.col("approved") / decided).alias("approval_share"),
            "rate_30",
            "rate_90",
            (quota_fen - pl.col("principal_fen")).alias("headroom_fen"),
        )
    )


def origination_funnel(figures: pl.DataFrame) -> pl.DataFrame:
    """The newest month's applications by stage, in the order of the journey: stage, applications.

    Needs month_end_on, applied, approved, accepted, funded (`month_figures.sql`), at least one row.
    """
    newest = figures.sort("month_end_on").tail(1)
    return newest.select("applied", "approved", "accepted", "funded").unpivot(
        variable_name="stage", value_name="applications"
    )
