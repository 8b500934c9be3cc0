"""What is seen has the usual levels, follows the hidden risk, and needs consent."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from lending_core.scoring.features import register
from lending_core.simulate.borrowers import borrowers
from lending_core.simulate.demand import consents
from lending_core.simulate.draws import Draws
from lending_core.simulate.features import OBSERVED, SOURCE_COLUMNS, features

DRAWS = Draws(5)
ON = date(2026, 3, 14)
CUSTOMERS, TRAITS = borrowers(1, pl.Series("joined_on", [ON] * 20_000), DRAWS)
APPLICANTS = CUSTOMERS.join(TRAITS, on="customer_id").with_columns(
    applied_on=pl.lit(ON),
    own_loans_repaid=pl.lit(0),
    own_worst_days_past_due=pl.lit(0),
    own_days_past_due=pl.lit(0),
    own_months_since_late=pl.lit(None, pl.Int32),
    own_principal_fen=pl.lit(0),
    own_limit_fen=pl.lit(0),
)
ALL_GRANTED = consents(CUSTOMERS, DRAWS).with_columns(is_granted=pl.lit(True))
SEEN = features(APPLICANTS, ALL_GRANTED, ON, DRAWS)


@pytest.mark.parametrize(
    ("column", "median", "low", "high"),
    [
        ("inquiries_3m", 2, 0, 12),
        ("lenders_with_balance", 2, 0, 10),
        ("credit_utilisation", 0.40, 0, 1.3),
        ("worst_status_24m", 0, 0, 7),
        ("oldest_account_months", 60, 0, 240),
        ("account_tenure_months", 70, 0, 150),
        ("payment_active_days_90d", 55, 0, 90),
        ("payment_stability", 0.60, 0, 1),
        ("debt_to_income", 0.35, 0, 1.5),
        ("merchant_receipts_monthly_fen", 4_000_000, 0, 200_000_000),
        ("receipts_variation", 0.35, 0, 1.5),
        ("inquiries_1m", 1, 0, 12),
        ("inquiries_12m", 7, 0, 52),
        ("open_accounts", 4, 0, 30),
        ("overdue_months_24m", 0, 0, 24),
        ("lenders_asked_90d", 2, 0, 12),
        ("bound_card_months", 46, 0, 150),
        ("failed_payments_90d", 0, 0, 20),
        ("income_months_12m", 12, 0, 12),
        ("receipts_growth", 0.04, -0.9, 3),
        ("receipts_peak_share", 0.13, 0.08, 0.9),
    ],
)
def test_features_have_the_usual_medians_and_ranges(column, median, low, high) -> None:
    seen = SEEN[column].drop_nulls()

    assert seen.median() == pytest.approx(median, rel=0.1)
    assert seen.is_between(low, high + 0.001).all()


@pytest.mark.parametrize(
    ("column", "sign"),
    [
        ("inquiries_3m", 1),
        ("lenders_with_balance", 1),
        ("credit_utilisation", 1),
        ("worst_status_24m", 1),
        ("oldest_account_months", -1),
        ("account_tenure_months", -1),
        ("payment_active_days_90d", -1),
        ("payment_stability", -1),
        ("debt_to_income", 1),
        ("merchant_receipts_monthly_fen", -1),
        ("receipts_variation", 1),
        ("inquiries_1m", 1),
        ("inquiries_12m", 1),
        ("open_accounts", 1),
        ("overdue_months_24m", 1),
        ("lenders_asked_90d", 1),
        ("bound_card_months", -1),
        ("failed_payments_90d", 1),
        ("income_months_12m", -1),
        ("receipts_growth", -1),
        ("receipts_peak_share", 1),
    ],
)
def test_every_feature_tells_something_of_the_risk_and_none_all(column, sign) -> None:
    known = SEEN.join(TRAITS, on="customer_id").drop_nulls(column)

    correlation = np.corrcoef(known[column].rank(), known["true_risk"])[0, 1]

    assert 0.15 < correlation * sign < 0.75


def test_withheld_consent_hides_exactly_the_columns_of_its_source() -> None:
    people = APPLICANTS.head(50)
    granted = ALL_GRANTED.with_columns(is_granted=pl.col("source") != "income")

    seen = features(people, granted, ON, DRAWS)

    changed = [name for name in OBSERVED if not seen[name].equals(SEEN[name].head(50))]
    assert changed == ["debt_to_income", "monthly_income_fen", "income_months_12m"]
    assert seen.select(pl.col(changed).is_null().all()).row(0) == (True, True, True)


def test_debt_to_income_needs_the_bureau_s_consent_too() -> None:
    granted = ALL_GRANTED.with_columns(is_granted=pl.col("source") != "bureau")

    seen = features(APPLICANTS.head(50), granted, ON, DRAWS)

    assert seen["debt_to_income"].null_count() == 50
    assert seen["monthly_income_fen"].null_count() == 0


@pytest.mark.parametrize("source", SOURCE_COLUMNS)
def test_a_source_opens_the_columns_that_the_register_says(source: str) -> None:
    registered = [name for name, known in register().items() if source in known.consents]

    assert sorted(SOURCE_COLUMNS[source]) == sorted(registered)


def test_everything_is_simulated_but_what_others_give() -> None:
    given = [name for name, known in register().items() if known.purpose == "fraud_prevention"]

    assert set(register()) - set(OBSERVED) == {"learning_draw", *given}


def test_what_is_simulated_can_be_true_by_the_register() -> None:
    possible = [
        register()[name].is_possible(value)
        for name in OBSERVED
        for value in (SEEN[name].min(), SEEN[name].max())
    ]

    assert all(possible)


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("inquiries_1m", "inquiries_3m"),
        ("lenders_asked_90d", "inquiries_3m"),
        ("inquiries_3m", "inquiries_12m"),
        ("lenders_with_balance", "open_accounts"),
        ("bound_card_months", "account_tenure_months"),
        ("worst_status_24m", "overdue_months_24m"),
    ],
)
def test_no_applicant_contradicts_itself(part: str, whole: str) -> None:
    assert (SEEN[part] <= SEEN[whole]).all()


def test_months_overdue_and_a_late_status_come_together() -> None:
    late = SEEN.select(pl.col("overdue_months_24m", "worst_status_24m") > 0)

    assert late["overdue_months_24m"].equals(late["worst_status_24m"], check_names=False)


def test_only_small_businesses_have_merchant_receipts() -> None:
    has_receipts = SEEN.filter(pl.col("receipts_variation").is_not_null())

    assert set(has_receipts["customer_id"]) == set(
        CUSTOMERS.filter(kind="small_business")["customer_id"]
    )


def test_debt_to_income_is_debt_service_over_income() -> None:
    ratio = SEEN["monthly_debt_service_fen"] / SEEN["monthly_income_fen"]

    assert (ratio == SEEN["debt_to_income"]).all()


def test_a_customer_looks_much_the_same_a_month_later() -> None:
    later = features(APPLICANTS, ALL_GRANTED, date(2026, 4, 14), DRAWS)

    correlation = np.corrcoef(SEEN["credit_utilisation"], later["credit_utilisation"])[0, 1]

    assert 0.85 < correlation < 0.99


def test_age_counts_from_the_birthday_itself() -> None:
    born = APPLICANTS.head(3).with_columns(
        birth_on=pl.Series([date(2000, 3, 13), date(2000, 3, 14), date(2000, 3, 15)])
    )

    seen = features(born, ALL_GRANTED, ON, DRAWS)

    assert seen["age_years"].to_list() == [26, 26, 25]


def test_an_account_is_not_older_than_adulthood() -> None:
    young = APPLICANTS.with_columns(birth_on=pl.lit(date(2007, 3, 1)))

    seen = features(young, ALL_GRANTED, ON, DRAWS)

    assert seen["oldest_account_months"].max() == 12


@pytest.mark.parametrize(("days", "grade"), [(7, 0), (8, 1), (30, 1), (31, 2), (200, 7)])
def test_own_lateness_shows_in_the_bureau_record(days, grade) -> None:
    clean = SEEN.filter(pl.col("worst_status_24m") == 0).head(100)
    late = APPLICANTS.join(clean, on="customer_id", how="semi").with_columns(
        own_worst_days_past_due=pl.lit(days)
    )

    seen = features(late, ALL_GRANTED, ON, DRAWS)

    assert set(seen["worst_status_24m"]) == {grade}


def test_being_late_with_us_is_being_overdue() -> None:
    late = APPLICANTS.with_columns(own_days_past_due=pl.lit(1))

    assert features(late, ALL_GRANTED, ON, DRAWS)["has_current_overdue"].all()


def test_a_small_part_of_applicants_is_overdue_elsewhere() -> None:
    assert SEEN["has_current_overdue"].mean() == pytest.approx(0.02, abs=0.006)
