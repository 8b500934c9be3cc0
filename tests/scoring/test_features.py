"""The register covers the table, and keeps out of scores what may not be there."""

import re

import pytest

from lending_core.errors import InvalidInput
from lending_core.scoring import features
from lending_core.scoring.features import Feature, register, score_features
from lending_core.scoring.scorecard import Bin, ScoredFeature
from lending_core.settings import PROJECT_ROOT

MIGRATIONS = PROJECT_ROOT / "lending_core" / "store" / "migrations"
TABLES = dict(
    re.findall(
        r"create table (\w+) \((.*?)\n\);",
        "\n".join(path.read_text("utf-8") for path in sorted(MIGRATIONS.glob("*.sql"))),
        re.DOTALL,
    )
)
COLUMNS = {table: re.findall(r"^    (\w+) ", body, re.M) for table, body in TABLES.items()}
NOT_FOR_SCORES = [name for name, feature in register().items() if feature.use != "score"]


def test_the_register_has_every_column_of_the_table_in_its_order():
    assert list(register()) == COLUMNS["application_feature"][1:]


def test_thirteen_features_may_enter_a_score():
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


def test_own_book_data_needs_no_consent_and_bureau_data_does():
    assert not register()["own_loans_repaid"].needs_consent
    assert register()["inquiries_3m"].needs_consent


def test_labels_are_in_both_languages():
    feature = register()["own_loans_repaid"]

    assert feature.label("en") == "Own loans repaid in full"
    assert feature.label("zh") == "在本平台已结清贷款数"


def test_a_gate_with_a_direction_of_risk_is_a_mistake_in_the_register():
    with pytest.raises(ValueError, match="age_years"):
        Feature("age_years", "application", "gate", "years", "Age", "年龄", "ascending", 0)
