"""The frontier of loss rate and profit: every point the best at its rate, the last of all."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings

from lending_core.policy.optimise import Bounds, Outcome, Problem, outcome
from lending_core.policy.optimise_frontier import best_under, caps, loss_bp
from lending_core.policy.optimise_model import solve
from tests.policy.options import BOUNDS, choices, problems


def rate(reached: Outcome) -> Fraction:
    return Fraction(reached.loss_fen, reached.drawn_fen)


def frontier(problem: Problem, bounds: Bounds, points: int) -> tuple[Outcome, ...]:
    return best_under(problem, bounds, caps(problem, bounds, points))


@given(problem=problems(), bounds=BOUNDS)
@settings(max_examples=6)
def test_nothing_lies_above_the_frontier(problem: Problem, bounds: Bounds) -> None:
    points = frontier(problem, bounds, points=4)

    tried = [
        outcome(problem, choice) for choice in choices(problem, replace(bounds, loss_bp_max=None))
    ]
    within = [
        [reached.profit_fen for reached in tried if loss_bp(reached) <= loss_bp(point)]
        for point in points
    ]
    assert [point.profit_fen for point in points] == [max(profits) for profits in within]
    assert [rate(point) for point in points] == sorted(rate(point) for point in points)


@given(problem=problems())
@settings(max_examples=4)
def test_its_last_point_earns_most_of_all(problem: Problem) -> None:
    points = frontier(problem, Bounds(), points=3)

    best = solve(problem, Bounds()).reached
    assert best is not None
    assert best.drawn_fen == 0 or points[-1].profit_fen == best.profit_fen


@given(problem=problems())
@settings(max_examples=3)
def test_bounds_that_cannot_be_held_leave_no_frontier(problem: Problem) -> None:
    assert frontier(problem, Bounds(approval_bp_min=10_000), points=3) == ()
