"""Why a payment settled what it settled: the order of the product, and every part in its turn."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lending_core.products.catalogue import COMPONENTS
from lending_core.servicing.allocation import parse_order
from lending_core.servicing.loan_events import PAYOFF
from lending_core.servicing.standing import Standing
from lending_core.servicing.story import Chapter, Story
from lending_core.servicing.trace_records import Trace, TraceStep, step

RULE = "PM-10"
_EARLY = ("lower_instalment", "fewer_instalments")


@dataclass(frozen=True)
class Slot:
    """A part of the loan that a payment may settle; number 0 is the loan as a whole."""

    component: str
    number: int
    due_fen: int


def allocation(story: Story, loan_event_id: int) -> Trace | None:
    """Every part that a payment settled, in the order in which they took their share; they add up
    to its amount. None for events that are no payments, or that do not count."""
    for before, after in story.turns():
        event = after.event or {}
        if event["loan_event_id"] == loan_event_id and event["kind"] == "payment":
            steps = _steps(story, before, after)
            return Trace("allocation", 0, tuple(steps), event["amount_fen"], RULE)
    return None


def _steps(story: Story, before: Chapter, after: Chapter) -> list[TraceStep]:
    met, event, left = after.met, after.event or {}, (after.event or {})["amount_fen"]
    if met is None:
        raise ValueError("an event has no standing before it")
    if before.is_charged_off:
        return _taken([Slot("claim", 0, before.vectors["claim"])], left)
    owed = int(met.payoff(np.array([before.vectors["fee"]]))[0])
    if event["strategy"] == PAYOFF and left >= owed:
        return _taken(list(_whole(before, met)), left)
    slots = list(_due(story, before, met))
    rest = left - min(left, sum(slot.due_fen for slot in slots))
    ahead = sum(slot.due_fen for slot in _ahead(met) if slot.component == "principal")
    if event["strategy"] in _EARLY and 0 < rest < ahead:
        slots.append(Slot("early_principal", 0, rest))
    elif rest:
        slots += _ahead(met)
    return [_order_step(story, met), *_taken(slots, left)]


def _due(story: Story, before: Chapter, met: Standing) -> Iterator[Slot]:
    """What is due by the day: instalment by instalment, or from so many days past due on component
    by component."""
    is_late, order = _order(story, met)
    places = range(before.count)
    if is_late:
        for component in order:
            yield from _slots_of(component, places, before, met)
        return
    yield from (
        slot
        for place in places
        for component in order
        for slot in _slots_of(component, [place], before, met)
    )


def _slots_of(
    component: str, places: range | list[int], before: Chapter, met: Standing
) -> Iterator[Slot]:
    """What is due of a component; a fee is the loan's and stands with the first instalment."""
    for place in places:
        if component == "fee":
            if place == 0:
                yield Slot("fee", 0, before.vectors["fee"])
        elif component == "penalty":
            yield Slot("penalty", place + 1, int(met.penalty_due[place, 0]))
        elif met.is_due[place, 0]:
            yield Slot(component, place + 1, int(met.cells[f"{component}_left"][place, 0]))


def _ahead(met: Standing) -> list[Slot]:
    """What is not due yet: the next instalment first, its interest before its principal."""
    return [
        Slot(component, place + 1, int(met.cells[f"{component}_left"][place, 0]))
        for place in range(len(met.is_due))
        if not met.is_due[place, 0]
        for component in ("interest", "principal")
    ]


def _whole(before: Chapter, met: Standing) -> Iterator[Slot]:
    owed = {
        "fee": before.vectors["fee"],
        "penalty": int(met.penalty_due.sum()),
        "interest": int(met.interest_receivable[0]),
        "principal": int(met.principal_left[0]),
    }
    for component in COMPONENTS:
        yield Slot(component, 0, owed[component])


def _taken(slots: list[Slot], amount_fen: int) -> list[TraceStep]:
    """What each slot takes in turn; what is over is the borrower's."""
    steps, left = [], amount_fen
    for slot in slots:
        taken = min(left, slot.due_fen)
        left -= taken
        if slot.due_fen and (taken or not left):
            steps.append(_settled(slot, taken))
        if not left:
            break
    if left:
        steps.append(_settled(Slot("excess", 0, left), left))
    return steps


def _settled(slot: Slot, taken: int) -> TraceStep:
    return step(
        "settled", taken, component=slot.component, number=slot.number, due_fen=slot.due_fen
    )


def _order_step(story: Story, met: Standing) -> TraceStep:
    is_late, order = _order(story, met)
    days = int(met.days_past_due[0])
    return step("order_late" if is_late else "order", None, order=",".join(order), days=days)


def _order(story: Story, met: Standing) -> tuple[bool, tuple[str, ...]]:
    contract = story.contract
    is_late = int(met.days_past_due[0]) >= contract["late_allocation_days_past_due"]
    name = "late_allocation" if is_late else "allocation"
    return is_late, parse_order(contract[name])
