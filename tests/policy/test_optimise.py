"""What a choice of limits and prices comes to, what is left to choose, how even-handed it is."""

from dataclasses import replace

import pytest

from lending_core.policy.optimise import (
    Bounds,
    Option,
    Outcome,
    Problem,
    allowed,
    impact_percents,
    outcome,
)

YOUNG, OLD, NORTH = ("age_group", "18-24"), ("age_group", "55+"), ("region_group", "1")
A = Option("A", "person", 0, 2_000_000, 5, 900, 10, 40, {"weilidai": 900}, {YOUNG: 1, OLD: 4})
A_DEARER = replace(A, position_percent=20)
A_LARGER = replace(A, limit_fen=3_000_000)
B = Option("B", "person", 20, 1_000_000, 3, 500, 20, -5, {"weilidai": 200, "fenqile": 300})
B_CLOSED = Option("B", "person", 20, 0)
PROBLEM = Problem(
    ("A", "B"), (A, A_DEARER, A_LARGER, B, B_CLOSED), (A, B), 20, {YOUNG: 10, OLD: 10}
)


def test_a_choice_comes_to_the_sums_of_its_options() -> None:
    assert outcome(PROBLEM, [A, B]) == Outcome(
        options=(A, B),
        applications=20,
        approvals=8,
        drawn_fen=1_400,
        loss_fen=30,
        profit_fen=35,
        lent_fen={"weilidai": 1_100, "fenqile": 300},
        approved={YOUNG: 1, OLD: 4},
    )


@pytest.mark.parametrize(
    ("bounds", "left"),
    [
        (Bounds(), PROBLEM.options),
        (Bounds(held_bands=frozenset("A")), (A, B, B_CLOSED)),
        (Bounds(holds_limits=True), (A, A_DEARER, B)),
        (Bounds(holds_prices=True), (A, A_LARGER, B, B_CLOSED)),
        (Bounds(holds_prices=True, held_bands=frozenset("B")), (A, A_LARGER, B)),
    ],
)
def test_what_is_held_keeps_the_terms_of_today(bounds: Bounds, left: tuple[Option, ...]) -> None:
    assert allowed(PROBLEM, bounds) == left


def test_the_impact_ratio_is_that_of_the_group_approved_least() -> None:
    problem = replace(PROBLEM, applicants={YOUNG: 10, OLD: 30, NORTH: 40})

    # 1 of 10 against 4 of 30: three quarters.
    assert impact_percents(problem, outcome(problem, [A])) == {
        "age_group": 75,
        "region_group": None,
    }
