"""Cost of credit: the yearly rate that a borrower's own cash flows amount to, all fees included.

The one place in products with floating point: root finding needs it, and a rate is not money.
Amounts enter as whole fen and rates leave as decimals.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]

COST_TYPE = pl.Decimal(18, 6)
MONTHS_OF_YEAR = 12
DAYS_OF_YEAR = 365

# Newton's steps double the digits that are right; payment plans need six to nine of them.
_STEPS_MAX = 100
_TOLERANCE = 1e-11


def borrower_flows(terms: pl.DataFrame, schedule: pl.DataFrame) -> pl.DataFrame:
    """Flows of loans without fees: the principal received on disbursed_on, each total paid.

    `terms` has loan_id, disbursed_on, principal_fen; `schedule` is what `schedule()` returns.
    Returns loan_id, on, amount_fen.
    """
    received = terms.select(
        "loan_id", pl.col("disbursed_on").alias("on"), amount_fen="principal_fen"
    )
    paid = schedule.select("loan_id", pl.col("due_on").alias("on"), amount_fen=-pl.col("total_fen"))
    return pl.concat([received, paid])


def cost_of_credit(flows: pl.DataFrame) -> pl.DataFrame:
    """One row per loan: loan_id, annual_cost_simple, annual_cost_compound (decimals, 0.24 = 24 %).

    `flows` has loan_id, on, amount_fen: received by the borrower is positive, paid is negative,
    fees to anyone included, an upfront deduction as less received (PR-06, PR-11). The rate i per
    period solves sum(amount / (1 + i)^k) = 0. Where every flow falls on the monthly day of the
    first, the period is a month: simple 12 i, compound (1 + i)^12 - 1; else it is a day: simple
    365 i, compound (1 + i)^365 - 1 (facts, section 3). Null where no such rate exists: the
    borrower receives or pays nothing.
    """
    timed = _timed(flows).sort("loan_id")
    starts = timed["loan_id"].rle_id().to_numpy()
    amounts = timed["amount_fen"].to_numpy().astype(np.float64)
    rate = np.expm1(_rate_of_growth(amounts, timed["periods"].to_numpy(), starts))
    loans = timed.group_by("loan_id", maintain_order=True).agg(
        pl.col("periods_of_year").first(),
        has_both=(pl.col("amount_fen") > 0).any() & (pl.col("amount_fen") < 0).any(),
    )
    per_year = loans["periods_of_year"].to_numpy()
    return loans.select(
        "loan_id",
        annual_cost_simple=_rate_column(rate * per_year, loans),
        annual_cost_compound=_rate_column(np.expm1(per_year * np.log1p(rate)), loans),
    )


def _rate_column(rates: Floats, loans: pl.DataFrame) -> pl.Expr:
    known = np.isfinite(rates) & loans["has_both"].to_numpy()
    rounded = pl.Series(np.where(known, rates, 0.0)).round(6).cast(COST_TYPE)
    return pl.when(pl.Series(known)).then(pl.lit(rounded))


def _timed(flows: pl.DataFrame) -> pl.DataFrame:
    """Flows with `periods` since the loan's first flow and `periods_of_year`, 12 or 365."""
    first = pl.col("on").min().over("loan_id")
    months = (pl.col("on").dt.year() - first.dt.year()) * MONTHS_OF_YEAR + (
        pl.col("on").dt.month().cast(pl.Int32) - first.dt.month().cast(pl.Int32)
    )
    monthly_day = pl.min_horizontal(first.dt.day(), pl.col("on").dt.month_end().dt.day())
    is_monthly = (pl.col("on").dt.day() == monthly_day).all().over("loan_id")
    days = (pl.col("on") - first).dt.total_days()
    return flows.with_columns(
        periods=pl.when(is_monthly).then(months).otherwise(days).cast(pl.Float64),
        periods_of_year=pl.when(is_monthly).then(MONTHS_OF_YEAR).otherwise(DAYS_OF_YEAR),
    )


def _rate_of_growth(amounts: Floats, periods: Floats, loans: npt.NDArray[np.uint32]) -> Floats:
    """log(1 + i) of each loan by Newton's method, all loans at once.

    The present value of "received first, paid later" is concave and rising in it, so that after
    the first step every step nears the root from the same side.
    """
    size = int(loans.max()) + 1 if len(loans) else 0
    growth = np.zeros(size)
    with np.errstate(all="ignore"):
        for _ in range(_STEPS_MAX):
            value = amounts * np.exp(-growth[loans] * periods)
            present = np.bincount(loans, value, size)
            slope = np.bincount(loans, -periods * value, size)
            step = present / slope
            growth -= np.where(np.isfinite(step), step, 0.0)
            if np.abs(step).max(initial=0.0, where=np.isfinite(step)) < _TOLERANCE:
                break
    return growth
