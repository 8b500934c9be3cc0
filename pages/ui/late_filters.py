"""What part of the book the overdue screen looks at: filters in rows, kept in the URL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import streamlit as st

from lending_core.operations.reports import BookFilter
from lending_core.portfolio.delinquency import Weight
from lending_core.servicing.buckets import bucket_codes
from pages.ui import book_parts, inputs, late_reads, session
from pages.ui import format as shown
from pages.ui.book_parts import FIELDS
from pages.ui.charts.book import MEASURES, Measure
from pages.ui.text import sentence, t

LATE_STAGES = bucket_codes()[1:]
_WEIGHTS: tuple[Weight, ...] = ("principal_fen", "loans")


@dataclass(frozen=True)
class Selection:
    """What the screen looks at: which part of the book, at which month end, which stages to list,
    and whether by balance or by number of loans."""

    chosen: BookFilter
    month_end_on: date
    buckets: tuple[str, ...]
    weight: Weight = "principal_fen"

    @property
    def key(self) -> str:
        """Names the selection: what was clicked on another one does not count."""
        parts = [code for codes in vars(self.chosen).values() for code in codes]
        return "_".join((*parts, shown.period(self.month_end_on), *self.buckets, self.weight))


def measure(weight: Weight) -> Measure:
    """What the bars show: what is late, its share of the balance or of loans, or the whole book."""
    return st.segmented_control(
        t("overdue_loans.measure"),
        MEASURES,
        default=MEASURES[0],
        required=True,
        format_func=partial(_measure_name, weight),
        key=f"overdue_loans_measure_{session.language()}",
        label_visibility="collapsed",
    )


def choose(month_ends: Sequence[date], *, knows_money: bool) -> Selection:
    """The filters: month, stages to list (all late ones), by balance or by loans, and the six
    dimensions, as far as the book tells them."""
    values = late_reads.part_values(month_ends[-1])
    # Of a dimension that no loan tells there is nothing to choose, unless a link asks for it.
    told = {
        dimension: (field, key)
        for dimension, (field, key) in FIELDS.items()
        if values[dimension] or key in st.query_params
    }
    fields = {}
    if told:
        with st.grid(len(told), min_column_width=140, gap="small"):
            fields = {
                field: tuple(_codes(dimension, values[dimension], key))
                for dimension, (field, key) in told.items()
            }
    with st.grid(3, min_column_width=140, gap="small"):
        month_end_on = inputs.month(t("overdue_loans.month"), month_ends, key="month")
        buckets = inputs.choose_many(t("column.bucket"), bucket_codes(), key="bucket")
        weight = _weight(knows_money=knows_money)
    return Selection(BookFilter(**fields), month_end_on, tuple(buckets) or LATE_STAGES, weight)


def part_name(dimension: str, code: str | None, language: str) -> str:
    """A value of a dimension by its name; what a tape calls something stays as it is."""
    if code is None:
        return sentence("overdue_loans.part_unknown", language)
    return book_parts.part_name(dimension, code, language)


def stages_text(buckets: tuple[str, ...]) -> str:
    """The stages by name; all late ones in a word."""
    if buckets == LATE_STAGES:
        return t("overdue_loans.all_late")
    return t("overdue_loans.separator").join(buckets)


def _codes(dimension: str, known: list[str], key: str) -> list[str]:
    # What a link asks for stands among the choices even where no loan has it now.
    options = list(dict.fromkeys([*known, *st.query_params.get_all(key)]))
    name_of = partial(_name_of, dimension, session.language())
    return inputs.choose_many(t(f"column.{dimension}"), options, key=key, name_of=name_of)


def _name_of(dimension: str, language: str, code: str) -> str:
    return part_name(dimension, code, language)


def _weight(*, knows_money: bool) -> Weight:
    options = _WEIGHTS if knows_money else _WEIGHTS[1:]
    chosen = inputs.choose_one(
        t("overdue_loans.weight"), options, key="weight", name_of=_weight_name
    )
    return "loans" if chosen == "loans" else "principal_fen"


def _weight_name(code: str) -> str:
    return t(f"overdue_loans.weight_{code}")


def _measure_name(weight: Weight, code: str) -> str:
    is_share_of_loans = weight == "loans" and code == "share"
    return t(f"overdue_loans.measure_{'share_of_loans' if is_share_of_loans else code}")
