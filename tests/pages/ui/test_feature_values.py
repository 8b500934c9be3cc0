"""What is known of an applicant, as people read it."""

import pytest

from lending_core.scoring.features import register
from pages.ui import feature_values

UNKNOWN = dict.fromkeys(register())


@pytest.mark.parametrize(
    ("feature", "value", "language", "expected"),
    [
        ("age_years", 34, "en", "34 years"),
        ("age_years", 34, "zh", "34 岁"),
        ("worst_status_24m", 1, "en", "1 month overdue"),
        ("is_student", True, "en", "Yes"),
        ("has_current_overdue", False, "zh", "否"),
        ("monthly_income_fen", 1_234_567, "en", "¥12,345.67"),
        ("credit_utilisation", 0.4, "en", "0.40"),
        ("inquiries_3m", 1_200, "en", "1,200"),
        ("inquiries_3m", None, "en", "—"),
        ("inquiries_3m", 0, "en", "0"),
    ],
)
def test_a_value_is_read_by_its_unit(
    feature: str, value: object, language: str, expected: str
) -> None:
    assert feature_values.value_text(feature, value, language) == expected


def test_a_person_has_no_merchant_receipts_to_be_unknown() -> None:
    person = feature_values.known(UNKNOWN, "person", "en")
    business = feature_values.known(UNKNOWN, "small_business", "en")

    assert "merchant_receipts" not in person["source"]
    assert "merchant_receipts" in business["source"]


def test_the_draw_for_tests_of_the_policy_is_not_shown() -> None:
    known = feature_values.known(UNKNOWN, "person", "en")

    assert "learning_draw" not in known["feature"]


def test_what_one_source_knows_stands_together() -> None:
    known = feature_values.known(UNKNOWN, "small_business", "en")

    assert known["source"].rle().struct.field("value").to_list() == [
        "application",
        "bureau",
        "tenure",
        "payment_behaviour",
        "income",
        "merchant_receipts",
        "own_book",
    ]


def test_a_consent_names_what_it_opens() -> None:
    assert feature_values.of_source("income", "en") == (
        "Monthly income, Debt service to income, Months with income, 12 months"
    )
