"""Where the interest of an instalment comes from: balances, rates and parts of a year."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from lending_core.products.rate_factors import PARTS_OF_YEAR, period_parts
from lending_core.servicing.state import PlanChange
from lending_core.servicing.story import Chapter, Story, is_end, is_new_plan, kept
from lending_core.servicing.trace_records import TraceStep, on, rounded, step


@dataclass(frozen=True)
class Plan:
    """Instalments made in one go, after the `kept` ones before them: from the day `base`, on which
    `opening` was owed at `rate`, with the changes since. The first `holiday` of them pay nothing,
    and the next one bears their interest and what a re-age `carried` along."""

    chapter: Chapter
    kept: int
    base: int
    opening: int
    rate: Fraction
    changes: tuple[PlanChange, ...]
    holiday: int = 0
    carried: int = 0


@dataclass(frozen=True)
class Piece:
    """Days of a period on which balance and rate stay the same."""

    from_on: int
    to_on: int
    balance: int
    rate: Fraction


def interest_steps(story: Story, place: int) -> list[TraceStep]:
    """Steps that add up to the interest of the instalment at `place`, in whole fen."""
    plan = plan_of(story, place)
    steps = _of_plan(story, plan, place)
    since = story.chapters[story.chapters.index(plan.chapter) :]
    for before, after in pairwise(since):
        change = after.cell("interest", place) - before.cell("interest", place)
        if change:
            # Only an end and a re-age touch interest that is agreed.
            name = "ended" if is_end(after) else "moved"
            steps.append(step(name, change, day_on=on(after.day)))
    return steps


def plan_of(story: Story, place: int) -> Plan:
    """The plan in which the instalment at `place` was made."""
    found = _first(story)
    for before, after in story.turns():
        if is_new_plan(before, after) and place >= kept(before, after.day):
            found = _next(story, before, after)
    return found


def _first(story: Story) -> Plan:
    chapter = story.chapters[0]
    contract = story.contract
    rate = _exact(contract["annual_rate"])
    return Plan(chapter, 0, chapter.day, contract["principal_fen"], rate, ())


def _next(story: Story, before: Chapter, after: Chapter) -> Plan:
    place = kept(before, after.day)
    total = int(after.cells["principal"][place : after.count].sum())
    if _starts_anew(before, after, place):
        return _fresh(before, after, place, total)
    passed = place - after.calendar_from
    base = before.cell("due_on", place - 1) if passed else after.calendar_on
    since = tuple(change for change in after.changes if change[0] >= base)
    opening = total - sum(change[2] for change in since)
    rate = _rate_before(base, after.changes, story.contract)
    return Plan(after, place, base, opening, rate, since, _holiday(before, after, place))


def _starts_anew(before: Chapter, after: Chapter, place: int) -> bool:
    """A re-age, or a draw on a loan that has nothing ahead, starts a calendar of its own."""
    event = after.event or {}
    ahead = int(before.cells["principal"][place : before.count].sum())
    has_nothing = ahead == 0 or (after.met is not None and bool(after.met.is_over[0]))
    return event.get("strategy") == "re_age" or (event["kind"] == "draw" and has_nothing)


def _fresh(before: Chapter, after: Chapter, place: int, total: int) -> Plan:
    rate = _exact(after.changes[0][3])
    carried = _carried(before, after, place)
    return Plan(after, place, after.day, total, rate, (), carried=carried)


def _holiday(before: Chapter, after: Chapter, place: int) -> int:
    """Instalments of a new plan that pay nothing: those granted before that are still to come, and
    those granted now."""
    ahead = before.cells["due_on"][place : before.count]
    event = after.event or {}
    granted = event["instalments"] if event["kind"] == "holiday" else 0
    return int((ahead <= before.vectors["holiday_to"]).sum()) + granted


def _carried(before: Chapter, after: Chapter, place: int) -> int:
    """What a calendar of its own takes along: interest earned of instalments ahead, and of those
    behind what a re-age found unpaid."""
    if after.met is None:
        raise ValueError("an event has no standing before it")
    earned = int(after.met.accrued[place:, 0].sum())
    is_draw = (after.event or {})["kind"] == "draw"
    return earned if is_draw else earned + int(before.cells["interest_left"][:place].sum())


def _rate_before(day: int, changes: tuple[PlanChange, ...], contract: dict[str, Any]) -> Fraction:
    rates = [change[3] for change in changes if change[0] < day and change[3] is not None]
    return _exact(rates[-1] if rates else contract["annual_rate"])


def _exact(rate: object) -> Fraction:
    return Fraction(str(rate))


def _of_plan(story: Story, plan: Plan, place: int) -> list[TraceStep]:
    """Steps of the interest as the plan was made; those of a holiday wait for the first to pay."""
    own = place - plan.kept
    if own < plan.holiday:
        return [step("waits", 0, number=plan.kept + plan.holiday + 1)]
    first = 0 if own == plan.holiday else own
    steps, left = [], Fraction(0)
    for row in range(own + 1):
        found, left = _row(story, plan, row, left)
        if row >= first:
            steps += found
    if own == plan.holiday and plan.carried:
        steps.append(step("brought", plan.carried, day_on=on(plan.chapter.day)))
    return steps


def _row(story: Story, plan: Plan, row: int, carried: Fraction) -> tuple[list[TraceStep], Fraction]:
    """Steps of one period of a plan, in whole fen together, and what rounding leaves."""
    contract, base_parts = story.contract, PARTS_OF_YEAR[story.contract["day_count"]]
    begin, end = _period(plan, row)
    parts = _parts(contract["day_count"], begin, end)
    steps, exact = [], Fraction(0)
    for piece in _pieces(plan, row, is_flat=contract["method"] == "flat"):
        days = piece.to_on - piece.from_on
        share = Fraction(parts * days, (end - begin) * base_parts)
        amount = piece.balance * piece.rate * share
        exact += amount
        steps.append(
            step(
                "piece",
                amount,
                balance_fen=piece.balance,
                annual_rate=piece.rate,
                from_on=on(piece.from_on),
                to_on=on(piece.to_on),
                days=days,
                parts=Fraction(parts * days, end - begin),
                base=base_parts,
            )
        )
    if contract["carries_remainder"]:
        if carried:
            steps.append(step("carried_in", carried))
        exact += carried
    whole = max(rounded(exact), 0) if contract["carries_remainder"] else rounded(exact)
    if whole != exact:
        steps.append(step("rounding", whole - exact))
    return steps, exact - whole


def _period(plan: Plan, row: int) -> tuple[int, int]:
    at = plan.kept + row
    begin = plan.chapter.cell("due_on", at - 1) if row else plan.base
    return begin, plan.chapter.cell("due_on", at)


def _parts(day_count: str, begin: int, end: int) -> int:
    dates = np.array([[begin, end]], "M8[D]")
    return int(period_parts(dates, day_count, np.array([1]))[0, 0])


def _pieces(plan: Plan, row: int, *, is_flat: bool) -> list[Piece]:
    """The period split where a draw, an early repayment or a rate change fell into it."""
    begin, end = _period(plan, row)
    inside = {day for change in plan.changes if begin < (day := _counts_from(plan, change)) < end}
    repaid = int(plan.chapter.cells["principal"][plan.kept : plan.kept + row].sum())
    return [
        Piece(first, last, _owed(plan, first) - (0 if is_flat else repaid), _rate(plan, first))
        for first, last in pairwise(sorted({begin, end, *inside}))
    ]


def _counts_from(plan: Plan, change: PlanChange) -> int:
    """The first night that a change bears on: money from its day, a rate from the night before."""
    return change[0] if change[3] is None else max(change[0] - 1, plan.base)


def _owed(plan: Plan, day: int) -> int:
    drawn = (change[2] for change in plan.changes if change[3] is None and change[0] <= day)
    return plan.opening + sum(drawn)


def _rate(plan: Plan, day: int) -> Fraction:
    rates = [
        change[3]
        for change in plan.changes
        if change[3] is not None and _counts_from(plan, change) <= day
    ]
    return _exact(rates[-1]) if rates else plan.rate
