"""What a book earned and lost in a month, beside how many asked and how much is late."""

import polars as pl

from lending_core.portfolio.delinquency import headline_rates
from lending_core.servicing.accounts import accounts

# Money that comes back on what was written off: income in the accounts, here it makes losses less.
RECOVERIES = "recovery_income"
# An annual cost is a decimal of six places; a month is a twelfth, of the mean of two balances.
_COST_UNIT = 10**6
_HALF_MONTHS = 24

RESULT_COLUMNS = (
    "month_end_on",
    "applied",
    "approved",
    "accepted",
    "funded",
    "balance_fen",
    "rate_30",
    "income_fen",
    "funding_cost_fen",
    "loss_fen",
    "profit_fen",
)


def results(
    figures: pl.DataFrame, by_bucket: pl.DataFrame, booked: pl.DataFrame, owed: pl.DataFrame
) -> pl.DataFrame:
    """One row per month end of `figures`, oldest first: `RESULT_COLUMNS`.

    Needs `month_figures.sql`, `bucket_by_month.sql`, `account_by_month.sql` and, from the month
    before, `funder_by_month.sql`. Income: interest, penalty interest and fees booked. Loss:
    additions to the loss allowance, which pays for what is written off, less recoveries; below 0
    where more came back. Profit: income less funding cost less loss. Balance and 30+ share: as
    `headline_rates`.
    """
    late = headline_rates(by_bucket).select("month_end_on", "balance_fen", "rate_30")
    return (
        figures.join(late, on="month_end_on", how="left")
        .join(_booked(booked), on="month_end_on", how="left")
        .join(funding_cost(owed), on="month_end_on", how="left")
        .with_columns(
            pl.col("balance_fen", "income_fen", "funding_cost_fen", "loss_fen").fill_null(0)
        )
        .with_columns(
            profit_fen=pl.col("income_fen") - pl.col("funding_cost_fen") - pl.col("loss_fen")
        )
        .sort("month_end_on")
        .select(RESULT_COLUMNS)
    )


def funding_cost(owed: pl.DataFrame) -> pl.DataFrame:
    """One row per month end: funding_cost_fen, rounded down per funder. A month costs a twelfth of
    the funder's annual cost on the mean of what it was owed before and after; 0 before the first.

    Needs month_end_on, funder_code, annual_cost (a decimal of six places), principal_fen.
    """
    rate = (pl.col("annual_cost") * _COST_UNIT).cast(pl.Int64)
    before = owed.select(
        "funder_code",
        month_end_on=pl.col("month_end_on").dt.offset_by("1d").dt.month_end(),
        before_fen="principal_fen",
    )
    return (
        owed.join(before, on=["month_end_on", "funder_code"], how="left")
        .with_columns(both_fen=pl.col("principal_fen") + pl.col("before_fen").fill_null(0))
        .group_by("month_end_on")
        .agg(funding_cost_fen=(pl.col("both_fen") * rate // (_COST_UNIT * _HALF_MONTHS)).sum())
        .sort("month_end_on")
    )


def _booked(booked: pl.DataFrame) -> pl.DataFrame:
    """One row per month end: income_fen, loss_fen."""
    expenses = [code for code, each in accounts().items() if each.kind == "expense"]
    incomes = [code for code, each in accounts().items() if each.kind == "income"]
    earned = [code for code in incomes if code != RECOVERIES]
    amount, account = pl.col("amount_fen"), pl.col("account")
    return booked.group_by("month_end_on").agg(
        income_fen=-amount.filter(account.is_in(earned)).sum(),
        loss_fen=amount.filter(account.is_in([*expenses, RECOVERIES])).sum(),
    )
