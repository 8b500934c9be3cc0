"""What part of the book vintage and roll rates look at, and how: kept in the URL."""

from dataclasses import dataclass
from functools import partial

import streamlit as st

from lending_core.operations.cohort_queries import OWN_PREFIX, POLICY_VERSION, Part
from lending_core.operations.reports import BookFilter
from lending_core.operations.vintages import Asked
from lending_core.portfolio.vintage import MEASURES, PERIODS, Period, Weight
from pages.ui import cohort_reads, inputs, session
from pages.ui.book_parts import FIELDS, part_name
from pages.ui.text import t

# Cohorts themselves are told apart, unless the person asks for another comparison.
COHORT = "cohort"


@dataclass(frozen=True)
class Choice:
    """How a vintage is shown: what is asked of the book, in which periods and by which weight, and
    by what it is compared (`cohort`, or the segment of `asked`)."""

    asked: Asked
    period: Period
    weight: Weight
    compared: str

    @property
    def key(self) -> str:
        """Names the choice: what was clicked on another one does not count."""
        chosen = part_key(self.asked.chosen)
        return f"{self.asked.measure}_{self.asked.known}_{self.period}_{self.compared}_{chosen}"


def choose_part() -> BookFilter:
    """The six filters, as far as the book's loans tell them."""
    values = cohort_reads.part_values()
    if not values:
        return BookFilter()
    fields = {}
    with st.grid(len(values), min_column_width=140, gap="small"):
        for dimension, codes in values.items():
            field, key = FIELDS[dimension]
            name_of = partial(segment_name, dimension)
            label = t(f"column.{dimension}")
            fields[field] = tuple(inputs.choose_many(label, codes, key=key, name_of=name_of))
    return BookFilter(**fields)


def choose_vintage(shape: str | None) -> Choice:
    """All that a vintage may be asked: a book of outcomes knows defaults only, a book without
    amounts numbers only, an imported one nothing that was recorded later."""
    chosen = choose_part()
    weights: tuple[Weight, ...] = (
        ("count", "amount") if cohort_reads.knows_amounts() else ("count",)
    )
    measures = ("default",) if shape == "outcomes" else MEASURES
    with st.grid(5, min_column_width=150, gap="small"):
        measure = inputs.choose_one(
            t("vintage.measure"), measures, key="measure", name_of=partial(_of, "vintage.measure_")
        )
        weight = inputs.choose_one(
            t("vintage.weight"), weights, key="weight", name_of=partial(_of, "vintage.weight_")
        )
        period = inputs.choose_one(
            t("vintage.period"),
            PERIODS[::-1],
            key="period",
            name_of=partial(_of, "vintage.period_"),
        )
        compared = inputs.choose_one(
            t("vintage.compare"), _comparisons(), key="compare", name_of=comparison_name
        )
        known = inputs.choose_one(
            t("vintage.known"),
            ("then", "now") if session.kind() == "lent" else ("then",),
            key="known",
            name_of=partial(_of, "vintage.known_"),
        )
    part = Part(None if compared == COHORT else compared)
    return Choice(Asked(measure, chosen, part, known), period, weight, compared)  # type: ignore[arg-type]


def comparison_name(code: str) -> str:
    """What may be compared, by its name; a tape's own segment as the tape calls it."""
    if code in (COHORT, POLICY_VERSION):
        return t(f"vintage.compare_{code}")
    return code.removeprefix(OWN_PREFIX) if code.startswith(OWN_PREFIX) else t(f"column.{code}")


def segment_name(dimension: str, code: str | None) -> str:
    """A value of a dimension by its name; what a tape calls something stays as it is."""
    if code is None:
        return t("vintage.segment_unknown")
    if dimension == POLICY_VERSION:
        return t("vintage.version", version=code)
    return part_name(dimension, code, session.language())


def part_key(chosen: BookFilter) -> str:
    """Names a part of the book."""
    return "_".join(code for codes in vars(chosen).values() for code in codes)


def _comparisons() -> list[str]:
    own = cohort_reads.own_segments()["name"].unique().sort().to_list()
    versions = [POLICY_VERSION] if cohort_reads.policy_versions() else []
    parts = [name for name, codes in cohort_reads.part_values().items() if len(codes) > 1]
    return [COHORT, *versions, *parts, *(f"{OWN_PREFIX}{name}" for name in own)]


def _of(prefix: str, code: str) -> str:
    return t(f"{prefix}{code}")
