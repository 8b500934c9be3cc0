"""What needs a person today: measures of the book against thresholds kept as data.

Each measure yields a value and the facts of its sentence; the thresholds of the same name in
`data/reference/attention.toml` (assumptions) say from which value on somebody should look or act.
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
    """From which value on a measure is worth a look, and from which it cannot wait.

    `months`: over how many earlier months a rise is measured; None where nothing is compared.
    """

    watch: float
    act: float
    months: int | None = None

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

    `waiting`: applications, oldest_on (no row: nobody waits). `rates`: month_end_on, balance_fen,
    rate_30. `rolls`: month_end_on, from_bucket, rate. `entered_90`: bucket, loans, principal_fen.
    `funders`: funder_code, quota_fen, outstanding_fen. `waiting_policies`: versions that wait for a
    second person. `reversion`: what the guard of the policy did last, while no person took a step
    since (failed_version, policy_version, since_on), else None. `alarms`: how many measures of the
    version in force, `policy_version`, are out of the range of its guard.
    """

    open_on: date
    waiting: pl.DataFrame
    rates: pl.DataFrame
    rolls: pl.DataFrame
    entered_90: pl.DataFrame
    funders: pl.DataFrame
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
        for value, facts in measured(state, limits[measure])
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


def _reviews_waiting(state: BookState, _: Threshold) -> Iterator[Measured]:
    for row in state.waiting.iter_rows(named=True):
        days = (state.open_on - row["oldest_on"]).days
        yield days, {**row, "days": days}


def _rate_30_rising(state: BookState, limit: Threshold) -> Iterator[Measured]:
    yield from _rise(state.rates["rate_30"], limit)


def _roll_rising(state: BookState, limit: Threshold) -> Iterator[Measured]:
    yield from _rise(state.rolls.filter(pl.col("from_bucket") == "C")["rate"], limit)


def _rise(by_month: pl.Series, limit: Threshold) -> Iterator[Measured]:
    """The newest month against the mean of those before; nothing while they are too few."""
    months = limit.months or 0
    known = by_month.drop_nulls()
    if len(known) > months:
        now, before = float(known[-1]), _mean(known[-1 - months : -1])
        yield (
            now - before,
            {
                "now_share": now,
                "before_share": before,
                "rise_points": now - before,
                "months": months,
            },
        )


def _mean(values: pl.Series) -> float:
    return float(values.sum()) / len(values)


def _entered_90(state: BookState, _: Threshold) -> Iterator[Measured]:
    if state.entered_90.is_empty():
        return
    principal_fen = int(state.entered_90["principal_fen"].sum())
    # No balance where all that is left is charged off: the newcomers are then the whole of it.
    balances = state.rates["balance_fen"]
    share = principal_fen / (int(balances[-1]) if len(balances) else principal_fen)
    yield (
        share,
        {
            "loans": int(state.entered_90["loans"].sum()),
            "principal_fen": principal_fen,
            "balance_share": share,
            "buckets": state.entered_90["bucket"].to_list(),
        },
    )


def _funder_full(state: BookState, _: Threshold) -> Iterator[Measured]:
    for row in state.funders.iter_rows(named=True):
        used = row["outstanding_fen"] / row["quota_fen"]
        yield (
            used,
            {
                "funder_code": row["funder_code"],
                "quota_fen": row["quota_fen"],
                "room_fen": row["room_fen"],
                "used_share": used,
            },
        )


def _policy_waiting(state: BookState, _: Threshold) -> Iterator[Measured]:
    versions = state.waiting_policies
    if versions:
        yield len(versions), {"versions": len(versions), "newest": max(versions)}


def _policy_reverted(state: BookState, _: Threshold) -> Iterator[Measured]:
    if state.reversion:
        yield 1, dict(state.reversion)


def _policy_alarm(state: BookState, _: Threshold) -> Iterator[Measured]:
    if state.alarms:
        yield state.alarms, {"policy_version": state.policy_version, "measures": state.alarms}


MEASURES: dict[str, Callable[[BookState, Threshold], Iterator[Measured]]] = {
    "reviews_waiting": _reviews_waiting,
    "rate_30_rising": _rate_30_rising,
    "roll_rising": _roll_rising,
    "entered_90": _entered_90,
    "funder_full": _funder_full,
    "policy_waiting": _policy_waiting,
    "policy_reverted": _policy_reverted,
    "policy_alarm": _policy_alarm,
}
