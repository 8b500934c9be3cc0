"""Cached reads of the search for limits and prices, in the pattern of `reads`: what takes longer is
done in parts, says how far it is, and stops where the person goes on."""

from lending_core.operations import policy_optimise
from lending_core.operations.policy_optimise import Question
from lending_core.operations.policy_replay import Window
from lending_core.policy.document import Policy
from lending_core.policy.optimise import Bounds, Outcome
from lending_core.policy.optimise_conflicts import Conflict
from lending_core.policy.optimise_model import Answer
from pages.ui import parts, reads

# Points of the frontier that are looked for between two signs of life.
_AT_ONCE = 3


def question(policy: Policy, window: Window) -> Question | None:
    """Every choice for the policy tried on the window; None without an application."""
    found = reads.answer(policy_optimise.parts, window)
    if not found:
        return None
    done = parts.read_each(
        found,
        lambda part: reads.answer(policy_optimise.tried, policy, part),
        parts.applications,
        "optimise.progress_past",
    )
    asked: Question = reads.answer(policy_optimise.question, policy, window, tuple(done))
    return asked


def best(asked: Question, bounds: Bounds) -> Answer:
    """The choice that earns most: see `policy_optimise.best`."""
    return reads.answer(policy_optimise.best, asked, bounds)


def conflicting(asked: Question, bounds: Bounds) -> tuple[Conflict, ...]:
    """Which bounds cannot be held together: see `policy_optimise.conflicting`."""
    return reads.answer(policy_optimise.conflicting, asked, bounds)


def frontier(asked: Question, bounds: Bounds) -> tuple[Outcome, ...]:
    """The most that can be earned at each loss rate, by rising loss rate."""
    caps = reads.answer(policy_optimise.loss_caps, asked, bounds)
    chunks = [caps[start : start + _AT_ONCE] for start in range(0, len(caps), _AT_ONCE)]
    found = parts.read_each(
        chunks,
        lambda chunk: reads.answer(policy_optimise.best_under, asked, bounds, chunk),
        len,
        "optimise.progress_frontier",
    )
    points = [point for points in found for point in points]
    return tuple(point for place, point in enumerate(points) if point not in points[:place])


def reproduced(policy: Policy, chosen: Outcome, window: Window) -> bool:
    """Whether a replay in full gives what was promised: see `policy_optimise.reproduced`."""
    return bool(reads.answer(policy_optimise.reproduced, policy, chosen, window))
