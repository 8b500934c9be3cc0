"""What work waits for a person today: measures against thresholds kept as data.

Each measure yields a value and the facts of its sentence; the thresholds of the same name in
`data/reference/attention.toml` (assumptions) say from which value on somebody should look or act.
Where the book itself leaves what is usual, `early_warning` says so.
"""

import functools
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import polars as pl

from lending_core.settings import reference_file

Severity = Literal["act", "watch"]
Measured = tuple[float, dict[str, Any]]
SEVERITIES: tuple[Severity, ...] = ("act", "watch")


@dataclass(frozen=True)
class Threshold:
    """From which value on a measure is worth a look, and from which it cannot wait."""

    watch: float
    act: float

    def __post_init__(self) -> None:
        if self.watch > self.act:
            raise ValueError("what cannot wait is at least worth a look")

    def severity(self, value: float) -> Severity | None:
        if value >= self.act:
            return "act"
        return "watch" if value >= self.watch else None


@dataclass(frozen=True)
class BookState:
    """What the measures look at on the open day.

    `waiting`: applications, oldest_on (no row: nobody waits). `waiting_policies`: versions that
    wait for a second person. `reversion`: what the guard of the policy did last, while no person
    took a step since (failed_version, policy_version, since_on), else None. `alarms`: how many
    measures of the version in force, `policy_version`, are out of the range of its guard.
    """

    open_on: date
    waiting: pl.DataFrame
    waiting_policies: Sequence[int] = ()
    reversion: Mapping[str, Any] | None = None
    alarms: int = 0
    policy_version: int = 0


@dataclass(frozen=True)
class Alert:
    """One thing that needs a person: the measure, how urgent, and the facts of its sentence."""

    measure: str
    severity: Severity
    facts: Mapping[str, Any]


def alerts(state: BookState, limits: Mapping[str, Threshold]) -> list[Alert]:
    """What reaches its threshold, the most urgent first."""
    found = [
        Alert(measure, severity, facts)
        for measure, measured in MEASURES.items()
        for value, facts in measured(state)
        if (severity := limits[measure].severity(value))
    ]
    return sorted(found, key=lambda alert: SEVERITIES.index(alert.severity))


@functools.cache
def thresholds() -> dict[str, Threshold]:
    """The house's thresholds by measure. Raises `ValueError` unless each measure has its own."""
    document = tomllib.loads(reference_file("attention.toml").read_text("utf-8"))
    if document.keys() != MEASURES.keys():
        raise ValueError("attention.toml must name every measure once")
    return {measure: Threshold(**values) for measure, values in document.items()}


def _reviews_waiting(state: BookState) -> Iterator[Measured]:
    for row in state.waiting.iter_rows(named=True):
        days = (state.open_on - row["oldest_on"]).days
        yield days, {**row, "days": days}


def _policy_waiting(state: BookState) -> Iterator[Measured]:
    versions = state.waiting_policies
    if versions:
        yield len(versions), {"versions": len(versions), "newest": max(versions)}


def _policy_reverted(state: BookState) -> Iterator[Measured]:
    if state.reversion:
        yield 1, dict(state.reversion)


def _policy_alarm(state: BookState) -> Iterator[Measured]:
    if state.alarms:
        yield state.alarms, {"policy_version": state.policy_version, "measures": state.alarms}


MEASURES: dict[str, Callable[[BookState], Iterator[Measured]]] = {
    "reviews_waiting": _reviews_waiting,
    "policy_waiting": _policy_waiting,
    "policy_reverted": _policy_reverted,
    "policy_alarm": _policy_alarm,
}
