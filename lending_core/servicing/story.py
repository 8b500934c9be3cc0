"""One loan's life, event by event: what a trace looks at to explain a figure of today."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from lending_core.servicing.loan_events import effective
from lending_core.servicing.replay import advance, start, steps
from lending_core.servicing.standing import Standing, standing
from lending_core.servicing.state import PlanChange, State

_FIRST = np.array([0])
# What makes a plan: these cells change when an event makes it anew or ends it.
_OF_PLAN = ("due_on", "from_on", "principal", "interest", "accrued_before")


@dataclass(frozen=True, eq=False)
class Chapter:
    """The loan from an event (None: its disbursement) until the next. `cells` are columns with an
    entry per instalment, `vectors` and `flows` numbers, days counted since 1970-01-01. `met` is
    the standing on the day, just before the event took effect."""

    event: dict[str, Any] | None
    day: int
    count: int
    cells: dict[str, npt.NDArray[np.int64]]
    vectors: dict[str, int]
    flows: dict[str, int]
    calendar_on: int
    calendar_from: int
    is_charged_off: bool
    changes: tuple[PlanChange, ...]
    met: Standing | None

    def cell(self, name: str, place: int) -> int:
        """A cell of the instalment at `place` (0 is the first)."""
        return int(self.cells[name][place])

    def is_unpaid(self, place: int) -> bool:
        """Whether anything of the instalment at `place` is still to be paid."""
        return self.cell("principal_left", place) + self.cell("interest_left", place) > 0

    @property
    def principal_left(self) -> int:
        """Principal outstanding."""
        return int(self.cells["principal_left"].sum())


@dataclass(frozen=True)
class Story:
    """A loan's contract, its chapters in order, and where it stands `as_of`, as a day's number."""

    contract: dict[str, Any]
    chapters: tuple[Chapter, ...]
    as_of: int
    now: Standing

    @property
    def last(self) -> Chapter:
        """The loan after its newest event."""
        return self.chapters[-1]

    def spans(self) -> Iterator[tuple[Chapter, int]]:
        """Each chapter with the day on which it ends."""
        ends = [*(chapter.day for chapter in self.chapters[1:]), self.as_of]
        return zip(self.chapters, ends, strict=True)

    def turns(self) -> Iterator[tuple[Chapter, Chapter]]:
        """Each event as the loan before and after it."""
        return pairwise(self.chapters)


def story(contract: pl.DataFrame, events: pl.DataFrame, *, as_of: date, known_on: date) -> Story:
    """The life of one loan up to `as_of`, by what was known on `known_on`. One row of `contract`
    (`servicing.contracts`); the same replay as `positions.loan_state`, one event at a time."""
    state = start(contract)
    chapters = [_chapter(state, None, None)]
    known = effective(
        events.filter(pl.col("loan_id") == contract["loan_id"][0]), as_of=as_of, known_on=known_on
    )
    for row in known.iter_slices(1):
        day = np.array([_day(row["effective_on"][0])])
        met = standing(state, _FIRST, day)
        advance(state, steps(state, row))
        chapters.append(_chapter(state, row.row(0, named=True), met))
    today = _day(as_of)
    now = standing(state, _FIRST, np.array([today]))
    return Story(contract.row(0, named=True), tuple(chapters), today, now)


def is_new_plan(before: Chapter, after: Chapter) -> bool:
    """Whether the event made the instalments anew from its day on."""
    return not is_end(after) and _differs(before, after)


def is_end(after: Chapter) -> bool:
    """Whether the event left nothing to pay: a payoff, or a write-off."""
    event = after.event or {}
    asked = event.get("kind") == "charge_off" or event.get("strategy") == "payoff"
    left = after.cells["principal_left"].sum() + after.cells["interest_left"].sum()
    return asked and int(left) == 0


def kept(before: Chapter, day: int) -> int:
    """How many instalments are due by a day: a new plan starts after them."""
    return int((before.cells["due_on"] <= day).sum())


def _differs(before: Chapter, after: Chapter) -> bool:
    place = kept(before, after.day)
    return before.count != after.count or any(
        not np.array_equal(
            before.cells[name][place : before.count], after.cells[name][place : after.count]
        )
        for name in _OF_PLAN
    )


def _chapter(state: State, event: dict[str, Any] | None, met: Standing | None) -> Chapter:
    return Chapter(
        event=event,
        day=int(state.vectors["replayed_to"][0]),
        count=int(state.counts[0]),
        cells={name: matrix[:, 0].copy() for name, matrix in state.cells.items()},
        vectors={name: int(vector[0]) for name, vector in state.vectors.items()},
        flows={name: int(total[0]) for name, total in state.flows.items()},
        calendar_on=int(state.calendar_on[0]),
        calendar_from=int(state.calendar_from[0]),
        is_charged_off=bool(state.is_charged_off[0]),
        changes=tuple(state.changes.get(0, [])),
        met=met,
    )


def _day(on: date) -> int:
    return (on - date(1970, 1, 1)).days
