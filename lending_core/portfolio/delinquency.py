"""How much of the book is late, and how lateness flows from month to month.

Conventions (facts section 10): balances are month-end principal; the whole principal of a late loan
counts. Headline rates leave out loans more than 180 days late on both sides, as charged off.
"""

import polars as pl

from lending_core.servicing.buckets import bucket_codes

CHARGED_OFF_BUCKET = "M7+"
# Stages whose principal is 30+ (31-180 days) and 90+ (91-180 days) late.
STAGES_30_PLUS = ("M2", "M3", "M4", "M5", "M6")
STAGES_90_PLUS = ("M4", "M5", "M6")


def headline_rates(by_bucket: pl.DataFrame) -> pl.DataFrame:
    """One row per month end: balance_fen, rate_1, rate_30, rate_90 (late share of the balance).

    Needs month_end_on, bucket, principal_fen (`bucket_by_month.sql`). `balance_fen` is all
    principal up to 180 days late; a month with none has null rates.
    """
    alive = by_bucket.filter(pl.col("bucket") != CHARGED_OFF_BUCKET)
    late = {
        "rate_1": pl.col("bucket") != "C",
        "rate_30": pl.col("bucket").is_in(STAGES_30_PLUS),
        "rate_90": pl.col("bucket").is_in(STAGES_90_PLUS),
    }
    return (
        alive.group_by("month_end_on")
        .agg(
            balance_fen=pl.col("principal_fen").sum(),
            **{
                name: pl.col("principal_fen").filter(is_late).sum()
                for name, is_late in late.items()
            },
        )
        .with_columns(
            pl.when(pl.col("balance_fen") > 0)
            .then(pl.col(name) / pl.col("balance_fen"))
            .alias(name)
            for name in late
        )
        .sort("month_end_on")
    )


def roll_rates(by_stage: pl.DataFrame) -> pl.DataFrame:
    """One row per month end and stage a month earlier: from_bucket, rate.

    Needs month_end_on, from_bucket, from_principal_fen, rolled_principal_fen
    (`roll_by_month.sql`). The rate is the principal that is later now over the principal that stood
    in the stage a month before; stages that cannot get worse are left out.
    """
    return (
        by_stage.filter(pl.col("from_bucket") != CHARGED_OFF_BUCKET)
        .with_columns(rate=pl.col("rolled_principal_fen") / pl.col("from_principal_fen"))
        .with_columns(position=pl.col("from_bucket").replace_strict(_positions()))
        .sort("month_end_on", "position")
        .select("month_end_on", "from_bucket", "rate")
    )


def in_bucket_order(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows, sorted by stage of lateness (column `bucket`)."""
    position = pl.col("bucket").replace_strict(_positions())
    return frame.sort(position, maintain_order=True)


def _positions() -> dict[str, int]:
    return {code: position for position, code in enumerate(bucket_codes())}
