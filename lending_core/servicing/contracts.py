"""What a loan's contract says about servicing: the columns that a replay starts from."""

import polars as pl

from lending_core.products.catalogue import Product, caps, catalogue

# Contract terms of a schedule that a loan may carry; the others are those of every loan of ours.
SCHEDULE_TERMS = (
    "principal_fen",
    "annual_rate",
    "method",
    "instalments",
    "day_count",
    "carries_remainder",
    "disbursed_on",
)
CONTRACT_COLUMNS = (
    "loan_id",
    *SCHEDULE_TERMS,
    "grace_days",
    "penalty_multiple",
    "cost_cap_annual_rate",
    "allocation",
    "late_allocation",
    "late_allocation_days_past_due",
)

# Contract rates have six decimals, penalty multiples two.
RATE_UNIT = 10**6
MULTIPLE_UNIT = 10**2
# Later than any loan: where the product keeps one order of allocation for ever.
NEVER_DAYS = 2**31


def contracts(loans: pl.DataFrame) -> pl.DataFrame:
    """Contracts for `loan_state`, one row per loan, columns `CONTRACT_COLUMNS`.

    `loans` are rows of table `loan`; how payments are allocated comes from the product, the cap on
    all cost from the law (ZD-14).
    """
    servicing = pl.DataFrame([_servicing_terms(product) for product in catalogue().values()])
    return loans.join(servicing, on="product_code", maintain_order="left").select(*CONTRACT_COLUMNS)


def whole_rate(rates: pl.Series, unit: int) -> pl.Series:
    """Exact decimal rates as whole numbers over `unit`."""
    return (rates.cast(pl.Decimal(38, 12)) * unit).cast(pl.Int64)


def penalty_rates(annual_rates: pl.Series, multiples: pl.Series) -> pl.Series:
    """Yearly rates on overdue principal, contract rate times multiple (PM-09, PR-14), as whole
    numbers over `accrual.PENALTY_RATE_UNIT`."""
    return whole_rate(annual_rates, RATE_UNIT) * whole_rate(multiples, MULTIPLE_UNIT)


def _servicing_terms(product: Product) -> dict[str, object]:
    return {
        "product_code": product.code,
        "cost_cap_annual_rate": caps().total_cost_annual_rate,
        "allocation": ",".join(product.allocation),
        "late_allocation": ",".join(product.late_allocation or product.allocation),
        "late_allocation_days_past_due": product.late_allocation_days_past_due or NEVER_DAYS,
    }
