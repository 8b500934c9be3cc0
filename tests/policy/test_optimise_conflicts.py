"""Bounds that cannot be held together are named, each with how far it would have to give."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from lending_core.policy.optimise import Bounds, Option, Problem, Room
from lending_core.policy.optimise_conflicts import UNASKED, Conflict, conflicts
from tests.policy.options import BOUNDS, choices, problems

CLOSED = Option("A", "person", 0, 0)
SMALL = Option("A", "person", 0, 1_000_000, 50, 1_000, 30, 50, {"weilidai": 1_000})
LARGE = Option("A", "person", 50, 2_000_000, 80, 2_000, 100, 90, {"weilidai": 2_000})
BANK = Room("bank", ("weilidai",), 1_900)
PROBLEM = Problem(("A",), (SMALL, CLOSED, LARGE), (SMALL,), 100, rooms=(BANK,))


def test_bounds_that_can_be_held_do_not_conflict() -> None:
    assert conflicts(PROBLEM, Bounds(loss_bp_max=300, approval_bp_min=5_000)) == ()


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        # Who lets in 80 of 100 loses 5 %; who loses at most 4.9 % lets in 50.
        (
            Bounds(loss_bp_max=490, approval_bp_min=8_000),
            {"loss_bp_max": 500, "approval_bp_min": 5_000},
        ),
        # 90 of 100 are out of reach, whatever is lost.
        (Bounds(loss_bp_max=500, approval_bp_min=9_000), {"approval_bp_min": 8_000}),
        # Whoever lends at all loses 3 %: to lend nothing is no answer.
        (Bounds(loss_bp_max=200), {"loss_bp_max": 300}),
        # 80 of 100 take 20.00 of the 19.00 that the bank has.
        (
            Bounds(within_room=True, approval_bp_min=8_000),
            {"approval_bp_min": 5_000, "within_room": 100},
        ),
        # 80 of 100 take another limit and another price than today's.
        (
            Bounds(approval_bp_min=8_000, held_bands=frozenset("A")),
            {"approval_bp_min": 5_000, "held_bands": True},
        ),
        (
            Bounds(approval_bp_min=8_000, holds_limits=True),
            {"approval_bp_min": 5_000, "holds_limits": True},
        ),
        # Two ways to be kept from it: giving up one is not enough, and one of them is named.
        (
            Bounds(approval_bp_min=8_000, holds_limits=True, holds_prices=True),
            {"approval_bp_min": 5_000, "holds_prices": None},
        ),
    ],
)
def test_each_bound_says_where_it_would_have_to_give(
    bounds: Bounds, expected: dict[str, object]
) -> None:
    found = conflicts(PROBLEM, bounds)

    assert {each.bound: each.gives_at for each in found} == expected
    assert all(each.asked == getattr(bounds, each.bound) for each in found)


def without(bounds: Bounds, conflict: Conflict) -> Bounds:
    return replace(bounds, **{conflict.bound: UNASKED[conflict.bound]})


@given(problem=problems(), bounds=BOUNDS)
@settings(max_examples=12)
def test_the_named_conflict_and_lose_nothing_to_spare(problem: Problem, bounds: Bounds) -> None:
    found = conflicts(problem, bounds)

    named = Bounds(**{each.bound: each.asked for each in found})
    assert bool(found) != any(choices(problem, bounds))
    assert any(choices(problem, named)) == (not found)
    assert all(any(choices(problem, without(named, each))) for each in found)
