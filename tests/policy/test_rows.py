"""A policy as plain rows, and back."""

import json
from dataclasses import replace
from datetime import date

import pytest

from lending_core.errors import InvalidInput
from lending_core.policy.rows import Rows, fitted, policy_of, rows_of
from tests.policy.builders import POLICY, an_applicant, decide


def with_cell(part: str, number: int, **cells: object) -> Rows:
    rows = rows_of(POLICY)
    changed = [
        row | cells if place == number else row for place, row in enumerate(rows[part], start=1)
    ]
    return rows | {part: changed}


def test_rows_are_what_json_knows_and_say_the_same_policy() -> None:
    until = replace(POLICY, effective_until=date(2027, 6, 30))

    kept = json.loads(json.dumps(rows_of(until)))

    assert kept == rows_of(until)
    assert policy_of(kept) == until


def test_every_value_that_a_float_would_bend_is_text() -> None:
    rows = rows_of(POLICY)

    assert rows["general"][0]["effective_on"] == "2024-01-01"
    assert rows["assumption"][0]["funding_rate"] == "0.035"
    assert [row["value"] for row in rows["gate"][:3]] == ["18", "60", "true"]


@pytest.mark.parametrize(
    ("part", "cells", "place", "reason"),
    [
        ("gate", {"value": "grown up"}, "gate[2].value", "policy_number"),
        ("band", {"score_from": None}, "band[2].score_from", "policy_missing"),
        ("band", {"score_from": "70.5"}, "band[2].score_from", "policy_whole_number"),
        ("gate", {"value": ""}, "gate[2].value", "policy_missing"),
        ("gate", {"value": "NaN"}, "gate[2].value", "policy_number"),
        ("gate", {"value": "1e30"}, "gate[2].value", "policy_range"),
        ("cap", {"value": "-1"}, "cap[2].value", "policy_range"),
        ("cap", {"value": "0.5"}, "cap[2].value", "policy_whole_number"),
        ("line_review", {"action": "burn"}, "line_review[2].action", "policy_choice"),
    ],
)
def test_a_wrong_cell_is_refused_by_its_place(
    part: str, cells: dict[str, object], place: str, reason: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        policy_of(with_cell(part, 2, **cells))

    assert (refusal.value.reason, refusal.value.facts["place"]) == (reason, place)


@pytest.mark.parametrize(
    ("part", "cells", "place"),
    [
        ("general", {"effective_on": "2026-02-30"}, "effective_on"),
        ("general", {"effective_until": "soon"}, "effective_until"),
        ("general", {"name": ""}, "name"),
        ("guard", {"loans_min": -1}, "guard.loans_min"),
        ("assumption", {"funding_rate": "3.5"}, "assumption.funding_rate"),
    ],
)
def test_a_wrong_cell_of_the_head_and_of_the_numbers_is_named_too(
    part: str, cells: dict[str, object], place: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        policy_of(with_cell(part, 1, **cells))

    assert refusal.value.facts["place"] == place


def test_rows_of_before_get_the_columns_of_today() -> None:
    rows = rows_of(POLICY)
    band = {name: cell for name, cell in rows["band"][0].items() if name != "instalments_max"}
    older = {part: rows[part] for part in rows if part not in ("multiplier", "guard")}

    kept = fitted(older | {"band": [band | {"colour": "red"}]})

    assert kept["multiplier"] == []
    assert kept["guard"] == [dict.fromkeys(rows["guard"][0])]
    assert kept["band"] == [rows["band"][0] | {"instalments_max": None}]


def test_changed_and_removed_rows_change_decisions() -> None:
    smaller = policy_of(with_cell("band", 3, limit_person_fen=4_000_000))
    rows = rows_of(POLICY)
    students = [row for row in rows["gate"] if row["code"] != "student"]

    assert decide(an_applicant(), smaller)[2] == 4_000_000
    assert decide(an_applicant(is_student=True), policy_of(rows | {"gate": students}))[0] == (
        "approve"
    )


@pytest.mark.parametrize(
    ("value", "kept"), [("18", 18), ("0.85", "0.85"), ("true", True), ("1_000", 1_000)]
)
def test_a_gate_value_is_text_and_stays_exact(value: str, kept: object) -> None:
    policy = policy_of(with_cell("gate", 1, value=value))

    assert str(policy.gate[0].value) == str(kept)


def test_an_emptied_table_is_refused() -> None:
    with pytest.raises(InvalidInput, match="band: expected at least one row"):
        policy_of(rows_of(POLICY) | {"band": []})
