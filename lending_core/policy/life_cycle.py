"""The life of a limit policy: submitted, returned, approved, withdrawn, reinstated; what decides.

Steps are added, never changed. `approved` and `reinstated` put a version in force from a day on,
and until another where one was given. Of those whose day has come, the one whose day came last
decides, the later step of two of one day. `withdrawn` takes back what has not come into force.
Scheduled, in force and retired follow from the steps and the day: nobody has to set them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import Literal

from lending_core.errors import InvalidState, NotAllowed

# Where a version stands on a day.
Standing = Literal["waiting", "returned", "withdrawn", "scheduled", "in_force", "retired"]
# Steps that put a version in force.
ENTRIES = ("approved", "reinstated")
_BEFORE_APPROVAL: dict[str, Standing] = {
    "submitted": "waiting",
    "returned": "returned",
    "withdrawn": "withdrawn",
}
# The reason of a step that the guard took rather than a person.
GUARD = "guard"


@dataclass(frozen=True)
class Step:
    """One step of one version, as in the table `policy_step`; `position` is the order of all."""

    policy_version: int
    status: str
    reason: str
    changed_by: str
    effective_on: date
    effective_until: date | None
    recorded_at: datetime
    position: int

    def holds(self, on: date) -> bool:
        """Whether a day lies in what the step gave."""
        return self.effective_on <= on <= (self.effective_until or on)

    @property
    def precedence(self) -> tuple[date, int]:
        """Of several steps that hold, the greatest decides."""
        return self.effective_on, self.position


@dataclass(frozen=True)
class Span:
    """A version decides by one step from a day on, to another (None: until further notice)."""

    step: Step
    from_on: date
    until_on: date | None

    @property
    def policy_version(self) -> int:
        return self.step.policy_version


def entries(steps: Sequence[Step]) -> list[Step]:
    """The steps that put a version in force and were not withdrawn afterwards, oldest first."""
    withdrawn = {each.policy_version: each.position for each in steps if each.status == "withdrawn"}
    return [
        step
        for step in steps
        if step.status in ENTRIES and step.position > withdrawn.get(step.policy_version, 0)
    ]


def in_force(steps: Sequence[Step], on: date) -> Step | None:
    """The step by which a version decides on a day; None before the first. What gave way to an
    earlier version does not decide again by itself once that one ends, unless nothing else does."""
    return _deciding(steps, on, _given_up(steps))


def standings(steps: Sequence[Step], on: date) -> dict[int, Standing]:
    """Version -> where it stands on a day."""
    current = in_force(steps, on)
    newest = {step.policy_version: step.status for step in steps}
    began = {step.policy_version for step in entries(steps) if step.effective_on <= on}
    return {
        version: "in_force"
        if current and version == current.policy_version
        else _BEFORE_APPROVAL.get(status) or ("retired" if version in began else "scheduled")
        for version, status in newest.items()
    }


def spans(steps: Sequence[Step]) -> list[Span]:
    """Which version decides when, from the first day on, days that are planned included."""
    deciding = [(on, in_force(steps, on)) for on in _days_of_change(steps)]
    changes = [
        (on, step)
        for at, (on, step) in enumerate(deciding)
        if at == 0 or step != deciding[at - 1][1]
    ]
    ends = [on - timedelta(days=1) for on, _ in changes[1:]]
    found = zip_longest(changes, ends)
    return [Span(step, on, end) for (on, step), end in found if step]


def changes_after(steps: Sequence[Step], on: date) -> date | None:
    """The first day after `on` on which another step decides; None while none is planned."""
    return next((span.from_on for span in spans(steps) if span.from_on > on), None)


def fallback(steps: Sequence[Step], on: date) -> int | None:
    """The version to go back to when the one in force goes wrong: the newest that decided before
    it, may still decide, and was not itself sent back, by the guard or a person; None where there
    is none."""
    current = in_force(steps, on)
    if current is None:
        return None
    failed = {current.policy_version, *_sent_back(steps)}
    earlier = [
        step for step in entries(steps) if step.holds(on) and step.precedence < current.precedence
    ]
    reserve = [step for step in earlier if step.policy_version not in failed]
    newest = max(reserve, key=lambda step: step.precedence, default=None)
    return newest.policy_version if newest else None


def last_day(steps: Sequence[Step], policy_version: int) -> date | None:
    """The last day for which two people stood behind a version; None where they named none."""
    approved = [each for each in steps if each.status == "approved"]
    return next(
        (each.effective_until for each in approved if each.policy_version == policy_version), None
    )


def check_waiting(steps: Sequence[Step], policy_version: int, on: date) -> None:
    """Raises `InvalidState` unless the version waits for a second person."""
    _check(steps, policy_version, on, "waiting")


def check_scheduled(steps: Sequence[Step], policy_version: int, on: date) -> None:
    """Raises `InvalidState` unless the version is approved for a day that has not come."""
    _check(steps, policy_version, on, "scheduled")


def check_may_come_back(steps: Sequence[Step], policy_version: int, on: date) -> None:
    """Raises `InvalidState` unless the version is retired, or decides because the guard put it
    there: a person may stand behind that."""
    current = in_force(steps, on)
    is_by_guard = current is not None and current.reason == GUARD
    if not (current and is_by_guard and current.policy_version == policy_version):
        _check(steps, policy_version, on, "retired")


def check_not_expired(steps: Sequence[Step], policy_version: int, on: date) -> None:
    """Raises `InvalidState` once the day has passed until which a version was approved."""
    last_on = last_day(steps, policy_version)
    if last_on is not None and last_on < on:
        raise InvalidState("policy_expired", policy_version=policy_version, on=last_on)


def check_not_author(author: str, user_name: str) -> None:
    """Raises `NotAllowed` for whoever submitted the version: two people stand behind it."""
    if author == user_name:
        raise NotAllowed("own_policy")


def _check(steps: Sequence[Step], policy_version: int, on: date, expected: Standing) -> None:
    found = standings(steps, on)[policy_version]
    if found != expected:
        raise InvalidState("policy_standing", policy_version=policy_version, policy_standing=found)


def _days_of_change(steps: Sequence[Step]) -> list[date]:
    days = {step.effective_on for step in entries(steps)}
    last = [step.effective_until for step in entries(steps) if step.effective_until]
    return sorted(days | {on + timedelta(days=1) for on in last})


def _deciding(steps: Sequence[Step], on: date, given_up: Mapping[int, date]) -> Step | None:
    holding = [step for step in entries(steps) if step.holds(on)]
    kept = [step for step in holding if on < given_up.get(step.position, date.max)]
    return max(kept or holding, key=lambda step: step.precedence, default=None)


def _given_up(steps: Sequence[Step]) -> dict[int, date]:
    """Position of each step that ended by a return to another version -> the day it ended."""
    found: dict[int, date] = {}
    for step in entries(steps):
        before = [each for each in steps if each.position < step.position]
        is_return = step.status == "reinstated"
        replaced = _deciding(before, step.effective_on, found) if is_return else None
        if replaced:
            found[replaced.position] = step.effective_on
    return found


def _sent_back(steps: Sequence[Step]) -> Iterator[int]:
    """Versions that gave way to an earlier one, unless a person put them in force again."""
    entered = {step.policy_version: step.position for step in entries(steps)}
    for step in entries(steps):
        before = [each for each in steps if each.position < step.position]
        is_return = step.status == "reinstated"
        replaced = in_force(before, step.effective_on) if is_return else None
        is_earlier = replaced and step.policy_version < replaced.policy_version
        if replaced and is_earlier and entered[replaced.policy_version] < step.position:
            yield replaced.policy_version
