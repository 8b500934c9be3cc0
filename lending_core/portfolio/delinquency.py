"""How much of the book is late, and how lateness flows from month to month.

Conventions (facts section 10): balances are month-end principal; the whole principal of a late loan
counts. Headline rates leave out loans more than 180 days late on both sides, as charged off.
"""

import polars as pl

from lending_core.servicing.buckets import HEADLINE_DAYS, bucket_codes, buckets

# The stage without an upper end: more than 180 days late.
CHARGED_OFF_BUCKET = buckets()[-1].bucket
# Stages whose principal is 30+ (31-180 days) and 90+ (91-180 days) late.
STAGES_30_PLUS, STAGES_90_PLUS = (
    tuple(stage.bucket for stage in buckets()[:-1] if stage.days_past_due_from > days)
    for days in HEADLINE_DAYS
)


def headline_rates(by_bucket: pl.DataFrame) -> pl.DataFrame:
    """One row per month end: balance_fen, rate_1, rate_30, rate_90 (late share of the balance).

    Needs month_end_on, bucket, principal_fen (`bucket_by_month.sql`). `balance_fen` is all
    principal up to 180 days late; a month with none has null rates.
    """
    return rates_with_charged_off(by_bucket.filter(pl.col("bucket") != CHARGED_OFF_BUCKET))


def rates_with_charged_off(by_bucket: pl.DataFrame) -> pl.DataFrame:
    """As `headline_rates`, with loans more than 180 days late on both sides of each share."""
    late = {
        "rate_1": pl.col("bucket") != "C",
        "rate_30": pl.col("bucket").is_in([*STAGES_30_PLUS, CHARGED_OFF_BUCKET]),
        "rate_90": pl.col("bucket").is_in([*STAGES_90_PLUS, CHARGED_OFF_BUCKET]),
    }
    return (
        by_bucket.group_by("month_end_on")
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


def first_payment_default_rates(by_cohort: pl.DataFrame) -> pl.DataFrame:
    """One row per month of disbursement, oldest first: cohort_on, loans, default_share.

    Needs cohort_on, loans, lent_fen, defaulted_fen (`first_payment_default.sql`). The share is of
    the amount lent: loans whose very first instalment was not paid within 30 days of its due date.
    """
    return by_cohort.sort("cohort_on").select(
        "cohort_on", "loans", default_share=pl.col("defaulted_fen") / pl.col("lent_fen")
    )


def _positions() -> dict[str, int]:
    return {code: position for position, code in enumerate(bucket_codes())}
