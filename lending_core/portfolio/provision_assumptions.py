"""What expected credit losses take from the book and what they assume (`provisions.toml`)."""

import functools
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from lending_core.servicing.buckets import buckets
from lending_core.settings import reference_file

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scenario:
    """A course of the economy: its weight, and from which month on the odds of getting worse are
    multiplied by how much."""

    code: str
    weight: Decimal
    odds: tuple[tuple[int, float], ...]

    def multipliers(self, months: int) -> Numbers:
        """The multiplier of each month ahead, the first month first."""
        values = np.ones(months)
        for from_month, multiplier in self.odds:
            values[from_month - 1 :] = multiplier
        return values


@dataclass(frozen=True)
class Assumptions:
    """The document; months are calendar months, shares and rates fractions of one.

    Raises `ValueError` where weights do not sum to one or a scenario's months do not rise from 1.
    """

    window_months: int
    chain_loans_min: int
    assumed_worse: dict[str, float]
    default_days_past_due_from: int
    months_unpaid: int
    stage_1_months: int
    months_max: int
    remaining_months_unknown: int
    probability_ratio_from: float | None
    recovery_months: int
    recovery_loans_min: int
    assumed_loss_given_default: float
    conversion_factor: Decimal
    scenarios: tuple[Scenario, ...]

    def __post_init__(self) -> None:
        if sum(scenario.weight for scenario in self.scenarios) != 1:
            raise ValueError("the weights of the scenarios sum to one")
        for scenario in self.scenarios:
            months = [from_month for from_month, _ in scenario.odds]
            if months[0] != 1 or any(later <= earlier for earlier, later in pairwise(months)):
                raise ValueError("a scenario starts in month 1 and its months rise")

    @property
    def live(self) -> tuple[str, ...]:
        """Stages of lateness of loans that are not in default, the least late first."""
        return tuple(
            stage.bucket
            for stage in buckets()
            if stage.days_past_due_from < self.default_days_past_due_from
        )


@dataclass(frozen=True)
class RatioRules:
    """What provisions are held to (PV-01, PV-02): the usual level and the lowest a supervisor may
    allow; loans are bad from a class on."""

    provision_ratio: Decimal
    provision_ratio_low: Decimal
    coverage: Decimal
    coverage_low: Decimal
    bad_from_class: str


@dataclass(frozen=True)
class OverlayRules:
    """The most that a person may add to the model's loss, and for how long."""

    percent_max: Decimal
    months_max: int


@functools.cache
def assumptions() -> Assumptions:
    """The house's assumptions. Raises `ValueError` where the document contradicts itself."""
    document = provisions_document()
    increase, recovery = document["significant_increase"], document["recovery"]
    ratio = increase["probability_ratio_from"] if increase["is_applied"] else None
    return Assumptions(
        window_months=document["chain"]["window_months"],
        chain_loans_min=document["chain"]["loans_min"],
        assumed_worse={code: float(share) for code, share in document["chain"]["assumed"].items()},
        default_days_past_due_from=document["default"]["days_past_due_from"],
        months_unpaid=document["default"]["months_unpaid"],
        stage_1_months=document["horizon"]["stage_1_months"],
        months_max=document["horizon"]["months_max"],
        remaining_months_unknown=document["horizon"]["remaining_months_unknown"],
        probability_ratio_from=ratio,
        recovery_months=recovery["months"],
        recovery_loans_min=recovery["loans_min"],
        assumed_loss_given_default=float(recovery["assumed_loss_given_default"]),
        conversion_factor=Decimal(document["undrawn"]["conversion_factor"]),
        scenarios=tuple(_scenario(row) for row in document["scenario"]),
    )


def ratio_rules() -> RatioRules:
    """The rules of the provision ratio and of coverage."""
    numbers = _without_sources(provisions_document()["ratios"])
    bad_from_class = numbers.pop("bad_from_class")
    return RatioRules(
        bad_from_class=bad_from_class, **{name: Decimal(text) for name, text in numbers.items()}
    )


def overlay_rules() -> OverlayRules:
    """The bounds of an overlay."""
    document = provisions_document()["overlay"]
    return OverlayRules(Decimal(document["percent_max"]), document["months_max"])


@functools.cache
def provisions_document() -> dict[str, Any]:
    """The document as written, with its sources."""
    return tomllib.loads(reference_file("provisions.toml").read_text("utf-8"))


def _scenario(row: dict[str, Any]) -> Scenario:
    odds = tuple((step["from_month"], float(step["multiplier"])) for step in row["odds"])
    return Scenario(row["code"], Decimal(row["weight"]), odds)


def _without_sources(table: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in table.items() if name != "sources"}
