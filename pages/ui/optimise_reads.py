"""Cached reads of the search for limits and prices, in the pattern of `reads`: what takes longer is
done in parts, says how far it is, and stops where the person goes on."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import streamlit as st

from lending_core.operations import policy_optimise
from lending_core.operations.policy_optimise import Question
from lending_core.operations.policy_replay import Window
from lending_core.policy.document import Policy
from lending_core.policy.optimise import Bounds, Outcome
from lending_core.policy.optimise_conflicts import Conflict
from lending_core.policy.optimise_model import Answer
from pages.ui import format as shown
from pages.ui import reads
from pages.ui.text import t

# Points of the frontier that are looked for between two signs of life.
_AT_ONCE = 3

Part = TypeVar("Part")


def question(policy: Policy, window: Window) -> Question | None:
    """Every choice for the policy tried on the window; None without an application."""
    parts = reads.answer(policy_optimise.parts, window)
    if not parts:
        return None
    done = _each(
        parts,
        lambda part: reads.answer(policy_optimise.tried, policy, part),
        lambda part: (part.last_id or 0) - (part.first_id or 0) + 1,
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
    found = _each(
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


def _each(
    parts: Sequence[Part], read: Callable[[Part], Any], size: Callable[[Part], int], key: str
) -> list[Any]:
    total, done, found = sum(map(size, parts)), 0, []
    with st.empty():
        for part in parts:
            facts = {"done": shown.count(done), "total": shown.count(total)}
            st.progress(done / total, t(key, **facts))
            found.append(read(part))
            done += size(part)
        st.empty()
    return found
