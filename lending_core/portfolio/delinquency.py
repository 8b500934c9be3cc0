"""How much of the book is late, and how lateness flows from month to month.

Conventions (facts section 10): balances are month-end principal; the whole principal of a late loan
counts. Headline rates leave out loans more than 180 days late on both sides, as charged off.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import polars as pl

from lending_core.portfolio.roll_rates import flow_rates, sum_known
from lending_core.servicing.buckets import HEADLINE_DAYS, bucket_codes, buckets

# A rate counts what is more than so many days late; 0 counts all that is late.
LATE_DAYS = (0, 30, 60, 90)
# The stage without an upper end: more than 180 days late.
CHARGED_OFF_BUCKET = buckets()[-1].bucket
# Stages whose principal is 30+ (31-180 days) and 90+ (91-180 days) late.
STAGES_30_PLUS, STAGES_90_PLUS = (
    tuple(stage.bucket for stage in buckets()[:-1] if stage.days_past_due_from > days)
    for days in HEADLINE_DAYS
)
# How a loan left the book.
WRITTEN_OFF, PAID = "written_off", "paid"
# What is told of a stage: balances, or how many loans.
Weight = Literal["principal_fen", "loans"]
# How far a rate goes on both sides: up to 180 days late, all that is on the book, or that and all
# that was ever written off.
Scope = Literal["alive", "whole", "lost"]
# A month in which the newest entry has not had so long yet is not told.
COLLECTION_DAYS = 30
_STAGES = bucket_codes()
_LAST_PLACE: dict[Scope, int] = {
    "alive": len(_STAGES) - 2,
    "whole": len(_STAGES) - 1,
    "lost": len(_STAGES),
}


@dataclass(frozen=True)
class RateView:
    """How late shares are reckoned. Coincident: of the balance of the same month end. Lagged: each
    stage Mk of the balance k months earlier, when its loans were last on time, so that growth does
    not dilute it; what is later than M7 as M7."""

    weight: Weight = "principal_fen"
    scope: Scope = "alive"
    is_lagged: bool = False


def late_rates(flows: pl.DataFrame, view: RateView) -> pl.DataFrame:
    """One row per month end: month_end_on, balance (in the unit of the weight), rate_1, rate_30,
    rate_60, rate_90: the share that is at least 1, and more than 30, 60 and 90 days late.

    Needs `stage_flow.sql`. Null where there is no balance to compare with, or amounts are unknown.
    """
    stages = by_stage(flows).select(
        "month_end_on",
        place=pl.col("bucket").replace_strict(_places(), return_dtype=pl.Int64),
        amount=view.weight,
    )
    if view.scope == "lost":
        stages = pl.concat([stages, _lost(flows, view.weight)])
    return _rates(stages, _LAST_PLACE[view.scope], is_lagged=view.is_lagged)


def headline_rates(by_bucket: pl.DataFrame) -> pl.DataFrame:
    """One row per month end: balance_fen, rate_1, rate_30, rate_60, rate_90 (late share of it).

    Needs month_end_on, bucket, principal_fen (`bucket_by_month.sql`). `balance_fen` is all
    principal up to 180 days late; a month with none has null rates, one of which a part is not
    known has null in all.
    """
    return _rates_of_principal(by_bucket, _LAST_PLACE["alive"])


def rates_with_charged_off(by_bucket: pl.DataFrame) -> pl.DataFrame:
    """As `headline_rates`, with loans more than 180 days late on both sides of each share."""
    return _rates_of_principal(by_bucket, _LAST_PLACE["whole"])


def by_stage(flows: pl.DataFrame) -> pl.DataFrame:
    """One row per month end and stage of open loans: month_end_on, bucket, loans, principal_fen,
    overdue_fen. Needs `stage_flow.sql`; a sum of which a part is not known stays null."""
    sums = (
        sum_known(pl.col(name)).cast(pl.Int64).alias(name)
        for name in ("loans", "principal_fen", "overdue_fen")
    )
    return (
        flows.filter(pl.col("stands").is_in(_STAGES))
        .group_by("month_end_on", bucket="stands")
        .agg(*sums)
        .sort("month_end_on", "bucket")
    )


def flow_shares(flows: pl.DataFrame, weight: Weight, last_on: date) -> pl.DataFrame:
    """One row per month end and stage a month earlier: from_bucket, worse (share of the stage that
    is later now, or written off: `roll_rates.flow_rates`), cured (share that is on time now, or
    paid).

    Needs `stage_flow.sql`. By balance, `cured` is what stood there of loans that are on time or
    paid now. Months after `last_on` are not over and left out, and so is the stage without an end.
    """
    stood = "previous_principal_fen" if weight == "principal_fen" else "loans"
    over = flows.filter(
        pl.col("previous_bucket").is_not_null(),
        pl.col("previous_bucket") != CHARGED_OFF_BUCKET,
        pl.col("month_end_on") <= last_on,
    )
    place = pl.col("previous_bucket").replace_strict(_places(), return_dtype=pl.Int64)
    is_cured = (place > 0) & pl.col("stands").is_in([_STAGES[0], PAID])
    cured = over.group_by("month_end_on", from_bucket="previous_bucket", place=place).agg(
        before=sum_known(pl.col(stood)), well=sum_known(pl.col(stood).filter(is_cured))
    )
    worse = flow_rates(_as_moves(over), "amount" if weight == "principal_fen" else "count")
    return (
        worse.join(cured, on=["month_end_on", "from_bucket"], maintain_order="left")
        .with_columns(cured=pl.when(pl.col("place") > 0).then(_share("well", "before")))
        .select("month_end_on", "from_bucket", worse="rate", cured="cured")
    )


def _as_moves(flows: pl.DataFrame) -> pl.DataFrame:
    """Rows of `stage_flow.sql` as `roll_rates` takes them, without what an interval would need."""
    return flows.select(
        "month_end_on",
        "loans",
        from_bucket="previous_bucket",
        to_state="stands",
        from_principal_fen="previous_principal_fen",
        to_principal_fen="principal_fen",
        from_square=pl.lit(None, pl.Float64),
    )


def collection(entries: pl.DataFrame, business_on: date) -> pl.DataFrame:
    """One row per month in which loans became late: month_end_on, entered_loans, entered_fen,
    went_on_loans, went_on_fen, and the share collected within 30 days, by loans (loans_share) and
    by the principal that entered (principal_share); null while the last of the month may still pay.

    Needs `late_entry.sql`. D1 entry times (1 - this share) is what reaches M2 (facts section 10).
    """
    is_told = pl.col("month_end_on") + timedelta(days=COLLECTION_DAYS) <= business_on
    return entries.with_columns(
        loans_share=pl.when(is_told).then(1 - _share("went_on_loans", "entered_loans")),
        principal_share=pl.when(is_told).then(1 - _share("went_on_fen", "entered_fen")),
    )


def first_payment_shares(cohorts: pl.DataFrame, business_on: date, weight: Weight) -> pl.DataFrame:
    """One row per month of disbursement, oldest first: cohort_on, loans, fpd_7, fpd_30: the share
    lent to loans (or of loans) whose very first instalment was not fully paid within 7 and 30 days
    of its due date; null until all loans of the month have had so long.

    Needs `first_payment.sql`.
    """
    end, whole = ("fen", "lent_fen") if weight == "principal_fen" else ("loans", "loans")
    return cohorts.sort("cohort_on").select(
        "cohort_on",
        "loans",
        **{
            f"fpd_{days}": pl.when(pl.col("due_on") + timedelta(days=days) <= business_on).then(
                _share(f"late_{days}_{end}", whole)
            )
            for days in (7, 30)
        },
    )


def late_stages(days: int) -> tuple[str, ...]:
    """The stages of loans more than so many days late, the one without an end included."""
    return tuple(stage.bucket for stage in buckets() if stage.days_past_due_from > days)


def _rates_of_principal(by_bucket: pl.DataFrame, last_place: int) -> pl.DataFrame:
    stages = by_bucket.select(
        "month_end_on",
        place=pl.col("bucket").replace_strict(_places(), return_dtype=pl.Int64),
        amount="principal_fen",
    )
    return _rates(stages, last_place, is_lagged=False).rename({"balance": "balance_fen"})


def _rates(stages: pl.DataFrame, last_place: int, *, is_lagged: bool) -> pl.DataFrame:
    """Shares by month of `month_end_on`, `place` and `amount`, with places up to the last one."""
    counted = stages.filter(pl.col("place") <= last_place).with_columns(month=_month_number())
    whole = sum_known(pl.col("amount")).cast(pl.Int64)
    balances = counted.group_by("month_end_on", "month").agg(balance=whole)
    months = balances.select("month", base="balance")
    lag = pl.col("place").clip(upper_bound=len(_STAGES) - 1) if is_lagged else pl.lit(0)
    shares = counted.with_columns(month=pl.col("month") - lag).join(months, on="month", how="left")
    share = pl.when(pl.col("amount") == 0).then(0.0).otherwise(_share("amount", "base"))
    late = {f"rate_{max(days, 1)}": len(_STAGES) - len(late_stages(days)) for days in LATE_DAYS}
    return (
        shares.group_by("month_end_on")
        .agg(
            sum_known(share.filter(pl.col("place") >= place)).alias(name)
            for name, place in late.items()
        )
        .join(balances, on="month_end_on")
        .select(
            "month_end_on",
            "balance",
            *(pl.when(pl.col("balance") > 0).then(pl.col(name)).alias(name) for name in late),
        )
        .sort("month_end_on")
    )


def _lost(flows: pl.DataFrame, weight: Weight) -> pl.DataFrame:
    """What was written off by each month end since the book began, behind the last stage."""
    is_lost = pl.col("stands") == WRITTEN_OFF
    is_known = pl.col("amount").is_null().cum_sum() == 0
    stood = "previous_principal_fen" if weight == "principal_fen" else "loans"
    return (
        flows.group_by("month_end_on")
        .agg(amount=sum_known(pl.col(stood).filter(is_lost)))
        .sort("month_end_on")
        .select(
            "month_end_on",
            place=pl.lit(len(_STAGES), pl.Int64),
            amount=pl.when(is_known).then(pl.col("amount").cum_sum()).cast(pl.Int64),
        )
    )


def _share(part: str, whole: str) -> pl.Expr:
    return pl.when(pl.col(whole) > 0).then(pl.col(part) / pl.col(whole))


def _month_number() -> pl.Expr:
    on = pl.col("month_end_on")
    return (on.dt.year().cast(pl.Int64) * 12 + on.dt.month()).alias("month")


def _places() -> dict[str, int]:
    return {code: place for place, code in enumerate(_STAGES)}
