"""The register covers the table, and keeps out of scores what may not be there."""

import math
import re
from dataclasses import replace
from typing import Any

import pytest

from lending_core.errors import InvalidInput
from lending_core.identity.consents import consents
from lending_core.scoring import features
from lending_core.scoring.features import Feature, register, score_features
from lending_core.scoring.scorecard import Bin, ScoredFeature
from lending_core.settings import PROJECT_ROOT

MIGRATIONS = PROJECT_ROOT / "lending_core" / "store" / "migrations"
SCHEMA = "\n".join(path.read_text("utf-8") for path in sorted(MIGRATIONS.glob("*.sql")))
TABLES = dict(re.findall(r"create table (\w+) \((.*?)\n\);", SCHEMA, re.DOTALL))
COLUMNS = {table: re.findall(r"^    (\w+) ", body, re.M) for table, body in TABLES.items()}
ADDED = re.findall(r"alter table (\w+) add column (\w+) ", SCHEMA)
NOT_FOR_SCORES = [name for name, feature in register().items() if feature.use != "score"]


def test_the_register_has_every_column_of_the_table_in_its_order():
    added = [column for table, column in ADDED if table == "application_feature"]

    assert list(register()) == COLUMNS["application_feature"][1:] + added


def test_these_features_may_enter_a_score():
    assert [feature.name for feature in score_features()] == [
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
        "own_loans_repaid",
        "own_worst_days_past_due",
        "inquiries_1m",
        "inquiries_12m",
        "open_accounts",
        "overdue_months_24m",
        "lenders_asked_90d",
        "bound_card_months",
        "failed_payments_90d",
        "income_months_12m",
        "receipts_growth",
        "receipts_peak_share",
        "own_months_since_late",
    ]


@pytest.mark.parametrize(
    "name",
    [
        *NOT_FOR_SCORES,
        "gender",
        "region_code",
        "native_place",
        "friend_score",
        "x1_sex",
        "sex2",
        "age",
        "personal_status",
        "score",
        "Balance",
        "my balance",
        "",
    ],
)
def test_nothing_that_may_not_score_can_be_put_on_a_scorecard(name: str):
    ranges = (Bin(None, 1.0, 10), Bin(1.0, None, 20))

    with pytest.raises(InvalidInput) as refusal:
        ScoredFeature(name, ranges, missing=Bin(None, None, 0))

    assert refusal.value.reason == "scorecard_feature_not_allowed"


@pytest.mark.parametrize("table", COLUMNS)
def test_no_table_has_a_forbidden_column(table: str):
    assert [column for column in COLUMNS[table] if features.is_forbidden(column)] == []


def test_no_column_that_was_added_is_forbidden():
    assert [column for _, column in ADDED if features.is_forbidden(column)] == []


@pytest.mark.parametrize("name", features.audit_register())
def test_what_audits_read_is_no_column_of_the_register_and_cannot_score(name: str):
    assert name not in register()
    assert not features.may_score(name)


@pytest.mark.parametrize("feature", register().values(), ids=lambda feature: feature.name)
def test_every_feature_says_what_it_is_and_by_which_rule(feature: Feature):
    assert re.fullmatch(r"[A-Z]{2}-\d{2}", feature.rule)
    assert feature.meaning("en").endswith(".")
    assert feature.meaning("zh").endswith("。")
    assert (feature.use == "score") == (feature.reason("en") is not None)
    assert (feature.use == "score") == (feature.reason("zh") is not None)
    assert (feature.unit == "yes_no") == (feature.minimum is None)
    assert (feature.purpose == "fraud_prevention") <= (feature.use == "gate")


@pytest.mark.parametrize("column", ["religion", "chat_days_90d", "has_disease", "sms_count"])
def test_forbidden_words_are_found_inside_names(column: str):
    assert features.is_forbidden(column)


@pytest.mark.parametrize("name", ["limit_bal", "pay_0", "page_views", "loyalty_points", "order"])
def test_a_plain_name_of_an_own_file_may_score(name: str):
    assert features.may_score(name)


@pytest.mark.parametrize(
    ("column", "word"),
    [
        ("SEX", "sex"),
        ("PersonAge", "age"),
        ("客户性别", "性别"),
        ("NativePlace2", "native_place"),
        ("Blood-Type", "blood"),
        ("person_fingerprint", "fingerprint"),
        ("IS_BAD", "is_bad"),
        ("average balance", None),
    ],
)
def test_a_barred_word_is_found_however_it_is_spelled(column: str, word: str | None):
    assert features.barred_word(column) == word


@pytest.mark.parametrize("column", ["gender", "region_code", "marital_status"])
def test_audit_words_are_found_inside_names(column: str):
    assert features.is_audit_only(column)


def test_no_registered_feature_is_forbidden_or_for_audits():
    assert [n for n in register() if features.is_forbidden(n) or features.is_audit_only(n)] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("inquiries_3m", 0),
        ("inquiries_3m", 300),
        ("inquiries_3m", None),
        ("credit_utilisation", 1),
        ("credit_utilisation", 0.5),
        ("receipts_growth", -1.0),
        ("is_student", False),
    ],
)
def test_a_value_within_its_range_is_possible(name: str, value: object):
    features.check_values({name: value})

    assert register()[name].is_possible(value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("inquiries_3m", -1),
        ("inquiries_3m", 301),
        ("inquiries_3m", 2.0),
        ("inquiries_3m", True),
        ("inquiries_3m", "2"),
        ("credit_utilisation", math.nan),
        ("credit_utilisation", math.inf),
        ("payment_stability", 1.0001),
        ("receipts_growth", -1.01),
    ],
)
def test_a_value_that_cannot_be_true_is_refused(name: str, value: object):
    feature = register()[name]

    with pytest.raises(InvalidInput) as refusal:
        features.check_values({"learning_draw": 0, name: value})

    assert refusal.value.reason == "feature_out_of_range"
    assert feature.zh in refusal.value.text("zh")
    assert f"from {feature.minimum} to {feature.maximum}" in refusal.value.text("en")


@pytest.mark.parametrize("value", [1, 0.0, "yes"])
def test_a_flag_that_is_not_yes_or_no_is_refused(value: object):
    with pytest.raises(InvalidInput) as refusal:
        features.check_values({"is_student": value})

    assert refusal.value.reason == "feature_not_yes_no"


def test_without_a_consent_everything_that_needs_it_is_withheld():
    everything = set(features.CONSENT_SOURCES)

    assert features.withheld(everything) == ()
    assert features.withheld(everything - {"tenure"}) == ("account_tenure_months",)
    assert features.withheld(everything - {"payment_behaviour"}) == (
        "payment_active_days_90d",
        "payment_stability",
        "bound_card_months",
        "failed_payments_90d",
    )
    assert "debt_to_income" in features.withheld(everything - {"bureau"})
    assert "debt_to_income" in features.withheld(everything - {"income"})


def test_what_needs_a_consent_is_asked_for_with_that_purpose():
    asked = {(each.source, each.purpose) for each in consents().values()}
    needed = {(source, each.purpose) for each in register().values() for source in each.consents}

    assert needed <= asked


def test_own_book_data_needs_no_consent_and_bureau_data_does():
    assert not register()["own_loans_repaid"].needs_consent
    assert register()["inquiries_3m"].needs_consent


def test_labels_are_in_both_languages():
    feature = register()["own_loans_repaid"]

    assert feature.label("en") == "Own loans repaid in full"
    assert feature.label("zh") == "在本平台已结清贷款数"


@pytest.mark.parametrize(
    "change",
    [
        {"risk": "ascending", "split_digits": 0},
        {"reason_en": "You are young."},
        {"use": "score"},
        {"use": "price"},
        {"source": "neighbours"},
        {"purpose": "marketing"},
        {"unit": "moons"},
    ],
)
def test_a_gate_that_is_described_wrongly_is_a_mistake_in_the_register(change: dict[str, Any]):
    with pytest.raises(ValueError, match="age_years"):
        replace(register()["age_years"], **change)
