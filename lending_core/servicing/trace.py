"""Where a figure of a loan comes from: the numbers it was made of, step by step, with the rule.

A trace reckons anew, in exact fractions and one loan at a time, what the replay reckons in arrays;
tests prove that both say the same. Amounts are fen; those of steps may have parts of one.
"""

from dataclasses import dataclass
from fractions import Fraction

from lending_core.servicing.accrual import (
    COST_CAP_UNIT,
    DAYS_OF_YEAR,
    PENALTY_RATE_UNIT,
    PENALTY_UNIT,
)
from lending_core.servicing.story import Story
from lending_core.servicing.trace_interest import interest_steps
from lending_core.servicing.trace_records import Trace, TraceStep, on, rounded, step

# The facts that each figure follows.
RULES = {
    "interest": "PM-01, PM-02",
    "earned": "PM-01",
    "interest_receivable": "PM-01",
    "penalty": "PM-08, PM-09, PR-14, ZD-14",
    "days_past_due": "PM-08",
    "cost_room": "ZD-14",
    "payoff": "PM-11",
}


def interest(story: Story, number: int) -> Trace:
    """Interest of an instalment: balance x rate x part of a year, rounded once."""
    steps = interest_steps(story, number - 1)
    return _summed("interest", number, steps)


def earned(story: Story, number: int) -> Trace:
    """Interest of an instalment earned by the day, night by night in equal parts (PM-01)."""
    chapter, place = story.last, number - 1
    whole, before = chapter.cell("interest", place), chapter.cell("accrued_before", place)
    from_on, due_on = chapter.cell("from_on", place), chapter.cell("due_on", place)
    if story.as_of >= due_on:
        return _summed("earned", number, [step("all_earned", whole, due_on=on(due_on))])
    nights = max(due_on - from_on, 1)
    passed = min(max(story.as_of - from_on, 0), nights)
    exact = Fraction((whole - before) * passed, nights)
    steps = [step("earned_before", before, day_on=on(from_on))] if before else []
    steps.append(step("nights", exact, interest_fen=whole - before, passed=passed, nights=nights))
    return _summed("earned", number, [*steps, *_rounding(exact)])


def interest_receivable(story: Story) -> Trace:
    """Interest earned by the day and not settled: what a payoff asks for."""
    chapter = story.last
    running = [
        earned(story, place + 1)
        for place in range(chapter.count)
        if chapter.cell("due_on", place) > story.as_of
    ]
    due = sum(
        chapter.cell("interest", place)
        for place in range(chapter.count)
        if chapter.cell("due_on", place) <= story.as_of
    )
    steps = [step("earned_due", due)]
    steps += [
        step("earned_running", trace.result, number=trace.number)
        for trace in running
        if trace.result
    ]
    settled = ("interest_paid", "interest_waived", "interest_written_off")
    steps += [step(name, -chapter.flows[name]) for name in settled if chapter.flows[name]]
    return _summed("interest_receivable", 0, steps)


@dataclass(frozen=True)
class Lateness:
    """Days of one instalment past due on which principal and penalty rate stayed the same."""

    from_on: int
    to_on: int
    paused: int
    days: int
    penalised: int
    principal: int
    penalty_rate: int


def lateness(story: Story, place: int) -> list[Lateness]:
    """Every run of days past due of an instalment, also of one that was paid since."""
    found, late, grace = [], 0, story.contract["grace_days"]
    for chapter, until in story.spans():
        if place >= chapter.count or not chapter.is_unpaid(place):
            continue
        first = max(chapter.cell("due_on", place), chapter.day)
        if until <= first:
            continue
        start, end = chapter.vectors["holiday_from"], chapter.vectors["holiday_to"]
        paused = min(max(min(until, end) - max(first, start), 0), until - first)
        days = until - first - paused
        penalised = max(late + days - grace, 0) - max(late - grace, 0)
        late += days
        left, rate = chapter.cell("principal_left", place), chapter.vectors["penalty_rate"]
        found.append(Lateness(first, until, paused, days, penalised, left, rate))
    return found


def days_past_due(story: Story) -> Trace:
    """Days since the due date of the oldest unpaid instalment, less those of a holiday."""
    place = _oldest(story)
    if place is None:
        return Trace("days_past_due", 0, (step("nothing_late", 0),), 0, RULES["days_past_due"])
    runs = lateness(story, place)
    due_on = story.last.cell("due_on", place)
    steps = [
        step(
            "days_since",
            story.as_of - due_on,
            number=place + 1,
            due_on=on(due_on),
            as_of_on=on(story.as_of),
        )
    ]
    paused = sum(run.paused for run in runs)
    if paused:
        steps.append(step("days_paused", -paused, days=paused))
    return _summed("days_past_due", 0, steps)


def penalty(story: Story, number: int) -> Trace:
    """Penalty due of an instalment: overdue principal x contract rate x multiple x days after the
    grace days / 365, as far as the cap on all cost leaves room, less what was settled."""
    place = number - 1
    steps = [_penalty_step(story, run) for run in lateness(story, place) if run.penalised]
    exact = _penalty_exact(story, place)
    steps += _rounding(exact)
    within = _penalty_within(story, place)
    over = rounded(exact) - within
    if over:
        room = max(_room(story) - _penalty_of_older(story, place), 0)
        steps.append(step("capped", -over, room_fen=room))
    settled = story.last.cell("penalty_settled", place)
    if settled:
        steps.append(step("penalty_settled", -min(settled, within)))
    return _summed("penalty", number, steps or [step("no_penalty", 0)])


def cost_room(story: Story) -> Trace:
    """Room under the cap on all cost: what fees may still be charged."""
    principal_days = _principal_days(story)
    cap = _cap(story)
    charged = {
        "cost_interest": int(story.now.accrued.sum()),
        "cost_fees": story.last.flows["fee_charged"],
        "cost_penalty": sum(_penalty_within(story, each) for each in range(story.last.count)),
    }
    steps = [
        step("cost_cap", _capped(story), principal_days_fen=principal_days, annual_rate=cap),
        *(step(name, -fen) for name, fen in charged.items() if fen),
    ]
    return _summed("cost_room", 0, steps)


def payoff(story: Story) -> Trace:
    """What settles the loan on the day: principal, interest to date, penalty and fees."""
    owed = {
        "payoff_principal": story.last.principal_left,
        "payoff_interest": interest_receivable(story).result,
        "payoff_penalty": sum(
            penalty(story, place + 1).result for place in range(story.last.count)
        ),
        "payoff_fee": story.last.vectors["fee"],
    }
    steps = [step(name, fen) for name, fen in owed.items()]
    total = sum(owed.values())
    if total < 0:
        steps.append(step("payoff_nothing", -total))
    return _summed("payoff", 0, steps)


def _penalty_step(story: Story, run: Lateness) -> TraceStep:
    multiple = Fraction(str(story.contract["penalty_multiple"]))
    rate = Fraction(run.penalty_rate, PENALTY_RATE_UNIT)
    return step(
        "penalty_piece",
        _penalty_of(run),
        principal_fen=run.principal,
        annual_rate=rate / multiple,
        multiple=multiple,
        days=run.penalised,
        from_on=on(run.from_on),
        to_on=on(run.to_on),
        base=DAYS_OF_YEAR,
    )


def _penalty_of(run: Lateness) -> Fraction:
    numerator = run.principal * run.penalised * run.penalty_rate
    return Fraction(numerator, DAYS_OF_YEAR * PENALTY_RATE_UNIT)


def _penalty_exact(story: Story, place: int) -> Fraction:
    return sum((_penalty_of(run) for run in lateness(story, place)), Fraction(0))


def _penalty_counted(story: Story, place: int) -> int:
    """What counts of it: what the cap held back is let go with the principal that ran it up."""
    return rounded(Fraction(int(story.now.cells["penalty_numerator"][place, 0]), PENALTY_UNIT))


def _penalty_of_older(story: Story, place: int) -> int:
    return sum(_penalty_counted(story, older) for older in range(place))


def _penalty_within(story: Story, place: int) -> int:
    room = _room(story) - _penalty_of_older(story, place)
    return min(_penalty_counted(story, place), max(room, 0))


def _room(story: Story) -> int:
    """What penalty may amount to in all: the cap less interest and fees (ZD-14)."""
    interest_earned = int(story.now.accrued.sum())
    return _capped(story) - interest_earned - story.last.flows["fee_charged"]


def _capped(story: Story) -> int:
    """What all cost may amount to, parts of a fen left out."""
    cap = int(_cap(story) * COST_CAP_UNIT)
    return _principal_days(story) * cap // (DAYS_OF_YEAR * COST_CAP_UNIT)


def _cap(story: Story) -> Fraction:
    return Fraction(str(story.contract["cost_cap_annual_rate"]))


def _principal_days(story: Story) -> int:
    """Principal outstanding summed over all nights."""
    return sum(chapter.principal_left * (until - chapter.day) for chapter, until in story.spans())


def _oldest(story: Story) -> int | None:
    late = (
        place
        for place in range(story.last.count)
        if story.last.cell("due_on", place) < story.as_of and story.last.is_unpaid(place)
    )
    return next(late, None)


def _rounding(exact: Fraction) -> list[TraceStep]:
    whole = rounded(exact)
    return [step("rounding", whole - exact)] if whole != exact else []


def _summed(figure: str, number: int, steps: list[TraceStep]) -> Trace:
    total = sum((each.amount or Fraction(0) for each in steps), Fraction(0))
    if total.denominator != 1:
        raise ValueError(f"{figure} of {number} does not add up to whole fen: {total}")
    return Trace(figure, number, tuple(steps), int(total), RULES[figure])
