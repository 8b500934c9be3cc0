"""Quick moves of a draft, and rows that are added."""

from typing import Any

import pytest

from lending_core.policy.adjusting import (
    cut_off,
    with_added,
    with_cut_off,
    with_limits,
    with_prices,
)
from lending_core.policy.checks import findings
from lending_core.policy.rows import Rows, policy_of, rows_of
from tests.policy.builders import POLICY, PRODUCTS, an_applicant, decide

ROWS = rows_of(POLICY)


def bands(rows: Rows, column: str) -> list[Any]:
    return [row[column] for row in rows["band"]]


def test_limits_move_together_in_whole_steps() -> None:
    moved = with_limits(ROWS, 33)

    assert bands(moved, "limit_person_fen") == [
        4_950_000,
        2_640_000,
        1_650_000,
        990_000,
        390_000,
        160_000,
        0,
    ]
    assert findings(policy_of(moved), PRODUCTS) == []


def test_limits_never_pass_the_largest_that_may_be_written() -> None:
    assert max(bands(with_limits(ROWS, 5_000), "limit_small_business_fen")) == 1_000_000_000


def test_prices_move_within_their_range_and_nobody_refused_is_priced() -> None:
    up, down = with_prices(ROWS, 30), with_prices(ROWS, -30)

    assert bands(up, "rate_position_percent") == [30, 50, 75, 100, 100, 100, 100]
    assert bands(down, "rate_position_percent") == [0, 0, 15, 40, 70, 70, 100]


def test_the_cut_off_is_the_score_from_which_everybody_is_admitted() -> None:
    assert cut_off(ROWS) == (585, 531, 614)
    assert bands(with_cut_off(ROWS, 600), "score_from") == [755, 705, 650, 615, 600, 530, 0]


@pytest.mark.parametrize("cells", [{"admits": "none"}, {"score_from": None}])
def test_bands_without_a_cut_off_offer_none(cells: dict[str, Any]) -> None:
    rows = ROWS | {"band": [row | cells for row in ROWS["band"]]}

    assert cut_off(rows) is None


@pytest.mark.parametrize("moved", [with_limits(ROWS, 100), with_prices(ROWS, 0)])
def test_standing_still_changes_nothing(moved: Rows) -> None:
    assert moved == ROWS


def test_a_cell_that_is_no_number_is_left_as_it_is() -> None:
    rows = ROWS | {"band": [row | {"limit_person_fen": "much"} for row in ROWS["band"]]}

    assert set(bands(with_limits(rows, 50), "limit_person_fen")) == {"much"}


def test_an_added_rule_gets_a_code_of_its_own_and_decides() -> None:
    typed = {"feature": "inquiries_3m", "value": "1", "operator": None}

    gates = with_added("gate", ROWS["gate"], [typed, dict(typed), {"feature": None}])
    policy = policy_of(ROWS | {"gate": gates})

    assert [gate.code for gate in policy.gate[-2:]] == ["own_inquiries_3m_1", "own_inquiries_3m_2"]
    assert decide(an_applicant(), policy)[0] == "decline"


def test_an_added_band_changes_no_decision_until_a_number_changes() -> None:
    cut = with_added("band", ROWS["band"], [{"score_from": 670}])
    policy = policy_of(ROWS | {"band": cut})

    assert bands({"band": cut}, "name") == ["A", "B", "H", "C", "D", "E", "F", "G"]
    assert findings(policy, PRODUCTS) == []
    assert decide(an_applicant(score=680), policy)[2:4] == decide(an_applicant(score=680))[2:4]


@pytest.mark.parametrize(
    ("action", "percent"), [("freeze", 100), ("decrease", 80), ("increase", 120)]
)
def test_an_added_line_review_says_what_it_leaves(action: str, percent: int) -> None:
    reviews = with_added("line_review", ROWS["line_review"], [{"action": action}])

    added = policy_of(ROWS | {"line_review": reviews}).line_review[-1]

    assert (added.action, added.limit_percent, added.borrower) == (action, percent, "any")
