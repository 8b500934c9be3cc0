"""What part of the book the overdue screen looks at: filters in one row, kept in the URL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from lending_core.funding.funders import funders
from lending_core.operations.reports import BookFilter
from lending_core.products.catalogue import catalogue
from lending_core.servicing.buckets import bucket_codes
from pages.ui import format as shown
from pages.ui import inputs, session
from pages.ui.charts.book import MEASURES, Measure
from pages.ui.text import funder_name, product_name, region_codes, region_name, t

LATE_STAGES = bucket_codes()[1:]
LIST_COLUMNS = (
    "loan_id",
    "name",
    "phone",
    "principal_fen",
    "overdue_fen",
    "days_past_due",
    "bucket",
    "product_code",
    "region_code",
    "funder_code",
    "band",
    "disbursed_on",
)


@dataclass(frozen=True)
class Selection:
    """Loans to list: which part of the book, at which month end, in which stages."""

    chosen: BookFilter
    month_end_on: date
    buckets: tuple[str, ...]

    def narrowed(self, clicked: Sequence[Sequence[str]]) -> "Selection":
        """The same, at the month and in the stage of the mark clicked last, if any."""
        if not clicked:
            return self
        month_end_on, bucket = clicked[-1]
        return Selection(self.chosen, date.fromisoformat(month_end_on), (bucket,))

    @property
    def key(self) -> str:
        """Names the selection: what was clicked on another one does not count."""
        parts = (
            *self.chosen.product_codes,
            *self.chosen.region_codes,
            *self.chosen.funder_codes,
            shown.period(self.month_end_on),
            *self.buckets,
        )
        return "_".join(parts)


def measure() -> Measure:
    """What the bars show: late money, its share of the balance, or the whole book."""
    return st.segmented_control(
        t("overdue_loans.measure"),
        MEASURES,
        default=MEASURES[0],
        required=True,
        format_func=_measure_name,
        key=f"overdue_loans_measure_{session.language()}",
        label_visibility="collapsed",
    )


def choose(month_ends: Sequence[date]) -> Selection:
    """The filters: product, region, funder, month, and the stages to list (all late ones)."""
    with st.grid(5, min_column_width=170, gap="small"):
        products = inputs.choose_many(
            t("column.product_code"), list(catalogue()), key="product", name_of=product_name
        )
        regions = inputs.choose_many(
            t("column.region_code"), region_codes(), key="region", name_of=region_name
        )
        lenders = inputs.choose_many(
            t("column.funder_code"), list(funders()), key="funder", name_of=funder_name
        )
        month_end_on = inputs.month(t("overdue_loans.month"), month_ends, key="month")
        buckets = inputs.choose_many(t("column.bucket"), bucket_codes(), key="bucket")
    part = BookFilter(tuple(products), tuple(regions), tuple(lenders))
    return Selection(part, month_end_on, tuple(buckets) or LATE_STAGES)


def stages_text(buckets: tuple[str, ...]) -> str:
    """The stages by name; all late ones in a word."""
    if buckets == LATE_STAGES:
        return t("overdue_loans.all_late")
    return t("overdue_loans.separator").join(buckets)


def _measure_name(code: str) -> str:
    return t(f"overdue_loans.measure_{code}")
