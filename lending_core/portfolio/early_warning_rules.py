"""What is watched and by which rules, as data (`data/reference/early_warning.toml`)."""

import functools
import tomllib
from dataclasses import dataclass
from typing import Any, Literal

from lending_core.settings import reference_file

Kind = Literal["level", "change", "control"]
Chart = Literal["p", "own"]
Direction = Literal["up", "down", "both"]

# Parts of a book that a rule may look at: columns of the book, and all of it.
WHOLE = "all"
SEGMENT_KINDS = (
    WHOLE,
    "product_code",
    "region_code",
    "funder_code",
    "band",
    "scenario",
    "channel",
)


@dataclass(frozen=True)
class Measure:
    """A number followed month by month: how it is shown, what it counts (`about`), whether it is
    read while a month is not over, and whether it gathers over the month, so that a part of one
    says too little to end an alarm. `days_past_due` and `months_on_book`: of measures that have
    such an age."""

    code: str
    unit: Literal["percent", "rate", "index", "per_10000"]
    about: Literal["loans", "applications", "complaints"]
    within_month: bool
    accumulates: bool
    days_past_due: int | None = None
    months_on_book: int | None = None


@dataclass(frozen=True)
class WarningRule:
    """When a measure is worth a look (`watch`) and when it cannot wait (`act`): as a value, as a
    change against the mean of `months`, or in sigma of its own history. See the file's head."""

    code: str
    measure: str
    kind: Kind
    direction: Direction
    watch: float
    act: float
    segments: tuple[str, ...]
    units_min: int
    cases_min: int = 0
    months: int = 0
    months_min: int = 0
    chart: Chart = "own"
    sigma_min: float = 0.0
    source: str = "assumption"

    def __post_init__(self) -> None:
        if self.watch > self.act:
            raise ValueError(f"{self.code}: what cannot wait is at least worth a look")
        if unknown := set(self.segments) - set(SEGMENT_KINDS):
            raise ValueError(f"{self.code}: no such segments: {sorted(unknown)}")
        if self.kind == "level" and self.direction != "up":
            raise ValueError(f"{self.code}: a level is reached from below")
        if self.kind != "level" and self.months < 1:
            raise ValueError(f"{self.code}: needs months to be held against")
        if self.kind == "control" and not 1 < self.months_min <= self.months:
            raise ValueError(f"{self.code}: a scatter needs two months at least")


@dataclass(frozen=True)
class AlertTerms:
    """How alerts live on: see the table `alerts` of the file."""

    reopen_strength_ratio: float
    snooze_days_max: int
    rest_months: int
    chart_months: int
    source: str


@functools.cache
def measures() -> dict[str, Measure]:
    """What is watched, by code, in the order of the file."""
    return {code: Measure(code, **table) for code, table in _document()["measure"].items()}


@functools.cache
def warning_rules() -> dict[str, WarningRule]:
    """The rules by code, in the order of the file. Raises `ValueError` for one that cannot be."""
    found = {}
    for code, table in _document()["rule"].items():
        rule = WarningRule(code, **(table | {"segments": tuple(table["segments"])}))
        if rule.measure not in measures():
            raise ValueError(f"{code}: nothing measures {rule.measure}")
        found[code] = rule
    return found


@functools.cache
def alert_terms() -> AlertTerms:
    """How alerts live on."""
    return AlertTerms(**_document()["alerts"])


@functools.cache
def _document() -> dict[str, Any]:
    return tomllib.loads(reference_file("early_warning.toml").read_text("utf-8"))
