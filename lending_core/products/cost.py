"""Cost of credit: the yearly rate that a borrower's own cash flows amount to, all fees included.

The one place in products with floating point: root finding needs it, and a rate is not money.
Amounts enter as whole fen and rates leave as decimals.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Dates = npt.NDArray[np.datetime64]

COST_TYPE = pl.Decimal(18, 6)
COST_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "loan_id": pl.Int64,
    "annual_cost_simple": COST_TYPE,
    "annual_cost_compound": COST_TYPE,
}
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
    ordered = flows.sort("loan_id", "on")
    if ordered.is_empty():
        return pl.DataFrame(schema=COST_SCHEMA)
    loan_of = ordered["loan_id"].rle_id().to_numpy()
    begins = np.flatnonzero(np.diff(loan_of, prepend=-1))
    amounts = ordered["amount_fen"].to_numpy().astype(np.float64)
    periods, per_year = _periods(ordered["on"].to_numpy(), loan_of, begins)
    growth = _rate_of_growth(amounts, periods, loan_of)
    lacks_a_side = (np.maximum.reduceat(amounts, begins) <= 0) | (
        np.minimum.reduceat(amounts, begins) >= 0
    )
    growth[lacks_a_side] = np.nan
    columns = {
        "loan_id": ordered["loan_id"].to_numpy()[begins],
        "annual_cost_simple": per_year * np.expm1(growth),
        "annual_cost_compound": np.expm1(per_year * growth),
    }
    rates = pl.col("annual_cost_simple", "annual_cost_compound").fill_nan(None).round(6)
    return pl.DataFrame(columns).with_columns(rates.cast(COST_TYPE))


def _periods(on: Dates, loan_of: Whole, begins: Whole) -> tuple[Floats, Whole]:
    """Periods from each loan's first flow to each flow, and periods of a year of each loan."""
    month = on.astype("M8[M]")
    day_of_month = on - month.astype("M8[D]")
    last_day = (month + np.timedelta64(1, "M")).astype("M8[D]") - 1 - month.astype("M8[D]")
    first = begins[loan_of]
    is_monthly_day = day_of_month == np.minimum(day_of_month[first], last_day)
    is_monthly = np.logical_and.reduceat(is_monthly_day, begins)
    months, days = (month - month[first]).astype(np.int64), (on - on[first]).astype(np.int64)
    periods = np.where(is_monthly[loan_of], months, days).astype(np.float64)
    return periods, np.where(is_monthly, MONTHS_OF_YEAR, DAYS_OF_YEAR)


def _rate_of_growth(amounts: Floats, periods: Floats, loan_of: Whole) -> Floats:
    """log(1 + i) of each loan by Newton's method, all loans at once.

    The present value of "received first, paid later" is concave and rising in it, so that after
    the first step every step nears the root from the same side.
    """
    size = int(loan_of[-1]) + 1
    growth = np.zeros(size)
    with np.errstate(all="ignore"):
        for _ in range(_STEPS_MAX):
            value = amounts * np.exp(-growth[loan_of] * periods)
            present = np.bincount(loan_of, value, size)
            slope = np.bincount(loan_of, -periods * value, size)
            step = present / slope
            growth -= np.where(np.isfinite(step), step, 0.0)
            if np.abs(step).max(initial=0.0, where=np.isfinite(step)) < _TOLERANCE:
                break
    return growth
