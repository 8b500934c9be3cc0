"""Lives of limit policies for tests: steps in a row, numbered as they are taken."""

from datetime import date
from typing import Any

from lending_core.policy.life_cycle import Step
from tests.builders import AT

NOVEMBER = date(2026, 11, 1)
DECEMBER = date(2026, 12, 1)
JANUARY = date(2027, 1, 1)


def life(*steps: tuple[Any, ...], first: int = 1) -> tuple[Step, ...]:
    """Steps (version, status[, day[, last day[, reason]]]), numbered in their order."""
    return tuple(_step(step, position) for position, step in enumerate(steps, start=first))


def _step(step: tuple[Any, ...], position: int) -> Step:
    version, status, on, until, reason = (*step, *(NOVEMBER, None, "because")[len(step) - 2 :])
    return Step(version, status, reason, "person", on, until, AT.replace(tzinfo=None), position)
