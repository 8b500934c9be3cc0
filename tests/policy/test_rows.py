"""A policy as plain rows, and back."""

import json
from dataclasses import replace
from datetime import date

import pytest

from lending_core.errors import InvalidInput
from lending_core.policy.rows import Rows, fitted, policy_of, rows_of
from tests.policy.builders import POLICY


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
        ("cap", {"value": "-1"}, "cap[2].value", "policy_range"),
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
