"""Why no choice holds the bounds: which of them conflict, and how far each would have to give."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from lending_core.policy.optimise import FULL_BP, Bounds, Problem
from lending_core.policy.optimise_model import is_feasible, missing_room_fen

# A bound that is not asked, by its name in `Bounds`.
UNASKED: dict[str, Any] = {
    "loss_bp_max": None,
    "approval_bp_min": None,
    "impact_percent_min": None,
    "within_room": False,
    "held_bands": frozenset(),
    "holds_limits": False,
    "holds_prices": False,
}


@dataclass(frozen=True)
class Conflict:
    """One bound of a set that cannot be held together, although any of them less can.

    `asked` is its value in `Bounds`. `gives_at`: the nearest value at which all other bounds as
    asked can be held (in the same unit; of `within_room` the fen of room that is missing; True of
    what is only held or not); None where giving this one up is not enough.
    """

    bound: str
    asked: Any
    gives_at: Any


def conflicts(problem: Problem, bounds: Bounds) -> tuple[Conflict, ...]:
    """A set of bounds that cannot be held together and has no smaller one within: without any one
    of them the rest of the set can. Empty where the bounds can be held."""
    if is_feasible(problem, bounds):
        return ()
    asked = [name for name, unasked in UNASKED.items() if getattr(bounds, name) != unasked]
    needed = list(asked)
    for name in asked:
        others = [each for each in needed if each != name]
        if not is_feasible(problem, _only(bounds, others)):
            needed = others
    return tuple(
        Conflict(name, getattr(bounds, name), _gives_at(problem, bounds, name)) for name in needed
    )


def _only(bounds: Bounds, names: list[str]) -> Bounds:
    return Bounds(**{name: getattr(bounds, name) for name in names})


def _gives_at(problem: Problem, bounds: Bounds, name: str) -> Any:
    without = replace(bounds, **{name: UNASKED[name]})
    if not is_feasible(problem, without):
        return None
    if name == "within_room":
        return missing_room_fen(problem, bounds)
    asked = getattr(bounds, name)
    if name not in _LOOSEST:
        return True

    def holds(value: int) -> bool:
        changed: dict[str, Any] = {name: value}
        return is_feasible(problem, replace(bounds, **changed))

    return _nearest(asked, _LOOSEST[name], holds)


def _nearest(asked: int, loosest: int, holds: Callable[[int], bool]) -> int:
    """The value nearest to `asked`, which does not hold, that does; `loosest` does."""
    fails, works = asked, loosest
    while abs(works - fails) > 1:
        middle = (fails + works) // 2
        if holds(middle):
            works = middle
        else:
            fails = middle
    return works


# The loosest value of each bound that is a number: every choice holds it.
_LOOSEST = {"loss_bp_max": FULL_BP, "approval_bp_min": 0, "impact_percent_min": 0}
