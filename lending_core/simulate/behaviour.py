"""What borrowers pay in a month: on time, late, partly, early, or no more."""

from datetime import date

import polars as pl

from lending_core.dates import month_end
from lending_core.simulate.assumptions import assumptions, month_number
from lending_core.simulate.draws import Draws
from lending_core.simulate.rates import BUCKET_DAYS, WRITTEN_OFF, with_rates

# Of penalties on several instalments, each rounded.
ROUNDING_FEN = 3


def payments(open_loans: pl.DataFrame, month: date, stress: float, draws: Draws) -> pl.DataFrame:
    """The payments of `month` from the day after closed_on: loan_id, paid_on, amount_fen, purpose.

    `open_loans`, one row per loan with something left to pay:
    loan_id, customer_id, product_code, true_risk;
    closed_on, the newest closed day (the end of last month, or later), and days_past_due by then;
    overdue_fen unpaid of instalments due by then, oldest_overdue_fen of the oldest of them (0 and 0
    if none), overdue_principal_fen and oldest_principal_fen in both, charges_fen of penalty and
    fees; penalty_rate a year over 10^8 and grace_days of what comes;
    due_on, due_fen and due_principal_fen of the instalment still to fall due this month (null, 0
    and 0 if none), payoff_fen that clears the loan on due_on (0 without one);
    has_paid (anything, ever), has_stopped (pays nothing from now on).
    `stress` multiplies the odds of becoming late (`assumptions.stress`). `purpose` says what the
    amount was meant for: due, overdue, oldest, part or payoff. All loans of a customer share the
    month's luck.
    """
    loans = open_loans.filter(~pl.col("has_stopped"))
    customer_ids, loan_ids = loans["customer_id"].to_numpy(), draws.of_loans(loans)
    period = month_number(month)
    decided = (
        with_rates(loans, stress)
        .with_columns(
            pl.Series("luck", draws.uniform("luck", customer_ids, period)),
            *(
                pl.Series(name, draws.uniform(name, loan_ids, period))
                for name in ("turn", "pace", "size")
            ),
        )
        .with_columns(fate=_fate(month_end(month)))
        .with_columns(cure_on=_cure_on(month), due_paid_on=_due_paid_on(month))
    )
    paid = pl.concat([_overdue_payments(decided), _due_payments(decided)])
    return paid.filter(pl.col("amount_fen") > 0).sort("paid_on", "loan_id", "purpose")


def recoveries(claims: pl.DataFrame, month: date, draws: Draws) -> pl.DataFrame:
    """What comes in during `month` on loans that were written off: loan_id, paid_on, amount_fen.

    `claims`: one row per loan with closed_on as above, claim_fen (above 0) and has_stopped. With
    the chance that a loan past all collection brings money, a part of the claim comes on any day.
    """
    owed = claims.filter(~pl.col("has_stopped"))
    loan_ids, period = owed["loan_id"].to_numpy(), month_number(month)
    drawn = owed.with_columns(
        pl.Series(name, draws.uniform(name, loan_ids, period)) for name in ("turn", "pace", "size")
    )
    days_left = (pl.lit(month_end(month)) - pl.col("closed_on")).dt.total_days()
    day = 1 + (pl.col("pace") * days_left).floor().cast(pl.Int64)
    paid = drawn.filter(pl.col("turn") < assumptions()["behaviour"]["late_recovery"])
    return paid.select(
        "loan_id",
        paid_on=pl.col("closed_on") + pl.duration(days=day),
        amount_fen=_part_of(pl.col("claim_fen")).clip(1),
    ).sort("paid_on", "loan_id")


def _fate(last_day: date) -> pl.Expr:
    """What the month brings to a loan; `luck` decides whether it gets worse, `turn` how."""
    chosen = assumptions()["behaviour"]
    bucket, turn = pl.col("bucket"), pl.col("turn")
    gets_worse = pl.col("luck") < pl.col("worse_rate")
    misses_day = pl.col("luck") < pl.col("late_rate")
    has_overdue, has_due = pl.col("overdue_fen") > 0, pl.col("due_on").is_not_null()
    is_past_due = bucket > 0
    in_time = (
        # Due on the last day: not yet late at month end, it shows next month.
        pl.when(gets_worse | (misses_day & (pl.col("due_on") == last_day)))
        .then(pl.lit("nothing"))
        .when(misses_day)
        .then(pl.lit("late"))
        .when(pl.col("has_paid") & (turn < chosen["early_payoff"]))
        .then(pl.lit("payoff"))
        .otherwise(pl.lit("on_time"))
    )
    behind = (
        pl.when(gets_worse & is_past_due & (turn < chosen["pays_part_share"]))
        .then(pl.lit("part"))
        .when(gets_worse)
        .then(pl.lit("nothing"))
        .when(is_past_due & (turn < chosen["pays_one_share"]))
        .then(pl.lit("oldest"))
        .otherwise(pl.lit("overdue"))
    )
    recovers = turn < chosen["late_recovery"]
    written_off = pl.when(recovers).then(pl.lit("part")).otherwise(pl.lit("nothing"))
    return (
        pl.when(bucket == WRITTEN_OFF)
        .then(written_off)
        .when(has_overdue)
        .then(behind)
        .when(has_due)
        .then(in_time)
        .otherwise(pl.lit("nothing"))
    )


def _cure_on(month: date) -> pl.Expr:
    """The day on which overdue amounts are paid, early days more often: any open day of the month,
    but from M1 before the thirtieth day past due, when the loan would be worse."""
    days_left = (pl.lit(month_end(month)) - pl.col("closed_on")).dt.total_days()
    before_worse = (BUCKET_DAYS - 1 - pl.col("days_past_due")).clip(1, days_left)
    window = pl.when(pl.col("bucket") == 1).then(before_worse).otherwise(days_left)
    day = 1 + (_early() * window).floor().cast(pl.Int64)
    return pl.col("closed_on") + pl.duration(days=day)


def _due_paid_on(month: date) -> pl.Expr:
    """On the due day or a few days before; late ones between the due day and the month's end."""
    chosen, last = assumptions()["behaviour"], month_end(month)
    left = (pl.lit(last) - pl.col("due_on")).dt.total_days()
    late_days = 1 + (_early() * left).floor().cast(pl.Int64).clip(0, left - 1)
    early_days = (pl.col("size") * chosen["early_days_max"]).ceil().cast(pl.Int64)
    is_early = (pl.col("pace") >= chosen["on_due_day_share"]) & (pl.col("fate") == "on_time")
    in_time = pl.col("due_on") - pl.duration(days=pl.when(is_early).then(early_days).otherwise(0))
    return (
        pl.when(pl.col("fate") == "late")
        .then(pl.col("due_on") + pl.duration(days=late_days))
        .when(pl.col("fate") == "overdue")
        .then(pl.max_horizontal("due_on", _cure_on(month)))
        .otherwise(pl.max_horizontal(in_time, pl.col("closed_on") + pl.duration(days=1)))
    )


def _early() -> pl.Expr:
    return pl.col("pace") ** assumptions()["behaviour"]["cure_pace"]


def _overdue_payments(decided: pl.DataFrame) -> pl.DataFrame:
    """What is paid on instalments of earlier months: all, the oldest one, or a part of it."""
    oldest = pl.col("oldest_overdue_fen")
    days = (pl.col("cure_on") - pl.col("closed_on")).dt.total_days()
    overdue, its_principal = pl.col("overdue_fen"), pl.col("overdue_principal_fen")
    amount = (
        pl.when(pl.col("fate") == "overdue")
        .then(overdue + pl.col("charges_fen") + _penalty(its_principal, days))
        .when(pl.col("fate") == "oldest")
        .then(oldest + pl.col("charges_fen") + _penalty(pl.col("oldest_principal_fen"), days))
        .otherwise(_part_of(oldest))
    )
    paid = decided.filter(pl.col("fate").is_in(["overdue", "oldest", "part"]))
    return paid.select(
        "loan_id", paid_on="cure_on", amount_fen=amount.cast(pl.Int64), purpose=pl.col("fate")
    )


def _due_payments(decided: pl.DataFrame) -> pl.DataFrame:
    """What is paid on this month's instalment, or on the whole loan early."""
    is_payoff = pl.col("fate") == "payoff"
    late_days = (pl.col("due_paid_on") - pl.col("due_on")).dt.total_days() - pl.col("grace_days")
    penalty = _penalty(pl.col("due_principal_fen"), late_days)
    due = pl.col("due_fen") + pl.when(late_days > 0).then(penalty).otherwise(0)
    paid = decided.filter(
        pl.col("fate").is_in(["on_time", "late", "overdue", "payoff"])
        & pl.col("due_on").is_not_null()
    )
    return paid.select(
        "loan_id",
        paid_on="due_paid_on",
        amount_fen=pl.when(is_payoff)
        .then(pl.col("payoff_fen") + pl.col("charges_fen"))
        .otherwise(due)
        .cast(pl.Int64),
        purpose=pl.when(is_payoff).then(pl.lit("payoff")).otherwise(pl.lit("due")),
    )


def _part_of(owed_fen: pl.Expr) -> pl.Expr:
    """A tenth to seven tenths of what is owed, in whole fen."""
    return (owed_fen * (0.1 + 0.6 * pl.col("size"))).floor().cast(pl.Int64)


def _penalty(principal: pl.Expr, days: pl.Expr) -> pl.Expr:
    """What lateness costs in so many days, and the few fen that rounding may add: nobody pays just
    short of what the app asks for."""
    return principal * pl.col("penalty_rate") * days // (365 * 10**8) + ROUNDING_FEN
