"""The best choice of limits and prices, against trying every choice one by one."""

from dataclasses import replace

from hypothesis import given, settings

from lending_core.policy.optimise import Bounds, Option, Problem, outcome
from lending_core.policy.optimise_model import missing_room_fen, solve
from tests.policy.options import BOUNDS, choices, holds, missing_fen, problems

SMALL = Option("A", "person", 0, 1_000_000, 10, 1_000, 30, 50)
LARGE = replace(SMALL, limit_fen=2_000_000, drawn_fen=2_000, loss_fen=61, profit_fen=90)


def a_problem(*options: Option) -> Problem:
    return Problem(("A",), options, options[:1], applications=20)


@given(problem=problems(), bounds=BOUNDS)
@settings(max_examples=20)
def test_no_choice_within_the_bounds_earns_more(problem: Problem, bounds: Bounds) -> None:
    answer = solve(problem, bounds)

    tried = [outcome(problem, choice) for choice in choices(problem, bounds)]
    best = max((reached.profit_fen for reached in tried), default=None)
    assert answer.profit_fen_max == best
    assert answer.status == ("best" if tried else "infeasible")
    assert (answer.reached in tried) == bool(tried)


@given(problem=problems())
@settings(max_examples=6)
def test_room_is_missing_exactly_where_the_best_funded_choice_lacks_it(problem: Problem) -> None:
    bounds = Bounds(within_room=True, approval_bp_min=2_000)

    missing = missing_room_fen(problem, bounds)

    unfunded = choices(problem, replace(bounds, within_room=False))
    assert missing == min((missing_fen(problem, choice) for choice in unfunded), default=None)


def test_the_larger_limit_earns_more_until_a_cap_on_loss_forbids_it_by_one_fen() -> None:
    problem = a_problem(SMALL, LARGE)

    # 61 of 2,000 is 3.05 %; 30 of 1,000 is 3 %.
    free, tight = (solve(problem, Bounds(loss_bp_max=cap)) for cap in (305, 304))

    assert free.reached is not None
    assert tight.reached is not None
    assert (free.reached.options, tight.reached.options) == ((LARGE,), (SMALL,))


def test_of_two_that_earn_the_same_the_one_nearer_to_today_is_chosen() -> None:
    far = replace(LARGE, profit_fen=SMALL.profit_fen)
    farther = replace(far, limit_fen=3_000_000)

    answer = solve(a_problem(SMALL, farther, far), Bounds())
    moved = solve(a_problem(far, farther, SMALL), Bounds())

    assert answer.reached is not None
    assert moved.reached is not None
    assert (answer.reached.options, moved.reached.options) == ((SMALL,), (far,))


def test_sums_too_large_for_the_solver_still_hold_to_the_fen() -> None:
    # Over 64 bits once a share is taken of them: 8,000,000,000,000.00 lent.
    drawn = 8 * 10**14
    over = replace(LARGE, drawn_fen=drawn, loss_fen=drawn * 3 // 100 + 1, profit_fen=10**13)
    under = replace(over, limit_fen=3_000_000, loss_fen=over.loss_fen - 2_000_000)
    problem = a_problem(SMALL, over, under)

    answer = solve(problem, Bounds(loss_bp_max=300))

    assert answer.reached is not None
    assert answer.reached.options == (under,)
    assert not holds_alone(over)


def holds_alone(option: Option) -> bool:
    return option.loss_fen * 100 <= option.drawn_fen * 3


@given(problem=problems(), bounds=BOUNDS)
@settings(max_examples=5)
def test_the_same_question_has_the_same_answer(problem: Problem, bounds: Bounds) -> None:
    first, second = (solve(problem, bounds) for _ in range(2))

    assert first == second
    assert first.reached is None or holds(problem, bounds, first.reached.options)


def test_a_search_without_time_says_that_it_does_not_know() -> None:
    answer = solve(a_problem(SMALL, LARGE), Bounds(), seconds=0)

    assert (answer.status, answer.reached) == ("unknown", None)
