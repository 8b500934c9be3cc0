"""The efficient frontier: the most that can be earned at each loss rate within the other bounds.

Its points are the choices `best_under` the `caps`, by rising loss rate: each earns most among those
that lose no larger share of what is drawn, the last one most of all.
"""

from collections.abc import Iterable
from dataclasses import replace

from lending_core.policy.optimise import FULL_BP, Bounds, Outcome, Problem
from lending_core.policy.optimise_model import is_feasible, solve

# The lowest loss rate is found to this part of the highest; a mark of the chart is wider.
FINENESS = 50


def caps(problem: Problem, bounds: Bounds, points: int) -> tuple[int, ...]:
    """At most `points` loss caps in basis points, evenly from the lowest that can be held (sought
    to a part in `FINENESS`) to that of the choice that earns most. The loss cap of `bounds` is left
    out; none where the others cannot be held."""
    free = replace(bounds, loss_bp_max=None)
    most = solve(problem, free).reached
    if most is None:
        return ()
    high = loss_bp(most)
    low = _least_loss_bp(problem, free, high)
    steps = max(points - 1, 1)
    spread = (low + (high - low) * number // steps for number in range(points))
    return tuple(sorted(set(spread)))


def best_under(problem: Problem, bounds: Bounds, caps: Iterable[int]) -> tuple[Outcome, ...]:
    """The choice that earns most under each loss cap, in their order; one that several caps give
    stands once, one that lends nothing not at all."""
    found: list[Outcome] = []
    for cap in caps:
        reached = solve(problem, replace(bounds, loss_bp_max=cap)).reached
        if reached is not None and reached.drawn_fen and reached not in found:
            found.append(reached)
    return tuple(found)


def loss_bp(reached: Outcome) -> int:
    """Loss of drawn in basis points, rounded up: the tightest whole cap that it holds."""
    return -(-reached.loss_fen * FULL_BP // max(reached.drawn_fen, 1))


def _least_loss_bp(problem: Problem, bounds: Bounds, high: int) -> int:
    """About the lowest cap that some choice holds, at most `high`, which one does."""
    fails, works = -1, high
    while works - fails > max(1, high // FINENESS):
        middle = (fails + works) // 2
        if is_feasible(problem, replace(bounds, loss_bp_max=middle)):
            works = middle
        else:
            fails = middle
    return works
