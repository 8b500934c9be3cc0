"""The policy document: read, written back, refused by its place."""

import random
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lending_core.errors import InvalidInput
from lending_core.policy.checks import findings
from lending_core.policy.document import (
    CAP_READERS,
    OPERATORS,
    PURPOSES,
    Gate,
    policy_text,
    read_policy,
)
from lending_core.settings import reference_file
from tests.policy.builders import POLICY, PRODUCTS, an_applicant, decide_all

TEXT = reference_file("policy.toml").read_text("utf-8")

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1)
NUMBERS = st.integers(-(10**15), 10**15) | st.decimals(-(10**6), 10**6, places=12)
GATES = st.builds(
    Gate,
    code=st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True),
    feature=st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True),
    operator=st.sampled_from(OPERATORS),
    value=st.booleans() | NUMBERS,
    purpose=st.sampled_from(PURPOSES),
    borrower=st.sampled_from(["any", "person", "small_business"]),
    null_outcome=st.sampled_from([None, "decline", "review"]),
    source=WORDS.filter(lambda text: len(text) <= 200),
)


def refused(text: str) -> tuple[str, dict]:
    with pytest.raises(InvalidInput) as refusal:
        read_policy(text)
    assert refusal.value.text("zh") != refusal.value.text("en")
    return refusal.value.reason, refusal.value.facts


def test_the_reference_document_reads_into_exact_numbers() -> None:
    assert POLICY.name == "Opening policy"
    assert POLICY.band[0].limit_person_fen == 15_000_000
    assert POLICY.cap_value("all_in_cost_rate") == Decimal("0.24")
    assert POLICY.assumption.funding_rate == Decimal("0.035")
    assert [band.name for band in POLICY.band] == ["A", "B", "C", "D", "E", "F", "G"]


def test_every_number_of_the_reference_document_names_its_source() -> None:
    rows: tuple[Any, ...] = (*POLICY.gate, *POLICY.band, *POLICY.product, *POLICY.cap)

    assert all(row.source for row in rows)


def test_the_reference_document_is_fit_for_use() -> None:
    assert findings(POLICY, PRODUCTS) == []


@given(gates=st.lists(GATES, min_size=1, max_size=4), name=WORDS)
@settings(max_examples=50)
def test_a_policy_survives_being_written_and_read(gates: list[Gate], name: str) -> None:
    policy = replace(POLICY, gate=tuple(gates), name=name[:200])

    assert read_policy(policy_text(policy)) == policy


@pytest.mark.parametrize(
    ("good", "bad", "reason", "place"),
    [
        ("score_from = 705", "score_from = 70.5", "policy_whole_number", "band[2].score_from"),
        ("score_from = 705", "score_from = true", "policy_whole_number", "band[2].score_from"),
        ("score_from = 705", "score_from = -1", "policy_range", "band[2].score_from"),
        ("score_from = 705", "scores_from = 705", "policy_unknown_field", "band[2].scores_from"),
        ("score_from = 705", "", "policy_missing", "band[2].score_from"),
        ('operator = "<"', 'operator = "=<"', "policy_choice", "gate[1].operator"),
        ('feature = "age_years"', 'feature = "Age"', "policy_code", "gate[1].feature"),
        ("value = 18", "value = nan", "policy_number", "gate[1].value"),
        ("value = 18", "value = [18]", "policy_number", "gate[1].value"),
        ("is_open = true", "is_open = 1", "policy_flag", "product[1].is_open"),
        ("2024-01-01", "2024-01-01T00:00:00", "policy_date", "effective_on"),
        ('"Opening policy"', '""', "policy_missing", "name"),
        ('"Opening policy"', '"two\\nlines"', "policy_text", "name"),
        ("value = 10_000\n", "value = 0\n", "policy_range", "cap[10].value"),
        ("value = 0.24", "value = 24", "policy_range", "cap[11].value"),
        ("funding_rate = 0.035", 'funding_rate = "x"', "policy_number", "assumption.funding_rate"),
        ("[assumption]", "[[assumption]]", "policy_table", "assumption"),
    ],
)
def test_a_bad_value_is_refused_by_its_place(good: str, bad: str, reason: str, place: str) -> None:
    found, facts = refused(TEXT.replace(good, bad, 1))

    assert (found, facts["place"]) == (reason, place)


def test_text_that_is_no_toml_is_refused_with_the_line() -> None:
    reason, facts = refused(TEXT + "\n[[gate\n")

    assert reason == "policy_syntax"
    assert "line" in facts["detail"]


@pytest.mark.parametrize("code", CAP_READERS)
def test_each_cap_must_stand_exactly_once(code: str) -> None:
    others = tuple(cap for cap in POLICY.cap if cap.code != code)

    none = refused(policy_text(replace(POLICY, cap=others)))
    twice = refused(policy_text(replace(POLICY, cap=(*POLICY.cap, *POLICY.cap))))

    assert none == ("policy_cap_once", {"code": code, "times": 0})
    assert twice[1]["times"] == 2


def mutated(seed: int) -> str:
    """The reference document with a few characters or words changed."""
    draw = random.Random(seed)
    text = TEXT
    for _ in range(draw.randint(1, 3)):
        at, length = draw.randrange(len(text)), draw.choice([0, 1, 1, 5, 40])
        pieces = [
            "",
            "0",
            "9",
            "-",
            "true",
            '"',
            "\n",
            "[[band]]\n",
            "1e9",
            "inf",
            "=",
            "\x00",
            "信",
        ]
        words = TEXT.split()
        text = (
            text[:at] + draw.choice([draw.choice(pieces), draw.choice(words)]) + text[at + length :]
        )
    return text


def outcome_of(text: str) -> str:
    """What becomes of a document: refused, found faulty, or fit and able to decide."""
    try:
        policy = read_policy(text)
    except InvalidInput as refusal:
        return f"refused: {refusal}"
    if findings(policy, PRODUCTS):
        return "faulty"
    (decision,) = decide_all(policy, [an_applicant()])
    return decision["outcome"]


def test_a_damaged_document_is_refused_found_faulty_or_still_decides() -> None:
    outcomes = [outcome_of(mutated(seed)).partition(":")[0] for seed in range(400)]

    assert set(outcomes) <= {"refused", "faulty", "approve", "review", "decline"}
    assert {"refused", "faulty", "approve"} <= set(outcomes)


def test_no_field_of_the_document_is_without_a_reader() -> None:
    parts = [part.name for part in fields(POLICY)]

    assert parts == [
        *("name", "effective_on", "effective_until", "gate", "multiplier", "band", "product"),
        *("cap", "line_review", "guard", "assumption"),
    ]
