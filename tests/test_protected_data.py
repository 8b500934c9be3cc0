"""No way into a score or a price is open to what may not be there."""

import json
import tomllib
from dataclasses import replace

import pytest
from sqlglot import exp

from lending_core.errors import InvalidInput
from lending_core.policy.checks import findings
from lending_core.policy.compile import decision_query, input_columns
from lending_core.scoring.challenger import Challenger, Input, Line
from lending_core.scoring.document import entry_scorecard, from_json, to_json
from lending_core.scoring.features import barred_word, is_audit_only, is_forbidden, may_score
from lending_core.scoring.file_mapping import read_file_mapping
from lending_core.scoring.plan import Candidate
from lending_core.scoring.standards import scale, target
from lending_core.settings import reference_file
from tests.policy.builders import POLICY, PRODUCTS

GROUPS = tomllib.loads(reference_file("features.toml").read_text("utf-8"))
NEVER = [word for group in ("forbidden", "audit_only") for word in GROUPS[group]["words"]]
NOT_IN_SCORES = [*NEVER, *GROUPS["gate_only"]["words"]]


def refused(work: object, *arguments: object, **named: object) -> str:
    with pytest.raises(InvalidInput) as refusal:
        work(*arguments, **named)  # type: ignore[operator]
    return refusal.value.reason


def a_mapping(feature: str, column: str) -> str:
    return f"""
    [target]
    bad = "late = 1"
    [features.balance]
    expression = "balance"
    [features.{feature}]
    expression = '"{column}" * 2'
    """


@pytest.mark.parametrize("word", NOT_IN_SCORES)
def test_no_spelling_of_such_a_word_may_score(word: str):
    spellings = [word, f"{word}_12m", f"customer_{word}", word.upper(), word.title()]

    assert [may_score(spelling) for spelling in spellings] == [False] * 5
    assert None not in [barred_word(spelling) for spelling in spellings]


@pytest.mark.parametrize("name", ["sex", "native_place", "is_religious", "age_years", "device"])
def test_a_scorecard_that_is_taken_in_cannot_hold_it(name: str):
    document = json.loads(to_json(entry_scorecard()))
    document["features"][0]["name"] = name

    assert refused(from_json, json.dumps(document)) == "scorecard_feature_not_allowed"


@pytest.mark.parametrize("name", ["sex", "personal_status", "age", "fingerprint", "is_student"])
def test_a_training_cannot_even_try_it(name: str):
    assert refused(Candidate, name) == "scorecard_feature_not_allowed"


def test_a_challenger_cannot_read_it():
    reason = refused(Challenger, 2, target(), scale(), (Input("marriage"),), "", Line(0.0, 1.0))

    assert reason == "scorecard_feature_not_allowed"


@pytest.mark.parametrize("column", ["SEX", "Marriage", "AGE", "客户性别", "ChatDays"])
def test_a_mapping_of_an_own_file_cannot_read_it_under_another_name(column: str):
    assert refused(read_file_mapping, a_mapping("harmless", column)) == "mapping_column_aside"
    assert [each.name for each in read_file_mapping(a_mapping("harmless", "x")).features] == [
        "balance",
        "harmless",
    ]


def test_a_mapping_of_an_own_file_cannot_name_it():
    assert refused(read_file_mapping, a_mapping("sex", "x")) == "scorecard_feature_not_allowed"


@pytest.mark.parametrize("word", NEVER)
def test_a_policy_cannot_ask_for_it(word: str):
    gate = replace(POLICY.gate[0], code="extra", feature=f"customer_{word}")
    policy = replace(POLICY, gate=(*POLICY.gate, gate))

    assert "gate_feature_forbidden" in [fault.code for fault in findings(policy, PRODUCTS)]


def test_limit_and_price_are_reckoned_from_no_such_column():
    query = decision_query(POLICY, PRODUCTS)
    read = {column.name for column in query.find_all(exp.Column)} & set(input_columns())

    assert "score" in read
    assert [name for name in read if is_forbidden(name) or is_audit_only(name)] == []
    assert "region_code" not in input_columns()
