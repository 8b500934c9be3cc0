"""The records of a trace: steps that add up, and the figure they explain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from lending_core.money import divide_round

_EPOCH = date(1970, 1, 1)

Fact = int | str | date | Fraction


@dataclass(frozen=True)
class TraceStep:
    """One step: what it is (a key of the text table), its numbers by name with their unit, and what
    it comes to in fen, perhaps with parts of one. Steps that add nothing have amount None."""

    step: str
    facts: Mapping[str, Fact]
    amount: Fraction | None


@dataclass(frozen=True)
class Trace:
    """How a figure came about. `number` is the instalment, 0 the loan as a whole; `result` is in
    fen, of `days_past_due` in days; `rule` names the facts it follows."""

    figure: str
    number: int
    steps: tuple[TraceStep, ...]
    result: int
    rule: str


def step(name: str, amount: Fraction | int | None, **facts: Fact) -> TraceStep:
    """A step of a trace."""
    return TraceStep(name, facts, None if amount is None else Fraction(amount))


def rounded(exact: Fraction) -> int:
    """Whole fen, by the one rounding of money."""
    return int(divide_round(exact.numerator, exact.denominator))


def on(day: int) -> date:
    """The date of a day's number."""
    return _EPOCH + timedelta(days=day)
