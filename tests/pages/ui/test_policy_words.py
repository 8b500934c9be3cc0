"""A policy in words: cells with units, rules as sentences, what differs, the document."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lending_core.policy.document import Gate, Multiplier, opening_policy
from lending_core.policy.rows import rows_of
from pages.ui.policy_export import policy_markdown
from pages.ui.policy_words import differences_text, reason_text, rule_text

POLICY = opening_policy()
NINETEEN = Gate("own_age_years_1", "hard_stop", "age_years", "<", 19, "any", "review", "assumption")
BETTER = Multiplier("m", "own_loans_repaid", ">=", 3, 120, "small_business", "assumption")


def with_gates(*gates: Gate) -> Any:
    return replace(POLICY, gate=(*POLICY.gate, *gates))


def test_equal_policies_differ_in_no_word() -> None:
    assert differences_text(POLICY, opening_policy(), "en") == []


def test_every_kind_of_difference_is_a_sentence() -> None:
    c = POLICY.band[2]
    after = replace(
        with_gates(NINETEEN),
        effective_until=date(2027, 6, 30),
        band=(*POLICY.band[:2], replace(c, limit_person_fen=6_000_000), *POLICY.band[3:]),
        cap=tuple(
            replace(cap, value=Decimal("0.22")) if cap.code == "all_in_cost_rate" else cap
            for cap in POLICY.cap
        ),
        line_review=POLICY.line_review[1:],
        assumption=replace(POLICY.assumption, funding_rate=Decimal("0.04")),
    )

    assert differences_text(POLICY, after, "en") == [
        "Name and dates, Until: — → 2027-06-30",
        "Rules: added Age < 19 years → Hard stop: decline; if unknown: Review",
        "Score bands, C, Limit, person: ¥50,000 → ¥60,000",
        "Bounds over everything, All-in cost of credit, Value: 24% a year → 22% a year",
        "Line reviews: removed Freeze: late 31 days or more",
        "Assumptions of the replay, Cost of funding: 3.5% a year → 4% a year",
    ]
    assert differences_text(POLICY, after, "zh")[2] == "评分等级「C」个人额度：¥50,000 → ¥60,000"


@pytest.mark.parametrize(
    ("part", "row", "sentence"),
    [
        ("gate", rows_of(POLICY)["gate"][2], "Student = Yes → Not eligible: decline"),
        (
            "multiplier",
            rows_of(replace(POLICY, multiplier=(BETTER,)))["multiplier"][0],
            "Own loans repaid in full ≥ 3, Small business only → limit times 120%",
        ),
        (
            "multiplier",
            rows_of(POLICY)["multiplier"][1],
            "Share of credit limits in use ≥ 0.8 → limit times 80%",
        ),
        (
            "line_review",
            rows_of(POLICY)["line_review"][-1],
            "Increase: open 6 months or more, late 0 days at most, used 30% or more"
            " → limit times 120%",
        ),
    ],
)
def test_a_rule_is_a_sentence(part: str, row: dict[str, Any], sentence: str) -> None:
    assert rule_text(part, row, "en") == sentence


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_document_in_words_says_every_row_and_no_code(language: str) -> None:
    document = policy_markdown(POLICY, language)

    lines = document.splitlines()
    rows = rows_of(POLICY)
    listed = [part for part in rows if part not in ("general", "band", "product")]
    numbers = len(rows["guard"][0]) + len(rows["assumption"][0]) - 2
    assert sum(line.startswith("- ") for line in lines) == numbers + sum(
        len(rows[part]) for part in listed
    )
    assert sum(line.startswith("| ") for line in lines) == 4 + 7 + 7
    assert not [line for line in lines if "_" in line]


def test_a_name_with_signs_breaks_no_table() -> None:
    named = replace(POLICY, band=(replace(POLICY.band[0], name="A|*b*"), *POLICY.band[1:]))

    assert "| A\\|\\*b\\* | 755 |" in policy_markdown(named, "en")


@pytest.mark.parametrize(
    ("reason", "policy", "sentence"),
    [
        ("under_age", POLICY, "Younger than the policy allows."),
        ("score_below_cut_off", POLICY, "The score is below the lowest band that is admitted."),
        ("own_age_years_1", with_gates(NINETEEN), "Age < 19 years"),
        ("device_of_many", POLICY, "Five or more people applied with this device."),
        (
            "device_of_many",
            replace(POLICY, gate=(replace(POLICY.gate[12], value=7),)),
            "People on the device ≥ 7",
        ),
        ("own_nothing", POLICY, None),
        ("own_nothing", None, None),
    ],
)
def test_a_reason_says_what_the_rule_asks(reason: str, policy: Any, sentence: str | None) -> None:
    assert reason_text(reason, policy, "en") == sentence


def test_an_unknown_fact_of_an_added_rule_is_told() -> None:
    told = reason_text("own_age_years_1_unknown", with_gates(NINETEEN), "en")

    assert told is not None
    assert "Age < 19 years" in told
