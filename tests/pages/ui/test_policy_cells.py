"""Cells of a policy as people read them, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.ui import policy_cells as cells


@pytest.mark.parametrize(
    ("name", "value", "cell"),
    [
        ("limit_person_fen", 1_200_050, 12_000.5),
        ("earnings_percent_person", 250, 250),
        ("score_from", 600, 600),
        ("is_open", True, True),
        ("limit_person_fen", None, None),
    ],
)
def test_a_number_is_read_in_its_own_unit_and_back(name: str, value: object, cell: object) -> None:
    assert cells.shown(name, value) == cell
    assert cells.read(name, cell) == value


@given(fen=st.integers(0, 1_000_000_000))
def test_no_fen_is_lost_on_the_way(fen: int) -> None:
    assert cells.read("limit_person_fen", cells.shown("limit_person_fen", fen)) == fen


def test_half_a_fen_stays_for_the_policy_to_refuse() -> None:
    assert cells.read("limit_person_fen", 0.005) == "0.5"
    assert cells.shown("limit_person_fen", "0.5") == 0.005


def test_an_emptied_cell_is_missing() -> None:
    assert cells.read("score_from", float("nan")) is None


@pytest.mark.parametrize(
    ("name", "value", "cell"),
    [
        ("exposure_person_fen", "20000000", "200,000"),
        ("all_in_cost_rate", "0.24", "24"),
        ("all_in_cost_rate", "0.2385", "23.85"),
        ("learning_share_bp", "200", "2"),
        ("age_years", "18", "18"),
        ("is_student", "true", "Yes"),
        ("credit_utilisation", "0.85", "0.85"),
    ],
)
def test_a_text_is_read_in_its_own_unit_and_back(name: str, value: str, cell: str) -> None:
    assert cells.text_shown(name, value) == cell
    assert cells.text_read(name, cell) == value


@pytest.mark.parametrize("typed", ["abc", "1.2.3", "inf", "nan"])
def test_what_is_no_number_stays_as_typed(typed: str) -> None:
    assert cells.text_read("age_years", f" {typed} ") == typed


def test_an_empty_text_is_missing() -> None:
    assert cells.text_read("age_years", "  ") is None
