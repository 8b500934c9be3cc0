"""The house's numbers for vintage, roll rates and forecast: `data/reference/cohorts.toml`."""

import functools
import tomllib
from dataclasses import dataclass

from lending_core.settings import reference_file


@dataclass(frozen=True)
class VintageNumbers:
    """`loans_min`: a curve over cohorts ends where fewer loans are still watched."""

    source: str
    loans_min: int


@dataclass(frozen=True)
class FlowNumbers:
    """How flows are tested: over how many months, from how many loans, how surely."""

    source: str
    significance: float
    months: int
    loans_min: int


@dataclass(frozen=True)
class ForecastNumbers:
    """Months behind a forecast and ahead of it, and how its interval is drawn."""

    source: str
    window_months: int
    horizon_months: int
    horizon_months_max: int
    paths: int
    seed: int
    interval: float


@dataclass(frozen=True)
class CohortNumbers:
    """All of them."""

    vintage: VintageNumbers
    flows: FlowNumbers
    forecast: ForecastNumbers


@functools.cache
def cohort_numbers() -> CohortNumbers:
    """The numbers of the file. Raises `TypeError` for one that is missing or unknown."""
    document = tomllib.loads(reference_file("cohorts.toml").read_text("utf-8"))
    return CohortNumbers(
        VintageNumbers(**document["vintage"]),
        FlowNumbers(**document["flows"]),
        ForecastNumbers(**document["forecast"]),
    )
