"""Month ends of a tape that tells contracts and payments: replayed by the engine of servicing.

A tape does not say how its loans are repaid: each is taken for a level instalment every month from
its disbursement, interest by months of 30 days, money settling the oldest instalment first, in it
interest before principal; no penalty and no fee (assumptions of ours).
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import polars as pl

from lending_core.dates import add_months, day_number, month_end
from lending_core.servicing.contracts import NEVER_DAYS
from lending_core.servicing.loan_events import LOAN_EVENT_SCHEMA
from lending_core.servicing.positions import positions
from lending_core.servicing.replay import advance, batches, start, steps
from lending_core.servicing.standing import everyone

# What a tape's loan costs beside its rate is not told; no cap takes anything off it.
_NO_CAP = Decimal(1000)
_ORDER = "fee,penalty,interest,principal"
# Lost, where the tape says that it was: from so many days past due on (facts section 10).
LOST_DAYS = 180


def contracts(loans: pl.DataFrame) -> pl.DataFrame:
    """Contracts for the engine from loan_id, disbursed_on, lent_fen, annual_rate, instalments."""
    return loans.select(
        "loan_id",
        principal_fen="lent_fen",
        annual_rate=pl.col("annual_rate").cast(pl.Decimal(9, 6)),
        method=pl.lit("equal_instalment"),
        instalments=pl.col("instalments").cast(pl.Int64),
        day_count=pl.lit("30/360"),
        carries_remainder=pl.lit(False),
        disbursed_on="disbursed_on",
        grace_days=pl.lit(0, pl.Int64),
        penalty_multiple=pl.lit(Decimal(0), pl.Decimal(4, 2)),
        cost_cap_annual_rate=pl.lit(_NO_CAP, pl.Decimal(12, 6)),
        allocation=pl.lit(_ORDER),
        late_allocation=pl.lit(_ORDER),
        late_allocation_days_past_due=pl.lit(NEVER_DAYS, pl.Int64),
    )


def replayed(loans: pl.DataFrame, payments: pl.DataFrame, as_of_on: date) -> pl.DataFrame:
    """Where loans stood at each month end: rows that `tape_months.followed` takes.

    `loans` as `contracts` takes them, with outcome; `payments`: loan_id, paid_on, amount_fen, by
    day. From the first month end after disbursement to the first at which nothing is owed, and
    months in which money came later; a loan that is told as written off is lost from the month end
    on at which it is more than `LOST_DAYS` days late, else at the last.
    """
    ends = _month_ends(loans["disbursed_on"].min(), as_of_on)
    told = pl.concat(list(_positions(loans, _events(payments), ends)))
    paid_by = pl.min_horizontal(pl.col("paid_on").dt.month_end(), pl.lit(as_of_on))
    paid = payments.group_by("loan_id", month_end_on=paid_by).agg(
        paid_fen=pl.col("amount_fen").sum()
    )
    rows = (
        told.join(paid, on=["loan_id", "month_end_on"], how="left")
        .join(loans.select("loan_id", "disbursed_on", "outcome"), on="loan_id")
        .sort("loan_id", "month_end_on")
        .with_columns(pl.col("paid_fen").fill_null(0), standing=_standing(as_of_on))
    )
    owed_before = pl.col("principal_fen").shift(fill_value=1).over("loan_id") > 0
    lost_before = (pl.col("standing") == "written_off").shift(fill_value=False).over("loan_id")
    is_lost = pl.col("standing") == "written_off"
    left = pl.when(is_lost).then(0).otherwise(pl.col("principal_fen"))
    return (
        rows.filter((owed_before & ~lost_before) | (pl.col("paid_fen") != 0))
        .with_columns(
            position=pl.int_range(1, pl.len() + 1, dtype=pl.Int64),
            written_off_fen=pl.col("principal_fen") - left,
            principal_fen=left,
            overdue_fen=pl.when(is_lost).then(0).otherwise(pl.col("overdue_fen")),
        )
        .drop("outcome")
    )


def _standing(as_of_on: date) -> pl.Expr:
    is_lost = (pl.col("outcome") == "written_off") & (pl.col("principal_fen") > 0)
    is_late = pl.col("days_past_due") > LOST_DAYS
    is_last = pl.col("month_end_on") >= as_of_on
    return (
        pl.when(is_lost & (is_late | is_last))
        .then(pl.lit("written_off"))
        .when(pl.col("principal_fen") > 0)
        .then(pl.lit("open"))
        .otherwise(pl.lit("paid"))
    )


def _positions(
    loans: pl.DataFrame, events: pl.DataFrame, ends: list[date]
) -> Iterator[pl.DataFrame]:
    for batch in batches(contracts(loans)):
        own = events.join(batch, on="loan_id", how="semi", maintain_order="left")
        state = start(batch)
        ahead = steps(state, own, by_day=True)
        for on in ends:
            today = day_number(on)
            advance(state, [step for step in ahead if step.day[0] <= today])
            ahead = [step for step in ahead if step.day[0] > today]
            now = positions(state, everyone(state, today)).filter(batch["disbursed_on"] <= on)
            yield now.select(
                "loan_id",
                pl.lit(on).alias("month_end_on"),
                "days_past_due",
                "principal_fen",
                "overdue_fen",
                "interest_receivable_fen",
            )


def _events(payments: pl.DataFrame) -> pl.DataFrame:
    nothing = {
        name: pl.lit(None, dtype)
        for name, dtype in LOAN_EVENT_SCHEMA.items()
        if name not in ("loan_id", "amount_fen")
    }
    told = nothing | {
        "loan_event_id": pl.int_range(1, pl.len() + 1, dtype=pl.Int64),
        "kind": pl.lit("payment"),
        "strategy": pl.lit("next_dues"),
        "effective_on": pl.col("paid_on"),
        "recorded_on": pl.col("paid_on"),
    }
    return (
        payments.sort("paid_on", "loan_id", "amount_fen")
        .select("loan_id", "amount_fen", **told)
        .select(*LOAN_EVENT_SCHEMA)
    )


def _month_ends(first_on: object, as_of_on: date) -> list[date]:
    """From the month of the first disbursement; the last one cut short where the tape ends."""
    ends = [min(month_end(first_on), as_of_on)] if isinstance(first_on, date) else []
    while ends and ends[-1] < as_of_on:
        ends.append(min(month_end(add_months(ends[-1].replace(day=1), 1)), as_of_on))
    return ends
