"""Cached reads of a replay, in the pattern of `reads`: part by part of the past, and added up."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import polars as pl

from lending_core.operations import policy_replay
from lending_core.operations.policy_replay import Window
from lending_core.policy import replay_compare
from lending_core.policy.document import Policy
from lending_core.policy.replay_interval import Interval, NearCutOff, moved_deals
from lending_core.policy.replay_people import Cell
from pages.ui import parts, reads

# Applications that are decided again before anybody starts to wonder.
_QUICK = 200_000


@dataclass(frozen=True)
class Replay:
    """Two policies over one window, under the draft's assumptions."""

    today_policy: Policy
    draft_policy: Policy
    parts: tuple[Window, ...]
    today: pl.DataFrame
    draft: pl.DataFrame
    effects: dict[str, int]
    affected: pl.DataFrame
    dealt: dict[str, pl.DataFrame]

    @cached_property
    def trust(self) -> tuple[NearCutOff, dict[str, dict[str, Interval]]]:
        """What matured loans next to the cut-off say, and per side the intervals of what is
        inferred."""
        seen = outcomes()
        found = {
            side: policy_replay.interval_of(dealt, seen, self.today_policy)
            for side, dealt in self.dealt.items()
        }
        return found["draft"][0], {side: intervals for side, (_, intervals) in found.items()}

    def people(self, cell: Cell) -> tuple[pl.DataFrame, int]:
        """The applicants of a cell whom its side grants most, and how many it has."""
        pages = [
            reads.answer(
                policy_replay.applicants, self.today_policy, self.draft_policy, (part, cell)
            )
            for part in self.parts
        ]
        total = sum(page["applications"].first() or 0 for page in pages)
        listed = pl.concat(pages).sort(
            f"{cell.side}_limit_fen", "application_id", descending=[True, False]
        )
        return listed.head(policy_replay.LISTED_MAX), total


def span(window: Window) -> dict[str, Any]:
    """How many applications, from which to which day: see `policy_replay.span`."""
    return reads.answer(policy_replay.span, window)


def outcomes() -> pl.DataFrame:
    """Matured loans by band: see `policy_replay.outcomes`."""
    return reads.answer(policy_replay.outcomes)


def reproduced() -> pl.DataFrame:
    """Whether stored decisions are given again: see `policy_replay.reproduced`."""
    return reads.answer(policy_replay.reproduced)


def lenders(found: Replay) -> pl.DataFrame:
    """What each lender would have lent on average: see `policy_replay.lenders`."""
    drawn = tuple(
        (side, replay_compare.by_product(cube))
        for side, cube in (("today", found.today), ("draft", found.draft))
    )
    days = span(Window(found.parts[0].from_on, found.parts[0].to_on))
    number = (days["last_on"] - days["first_on"]).days + 1
    return reads.answer(policy_replay.lenders, drawn, number, found.draft_policy.assumption)


def replay(today: Policy, draft: Policy, window: Window) -> Replay | None:
    """Both policies over the window; None without an application. Says how far it is."""
    window_parts = reads.answer(policy_replay.parts, window)
    if not window_parts:
        return None
    today = replace(today, assumption=draft.assumption)
    cubes = _each(window_parts, lambda part: reads.answer(policy_replay.replayed, today, part))
    changed = _each(
        window_parts, lambda part: reads.answer(policy_replay.changes, today, draft, part)
    )
    cube = replay_compare.added(cubes)
    befores, afters = ([getattr(each, side) for each in changed] for side in ("before", "after"))
    affected = pl.concat(each.affected for each in changed)
    dealt = pl.concat(reads.answer(policy_replay.dealt, today, part) for part in window_parts)
    dealt_before, dealt_after = (
        pl.concat(getattr(each, f"dealt_{side}") for each in changed)
        for side in ("before", "after")
    )
    moved = (pl.col("draft_limit_fen") - pl.col("today_limit_fen")).abs()
    return Replay(
        today,
        draft,
        tuple(window_parts),
        cube,
        replay_compare.moved(cube, pl.concat(befores), pl.concat(afters)),
        {name: sum(each.effects[name] for each in changed) for name in changed[0].effects},
        affected.sort(moved, "application_id", descending=[True, False]).head(
            policy_replay.LISTED_MAX
        ),
        {"today": dealt, "draft": moved_deals(dealt, dealt_before, dealt_after)},
    )


def _each(found: list[Window], read: Callable[[Window], Any]) -> list[Any]:
    """One answer per part; a long past shows how far it is."""
    if sum(map(parts.applications, found)) <= _QUICK:
        return [read(part) for part in found]
    return parts.read_each(found, read, parts.applications, "policy_replay.progress")
