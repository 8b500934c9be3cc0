"""Does the behaviour, run month by month, show the levels of the market on month-end balance?

Bands are wide enough for chance in a small, young and growing book: the table is a steady state.
"""

import numpy as np
import polars as pl
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from tests.simulate.book import Book

FACILITATED = ("youqianhua", "fenqile", "jietiao_360")
SCORED = (
    "inquiries_3m",
    "lenders_with_balance",
    "credit_utilisation",
    "worst_status_24m",
    "oldest_account_months",
    "account_tenure_months",
    "payment_active_days_90d",
    "payment_stability",
    "debt_to_income",
    "merchant_receipts_monthly_fen",
    "receipts_variation",
)


@pytest.fixture(scope="module")
def steps(small_book: Book) -> pl.DataFrame:
    """Month-end states with the bucket and balance a month later; facilitated products."""
    following = pl.col("bucket", "principal_fen").shift(-1).over("loan_id").name.prefix("next_")
    return (
        small_book.months.filter(pl.col("product_code").is_in(FACILITATED))
        .sort("loan_id", "month_end_on")
        .with_columns(following)
        .filter(pl.col("month_end_on") < small_book.months["month_end_on"].max())
    )


def rolled_share(steps: pl.DataFrame, bucket: int) -> float:
    start = steps.filter(bucket=bucket)
    worse = start.filter(pl.col("next_bucket") > bucket)
    return worse["next_principal_fen"].sum() / start["principal_fen"].sum()


@pytest.mark.parametrize(
    ("bucket", "expected", "band"),
    [
        (0, 0.025, 0.005),
        (1, 0.40, 0.06),
        (2, 0.78, 0.08),
        (3, 0.88, 0.06),
        (4, 0.92, 0.06),
        (5, 0.94, 0.06),
        (6, 0.96, 0.06),
    ],
)
def test_roll_rates_on_balance_are_near_the_table(steps, bucket, expected, band) -> None:
    assert rolled_share(steps, bucket) == pytest.approx(expected, abs=band)


@pytest.mark.parametrize(("from_bucket", "low", "high"), [(2, 0.022, 0.042), (4, 0.010, 0.022)])
def test_30_and_90_days_past_due_are_near_the_table(steps, from_bucket, low, high) -> None:
    second_year = steps.filter(pl.col("month_end_on").dt.year() == 2026, pl.col("bucket") < 7)

    late = second_year.filter(pl.col("bucket") >= from_bucket)["principal_fen"].sum()
    assert low < late / second_year["principal_fen"].sum() < high


@pytest.fixture(scope="module")
def first_payments(small_book: Book) -> pl.DataFrame:
    """Facilitated loans whose first instalment was due long ago, with days late on it."""
    first_paid = small_book.payments.group_by("loan_id").agg(first_paid_on=pl.col("paid_on").min())
    return (
        small_book.loans.filter(pl.col("product_code").is_in(FACILITATED))
        .filter(pl.col("disbursed_on") < pl.date(2026, 6, 1))
        .join(first_paid, on="loan_id", how="left")
        .select(
            days_late=(pl.col("first_paid_on") - pl.col("disbursed_on").dt.offset_by("1mo"))
            .dt.total_days()
            .fill_null(999)
        )
    )


@pytest.mark.parametrize(("days", "low", "high"), [(8, 0.020, 0.038), (30, 0.005, 0.012)])
def test_first_payment_default_is_near_the_table(first_payments, days, low, high) -> None:
    assert low < (first_payments["days_late"] >= days).mean() < high


def test_new_lateness_is_mostly_collected_within_thirty_days(first_payments) -> None:
    late = first_payments.filter(pl.col("days_late") > 0)

    assert 0.75 < (late["days_late"] <= 30).mean() < 0.92


@pytest.fixture(scope="module")
def matured(small_book: Book) -> pl.DataFrame:
    """Loans at least seven months old at the end, with is_bad: ever 30+ in the first six."""
    aged = small_book.months.filter(pl.col("due_count") <= 6)
    bad = aged.group_by("loan_id").agg(is_bad=(pl.col("days_past_due") > 30).any())
    seen = small_book.applications.select("application_id", *SCORED)
    return (
        small_book.loans.filter(pl.col("disbursed_on") < pl.date(2026, 3, 1))
        .select("loan_id", "true_risk")
        .join(bad, on="loan_id", how="left")
        .join(seen, left_on="loan_id", right_on="application_id")
        .with_columns(pl.col("is_bad").fill_null(False))
        .sort("loan_id")
    )


def test_true_risk_explains_most_and_not_all_of_who_turns_bad(matured) -> None:
    assert 0.85 < roc_auc_score(matured["is_bad"], matured["true_risk"]) < 0.93


def test_what_is_seen_allows_a_good_score_on_approved_loans(matured) -> None:
    ranks = matured.select(
        (pl.col(name).rank() / pl.col(name).count() - 0.5).fill_null(0.0) for name in SCORED
    ).to_numpy()
    is_bad, half = matured["is_bad"].to_numpy(), np.arange(matured.height) % 2 == 0

    model = LogisticRegression(C=0.3).fit(ranks[half], is_bad[half])

    predicted = model.predict_proba(ranks[~half])[:, 1]
    assert 0.70 < roc_auc_score(is_bad[~half], predicted) < 0.82
