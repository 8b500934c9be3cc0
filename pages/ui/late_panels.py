"""The overdue screen's figures that can be clicked: stages, rates, flows, entries, first payments,
and where lateness sits."""

from functools import partial

import polars as pl
import streamlit as st

from lending_core.operations.overdue import DIMENSIONS
from lending_core.portfolio.delinquency import RateView, Scope, by_stage
from lending_core.portfolio.roll_rates import sum_known
from pages.ui import format as shown
from pages.ui import inputs, late_choice, late_figures, late_reads, panels, session
from pages.ui.charts import book, late, series
from pages.ui.late_figures import Told
from pages.ui.late_filters import Selection, measure, part_name
from pages.ui.text import t

_SCOPES: tuple[Scope, ...] = ("alive", "whole", "lost")
_VIEWS = ("coincident", "lagged")
_WAYS = (late.WORSE, late.CURED)
_DIMENSION_KEY = "by"


def stages(told: Told, asked: Selection) -> None:
    """A bar per month, stacked by stage: late money, its share, the whole book, or loans."""
    with st.container(border=True):
        title = st.container()
        chosen = measure(asked.weight)
        with title:
            note = f"overdue_loans.stages_note_{chosen}"
            panels.heading(t("overdue_loans.stages_title"), t(note))
        late_choice.figure(
            book.late_by_month(by_stage(told.flows), chosen, session.language(), asked.weight),
            alt=t("overdue_loans.stages_alt"),
            kind="stage",
            name=f"{chosen}_{asked.key}",
        )


def rates(told: Told, asked: Selection) -> None:
    """30+, 60+ and 90+ by month: coincident or lagged, with or without what is charged off."""
    with st.container(border=True, height="stretch"):
        panels.heading(t("overdue_loans.trend_title"), t("overdue_loans.trend_note"))
        with st.container(horizontal=True, gap="small"):
            view = inputs.choose_view(
                t("overdue_loans.view"), _VIEWS, key="view", name_of=partial(_name, "view")
            )
            scope = inputs.choose_view(
                t("overdue_loans.scope"), _SCOPES, key="scope", name_of=partial(_name, "scope")
            )
        st.caption(t(f"overdue_loans.view_{view}_note"))
        found = late_figures.trend(
            told, RateView(asked.weight, _scope(scope), is_lagged=view == "lagged")
        )
        lines = ("over_30_share", "over_60_share", "over_90_share")
        late_choice.figure(
            series.lines(found, "month_end_on", lines, "share", session.language()),
            alt=t("overdue_loans.trend_alt"),
            kind="rate",
            name=f"{view}_{scope}_{asked.key}",
        )


def flows(told: Told, asked: Selection) -> None:
    """A map by stage and month: what got worse, or what was cured."""
    with st.container(border=True, height="stretch"):
        panels.heading(t("overdue_loans.flow_title"), t("overdue_loans.flow_note"))
        way = inputs.choose_view(
            t("overdue_loans.way"), _WAYS, key="way", name_of=partial(_name, "way")
        )
        shares = told.shares
        if shares.is_empty():
            st.markdown(t("overdue_loans.flow_unknown"))
            return
        late_choice.figure(
            late.flow_map(shares, way),
            alt=t("overdue_loans.flow_alt"),
            kind="flow",
            name=f"{way}_{asked.key}",
            extra=(way,),
        )


def entries(told: Told, asked: Selection) -> None:
    """What became late month by month, and how much of it came back within 30 days."""
    with st.container(border=True, height="stretch"):
        panels.heading(t("overdue_loans.entries_title"), t("overdue_loans.entries_note"))
        if told.entries.is_empty():
            st.markdown(t(f"overdue_loans.entries_unknown_{session.kind()}"))
            return
        late_choice.figure(
            late.entries_by_month(told.entries, asked.weight, told.business_on, session.language()),
            alt=t("overdue_loans.entries_alt"),
            kind="entry",
            name=asked.key,
        )


def first_payments(told: Told, asked: Selection) -> None:
    """Shares of each month's lending whose very first instalment was missed by 7 and 30 days."""
    with st.container(border=True, height="stretch"):
        panels.heading(t("overdue_loans.first_title"), t("overdue_loans.first_note"))
        found = told.first_shares.rename({"fpd_7": "fpd_7_share", "fpd_30": "fpd_30_share"})
        if found["fpd_7_share"].is_null().all():
            st.markdown(t(f"overdue_loans.first_unknown_{session.kind()}"))
            return
        lines = ("fpd_7_share", "fpd_30_share")
        late_choice.figure(
            series.lines(found, "cohort_on", lines, "share", session.language()),
            alt=t("overdue_loans.first_alt"),
            kind="first",
            name=asked.key,
        )


def parts(asked: Selection) -> None:
    """Where lateness sits: the stages of each part of the book, by a dimension of it."""
    with st.container(border=True):
        panels.heading(t("overdue_loans.parts_title"), t("overdue_loans.parts_note"))
        values = late_reads.part_values(asked.month_end_on)
        told = [dimension for dimension in DIMENSIONS if values[dimension]]
        if not told:
            st.markdown(t("overdue_loans.parts_unknown"))
            return
        dimension = inputs.choose_view(
            t("overdue_loans.by"), told, key=_DIMENSION_KEY, name_of=_dimension_name
        )
        found = late_reads.late_parts(asked.chosen, asked.month_end_on, dimension)
        if found["part"].is_null().all():
            st.markdown(t("overdue_loans.parts_unknown"))
            return
        largest = _largest(found, asked.weight)
        if largest.height < found["part"].n_unique():
            st.caption(t("overdue_loans.parts_beyond", parts=late.PARTS_MAX))
        rows = largest.select("part").join(
            found, on="part", maintain_order="left", nulls_equal=True
        )
        late_choice.figure(
            late.parts_map(rows, _names(largest, dimension), asked.weight),
            alt=t("overdue_loans.parts_alt"),
            kind="part",
            name=f"{dimension}_{asked.key}",
            extra=(dimension,),
        )


def _largest(found: pl.DataFrame, weight: str) -> pl.DataFrame:
    """The parts with most that is late, and their share of the balance."""
    is_late = pl.col("bucket") != "C"
    whole = None if found[weight].has_nulls() else found[weight].sum()
    return (
        found.group_by("part")
        .agg(late=sum_known(pl.col(weight).filter(is_late)), total=sum_known(pl.col(weight)))
        .sort("late", "total", "part", descending=[True, True, False], nulls_last=True)
        .head(late.PARTS_MAX)
        .with_columns(share=pl.col("total") / whole)
    )


def _names(largest: pl.DataFrame, dimension: str) -> list[str]:
    """Each part with its share of the balance, or of the loans."""
    return [
        f"{part_name(dimension, code, session.language())} · {shown.percent(share)}"
        for code, share in largest.select("part", "share").iter_rows()
    ]


def _scope(code: str) -> Scope:
    return next(scope for scope in _SCOPES if scope == code)


def _name(kind: str, code: str) -> str:
    return t(f"overdue_loans.{kind}_{code}")


def _dimension_name(code: str) -> str:
    return t(f"column.{code}")
