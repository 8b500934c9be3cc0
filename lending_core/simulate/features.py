"""What bureau, payment account and merchant receipts show of an applicant in a month.

Every value is drawn from the hidden traits and noise, before and apart from how the borrower will
repay; part of the noise lasts (a customer's own level), part is fresh each month.
"""

from datetime import date
from itertools import chain
from typing import Any

import numpy as np
import polars as pl

from lending_core.simulate.assumptions import assumptions, month_number
from lending_core.simulate.draws import Draws, FloatArray, IntArray

TRAIT_COLUMNS = {
    "true_risk": "true_risk",
    "appetite": "appetite",
    "thrift": "thrift",
    "income": "income_level",
    "business_health": "business_health",
}
# Which consent opens which columns; debt_to_income needs the income and the bureau's debts.
SOURCE_COLUMNS = {
    "bureau": (
        "inquiries_1m",
        "inquiries_3m",
        "inquiries_12m",
        "lenders_asked_90d",
        "lenders_with_balance",
        "open_accounts",
        "credit_utilisation",
        "worst_status_24m",
        "overdue_months_24m",
        "oldest_account_months",
        "has_current_overdue",
        "monthly_debt_service_fen",
        "other_lenders_balance_fen",
        "debt_to_income",
    ),
    "tenure": ("account_tenure_months",),
    "payment_behaviour": (
        "payment_active_days_90d",
        "payment_stability",
        "failed_payments_90d",
        "bound_card_months",
    ),
    "income": ("monthly_income_fen", "income_months_12m", "debt_to_income"),
    "merchant_receipts": (
        "merchant_receipts_monthly_fen",
        "receipts_variation",
        "receipts_growth",
        "receipts_peak_share",
    ),
}
# What needs no consent: said or shown by the applicant, or known from the own book.
_OPEN_COLUMNS = (
    "age_years",
    "is_student",
    "is_court_listed",
    "own_loans_repaid",
    "own_worst_days_past_due",
    "own_months_since_late",
    "own_principal_fen",
    "own_limit_fen",
)
OBSERVED = tuple(dict.fromkeys((*chain(*SOURCE_COLUMNS.values()), *_OPEN_COLUMNS)))
# Whole numbers although their shape is continuous; what is counted or stepped is whole anyway.
_WHOLE = {
    "oldest_account_months": pl.Int32,
    "account_tenure_months": pl.Int32,
    "payment_active_days_90d": pl.Int32,
    "merchant_receipts_monthly_fen": pl.Int64,
}
_DAYS_PER_YEAR = 365.2425
# A bureau marks 1 for 1-30 days late, 2 for 31-60, up to 7; a few days in grace are not reported.
_REPORTED_FROM_DAYS = 8


def features(
    applicants: pl.DataFrame, granted: pl.DataFrame, month: date, draws: Draws
) -> pl.DataFrame:
    """The columns of `application_feature` for each applicant, without application_id,
    learning_draw and what is for fraud rules, in the order of `applicants`, led by customer_id.

    `applicants` needs the columns of customer and traits, applied_on, and from the own book on that
    day: own_loans_repaid, own_worst_days_past_due, own_days_past_due, own_months_since_late,
    own_principal_fen, own_limit_fen. `granted` is customer_id, source, is_granted; a column whose
    sources were not all granted, or never asked for, is null.
    """
    ids, period = applicants["customer_id"].to_numpy(), month_number(month)
    seen = applicants.with_columns(_market_columns(applicants, period, draws))
    noise = assumptions()["features"]["income_report"]["noise"]
    factor = np.exp(noise * draws.normal("income report", ids))
    known = (
        seen.with_columns(
            age_years=_age_years(),
            monthly_income_fen=_whole(pl.col("monthly_income_fen") * pl.Series(factor)),
        )
        .with_columns(
            monthly_debt_service_fen=_whole(pl.col("debt_to_income") * pl.col("monthly_income_fen"))
        )
        .with_columns(
            debt_to_income=pl.col("monthly_debt_service_fen") / pl.col("monthly_income_fen"),
            oldest_account_months=_not_before_adulthood(),
            worst_status_24m=_with_own_lateness(),
            has_current_overdue=(pl.col("current_overdue") > 0) | (pl.col("own_days_past_due") > 0),
        )
        .with_columns(_parts_and_sums(ids, period, draws))
    )
    return _only_granted(known, granted).select("customer_id", *OBSERVED)


def _market_columns(applicants: pl.DataFrame, period: int, draws: Draws) -> list[pl.Series]:
    described = {
        name: description
        for name, description in assumptions()["features"].items()
        if isinstance(description, dict) and "shape" in description
    }
    columns = []
    for name, description in described.items():
        level = _level(applicants, name, description, period, draws)
        values = _SHAPES[description["shape"]](level, description)
        values = np.maximum(values, description.get("minimum", 0))
        column = pl.Series(name, np.minimum(values, description.get("maximum", np.inf)))
        whole_type = pl.Int32 if description["shape"] in _COUNTED else _WHOLE.get(name)
        columns.append(column.round().cast(whole_type) if whole_type else column.round(4))
    return columns


def _parts_and_sums(ids: IntArray, period: int, draws: Draws) -> list[pl.Expr]:
    """What follows from other columns, so that an applicant never contradicts itself: the last
    month's inquiries are among the quarter's, a month overdue has left its mark."""
    parts = assumptions()["features"]["parts"]
    quarter, worst = pl.col("inquiries_3m"), pl.col("worst_status_24m")

    def part_of_quarter(name: str) -> pl.Expr:
        chance = pl.Series(draws.uniform(f"part {name}", ids, period))
        return (quarter * parts[name] + chance).floor().cast(pl.Int32)

    return [
        part_of_quarter("inquiries_1m").alias("inquiries_1m"),
        # Whoever was asked about was asked by somebody.
        pl.max_horizontal(part_of_quarter("lenders_asked_90d"), quarter.clip(0, 1)).alias(
            "lenders_asked_90d"
        ),
        (quarter + pl.col("earlier_inquiries")).alias("inquiries_12m"),
        (pl.col("lenders_with_balance") + pl.col("idle_accounts")).alias("open_accounts"),
        pl.when(worst > 0)
        .then((worst + pl.col("more_overdue_months")).clip(0, 24))
        .otherwise(0)
        .alias("overdue_months_24m"),
        (pl.col("account_tenure_months") * pl.col("bound_card_part"))
        .floor()
        .cast(pl.Int32)
        .alias("bound_card_months"),
        (12 - pl.col("months_without_income")).alias("income_months_12m"),
        pl.when(pl.col("lenders_with_balance") > 0)
        .then(_whole(pl.col("monthly_debt_service_fen") * pl.col("debt_months_left")))
        .otherwise(0)
        .alias("other_lenders_balance_fen"),
    ]


def _level(
    applicants: pl.DataFrame, name: str, described: dict[str, Any], period: int, draws: Draws
) -> FloatArray:
    """Standard normal over all customers: traits, the customer's own lasting part, a fresh part."""
    ids, fresh_share = (
        applicants["customer_id"].to_numpy(),
        assumptions()["features"]["fresh_share"],
    )
    weights = described["traits"]
    visible = sum(w * applicants[TRAIT_COLUMNS[t]].to_numpy() for t, w in weights.items())
    own = np.sqrt(1.0 - fresh_share) * draws.normal(name, ids)
    own += np.sqrt(fresh_share) * draws.normal(f"{name} this month", ids, period)
    signal = described["signal"]
    return signal * visible / _deviation(weights) + np.sqrt(1.0 - signal**2) * own


def _deviation(weights: dict[str, float]) -> float:
    """Standard deviation of weighted traits, which are related through the true risk alone."""
    related = {"true_risk": 1.0} | assumptions()["borrowers"]["correlation_with_true_risk"]
    loading = np.array([related[trait] for trait in weights])
    correlation = np.outer(loading, loading)
    np.fill_diagonal(correlation, 1.0)
    weight = np.array(list(weights.values()))
    return float(np.sqrt(weight @ correlation @ weight))


def _count(level: FloatArray, described: dict[str, Any]) -> FloatArray:
    return np.floor(_lognormal(level, described))


def _lognormal(level: FloatArray, described: dict[str, Any]) -> FloatArray:
    return described["median"] * np.exp(described["spread"] * level)


def _normal(level: FloatArray, described: dict[str, Any]) -> FloatArray:
    return described["median"] + described["spread"] * level


def _logistic(level: FloatArray, described: dict[str, Any]) -> FloatArray:
    middle = np.log(described["median"] / (1.0 - described["median"]))
    return 1.0 / (1.0 + np.exp(-(middle + described["spread"] * level)))


def _steps(level: FloatArray, described: dict[str, Any]) -> FloatArray:
    return np.searchsorted(described["steps"], level).astype(np.float64)


_COUNTED = ("count", "steps")
_SHAPES = {
    "count": _count,
    "lognormal": _lognormal,
    "normal": _normal,
    "logistic": _logistic,
    "steps": _steps,
}


def _whole(amount: pl.Expr) -> pl.Expr:
    return amount.round().cast(pl.Int64)


def _age_years() -> pl.Expr:
    """Whole years on the day of application, by calendar birthday."""
    born, on = pl.col("birth_on").dt, pl.col("applied_on").dt
    is_before_birthday = (on.month() < born.month()) | (
        (on.month() == born.month()) & (on.day() < born.day())
    )
    return on.year() - born.year() - is_before_birthday.cast(pl.Int32)


def _not_before_adulthood() -> pl.Expr:
    """A first account is opened at 18 at the earliest."""
    days = (pl.col("applied_on") - pl.col("birth_on")).dt.total_days()
    months = ((days / _DAYS_PER_YEAR - 18) * 12).floor().clip(0).cast(pl.Int32)
    return pl.min_horizontal("oldest_account_months", months)


def _with_own_lateness() -> pl.Expr:
    """The bureau knows of our own late loans too, from the grade they reached."""
    worst = pl.col("own_worst_days_past_due")
    grade = ((worst + 29) // 30).clip(0, 7)
    reported = pl.when(worst >= _REPORTED_FROM_DAYS).then(grade).otherwise(0).cast(pl.Int32)
    return pl.max_horizontal("worst_status_24m", reported)


def _only_granted(known: pl.DataFrame, granted: pl.DataFrame) -> pl.DataFrame:
    sources = granted.filter("is_granted").group_by("customer_id").agg("source")
    held = known.join(sources, on="customer_id", how="left", maintain_order="left")
    for source, columns in SOURCE_COLUMNS.items():
        is_open = pl.col("source").list.contains(source)
        held = held.with_columns(
            pl.when(is_open).then(pl.col(name)).alias(name) for name in columns
        )
    return held
