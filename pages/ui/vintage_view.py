"""The vintage screen: how much went bad by when, as a map and as curves, and the loans behind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl
import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.operations.cohort_queries import OWN_PREFIX, POLICY_VERSION
from lending_core.operations.vintages import LOAN_ORDERS, Behind, Vintage, all_bad_loans
from lending_core.portfolio import vintage
from pages.ui import (
    cohort_filters,
    cohort_reads,
    inputs,
    links,
    panels,
    session,
    tables,
    vintage_rows,
)
from pages.ui import format as shown
from pages.ui.charts import vintage as charts
from pages.ui.charts.series import sparkline
from pages.ui.cohort_filters import COHORT, Choice
from pages.ui.panels import KeyFigure
from pages.ui.text import headline, t

# Months on book at which cohorts are compared.
MARKS = (3, 6, 12)
LIST_COLUMNS = (
    *("loan_id", "disbursed_on", "bad_on", "months_on_book", "days_past_due"),
    *("lent_fen", "principal_fen", "product_code", "region_code", "funder_code", "band"),
)


@dataclass(frozen=True, eq=False)
class Shown:
    """What the charts draw: rows of map and curves, the last month on book, and of each segment
    which values are in it (none: of cohorts)."""

    rows: pl.DataFrame
    last_month: int
    values: Mapping[str, tuple[str | None, ...]]


def answer(found: Vintage, choice: Choice) -> None:
    """Up to six figures: the newest cohorts at three marks, all cohorts together, what was lent."""
    lent, bad = vintage_rows.whole_book(found.lent), vintage_rows.whole_book(found.bad)
    points = vintage.points(lent, bad, found.observed_until_on, choice.period, choice.weight)
    together = vintage.curves(lent, bad, found.observed_until_on, choice.weight)
    figures = [_at_mark(points, mark) for mark in MARKS]
    figures += [_together(together), _lent(lent)]
    panels.key_figures(figures, note=t("vintage.compared"))


def prepared(found: Vintage, choice: Choice) -> Shown:
    """What the charts draw for the comparison chosen."""
    if choice.compared == COHORT:
        cohorts = vintage.cohorts(found.lent, found.observed_until_on, choice.period)
        last = vintage_rows.last_month(found.bad, cohorts)
        points = vintage.points(
            found.lent, found.bad, found.observed_until_on, choice.period, choice.weight
        )
        return Shown(vintage_rows.of_cohorts(points, cohorts, choice.weight, last), last, {})
    lent, bad, values = _segments(found, choice)
    curves = vintage.curves(lent, bad, found.observed_until_on, choice.weight)
    last = min(
        int(curves["months_on_book"].max() or 0),  # type: ignore[arg-type]
        int(bad["months_on_book"].max() or 0) + 3,  # type: ignore[arg-type]
    )
    by_size = lent.group_by("segment").agg(pl.col("loans").sum())
    ordered = by_size.sort("loans", "segment", descending=[True, False])["segment"].to_list()
    names = {segment: _group_name(choice, segment) for segment in ordered}
    rows = vintage_rows.of_segments(curves, names, last)
    return Shown(rows, last, {segment or "": values[segment] for segment in ordered})


def draw(ready: Shown, choice: Choice) -> tuple[str, int] | None:
    """The map and the curves; the point clicked, as its key and month on book."""
    is_cohorts = choice.compared == COHORT
    with st.container(border=True):
        panels.heading(t("vintage.map_title"), t(f"vintage.map_note_{choice.asked.measure}"))
        clicked = panels.selectable_figure(
            charts.heat_map(_in_order(ready.rows, choice), ready.last_month, session.language()),
            alt=_alt(ready),
            key=f"vintage_map_{choice.key}",
        )
        st.caption(t("vintage.map_how"))
    lines = vintage_rows.drawn(ready.rows, newest=is_cohorts)
    with st.container(border=True):
        panels.heading(t("vintage.curves_title"), t("vintage.curves_note"))
        on_curve = panels.selectable_figure(
            charts.curves(
                lines,
                session.language(),
                ordered=is_cohorts,
                last_month=ready.last_month,
                with_interval=not is_cohorts and choice.weight == "count",
            ),
            alt=_alt(ready),
            key=f"vintage_curves_{choice.key}",
        )
        st.caption(t("vintage.curves_how_cohort" if is_cohorts else "vintage.curves_how_segment"))
    for key, month in [*clicked, *on_curve]:
        return str(key), int(month)
    return None


def loans_behind(choice: Choice, ready: Shown, found: Vintage, clicked: tuple[str, int]) -> None:
    """The loans of the point clicked, each a click from its page."""
    key, month = clicked
    behind = _behind(choice, ready, found, clicked)
    rows = cohort_reads.count_bad_loans(choice.asked, behind)
    name = ready.rows.filter(pl.col("key") == key)["name"][0]
    with st.container(border=True, key="vintage_list"):
        panels.heading(
            t("vintage.list_title", name=name, month=month, loans=shown.count(rows)),
            t("vintage.list_note"),
        )
        if not rows:
            st.markdown(t("vintage.list_empty"))
            return
        loan_id = _listed(choice, behind, rows, key=f"vintage_loans_{choice.key}_{key}_{month}")
    if loan_id is not None:
        st.switch_page(links.loan_page(), query_params={"loan_id": str(loan_id)})


def _behind(choice: Choice, ready: Shown, found: Vintage, clicked: tuple[str, int]) -> Behind:
    key, month = clicked
    if choice.compared == COHORT:
        cohort_on = date.fromisoformat(key)
        return Behind(vintage_rows.first_day(cohort_on, choice.period), cohort_on, month)
    first_on: date = found.lent["cohort_on"].min()  # type: ignore[assignment]
    from_on = vintage_rows.first_day(first_on, "month")
    return Behind(from_on, found.observed_until_on, month, ready.values[key])


def _listed(choice: Choice, behind: Behind, rows: int, *, key: str) -> int | None:
    asked = choice.asked
    told = cohort_reads.told_of_bad_loans(asked, behind, LIST_COLUMNS)
    store, actor = session.store(), session.require(Permission.VIEW_BOOK)
    return tables.paged(
        tables.Paged(
            rows=rows,
            read=lambda page: cohort_reads.bad_loans(asked, behind, page),
            everything=lambda order: all_bad_loans(store, actor, asked, behind, order),
            id_column=links.loan_rows(),
        ),
        alt=t("vintage.list_alt"),
        key=key,
        columns=told,
        sortable=[name for name in LOAN_ORDERS if name in told],
    )


def _in_order(rows: pl.DataFrame, choice: Choice) -> pl.DataFrame:
    """Grades by name, which is their order; other segments by size; cohorts by time."""
    is_graded = choice.compared == "band" or choice.compared.startswith(OWN_PREFIX)
    return rows.sort("name", maintain_order=True) if is_graded else rows


def _segments(
    found: Vintage, choice: Choice
) -> tuple[pl.DataFrame, pl.DataFrame, dict[str | None, tuple[str | None, ...]]]:
    """What was lent and what went bad by segment, and the values in each; versions of the policy
    as before and after one of them."""
    values = found.lent["segment"].unique().to_list()
    if choice.compared != POLICY_VERSION:
        return found.lent, found.bad, {value: (value,) for value in values}
    versions = [str(version) for version in cohort_reads.policy_versions()]
    if len(versions) < 2:
        st.caption(t("vintage.one_version", version=versions[0]))
        return found.lent, found.bad, {value: (value,) for value in values}
    split = inputs.choose_one(
        t("vintage.split"), versions[:0:-1], key="version", name_of=_version_name
    )
    sides: dict[str | None, str] = {
        version: "after" if int(version) >= int(split) else "before" for version in versions
    }
    lent, bad = vintage_rows.grouped(found.lent, sides), vintage_rows.grouped(found.bad, sides)
    of_side: dict[str | None, tuple[str | None, ...]] = {
        side: tuple(version for version in versions if sides[version] == side)
        for side in lent["segment"].unique()
        if side is not None
    }
    return lent, bad, of_side | ({None: (None,)} if None in lent["segment"] else {})


def _group_name(choice: Choice, segment: str | None) -> str:
    if segment in ("before", "after") and choice.compared == POLICY_VERSION:
        return t("vintage.before" if segment == "before" else "vintage.after_side")
    return cohort_filters.segment_name(choice.compared, segment)


def _version_name(version: str) -> str:
    return t("vintage.version", version=version)


def _at_mark(points: pl.DataFrame, mark: int) -> KeyFigure:
    at = points.filter(pl.col("months_on_book") == mark).drop_nulls("rate").sort("cohort_on")
    label = t("vintage.after", months=mark)
    if at.is_empty():
        return KeyFigure(label, shown.DASH, help=t("vintage.after_unknown", months=mark))
    newest = at.row(-1, named=True)
    change = newest["rate"] - at["rate"][-2] if at.height > 1 else None
    return KeyFigure(
        label,
        shown.rate(newest["rate"]),
        help=t("vintage.after_help", months=mark, cohort=newest["cohort"]),
        change=None if change is None else shown.tile_points(change),
        rising_is="bad",
        trend=sparkline(at["rate"].tail(12)),
    )


def _together(curve: pl.DataFrame) -> KeyFigure:
    if curve.is_empty():
        return KeyFigure(t("vintage.together"), shown.DASH, help=t("vintage.together_unknown"))
    last = curve.row(-1, named=True)
    span = t("vintage.together_span", low=shown.rate(last["low"]), high=shown.rate(last["high"]))
    return KeyFigure(
        t("vintage.together"),
        shown.rate(last["rate"]),
        help=t("vintage.together_help", months=last["months_on_book"])
        + (" " + span if last["low"] is not None else ""),
        trend=sparkline(curve["rate"]),
    )


def _lent(lent: pl.DataFrame) -> KeyFigure:
    loans = int(lent["loans"].sum())
    if lent["lent_fen"].null_count():
        return KeyFigure(t("vintage.lent"), shown.count(loans), help=t("vintage.lent_loans_help"))
    fen = int(lent["lent_fen"].sum())
    facts = {"loans": shown.count(loans), "full": shown.money(fen)}
    return KeyFigure(t("vintage.lent"), headline(fen), help=t("vintage.lent_help", **facts))


def _alt(ready: Shown) -> str:
    whole = ready.rows.filter(pl.col("state") == "whole").drop_nulls("rate")
    if whole.is_empty():
        return t("vintage.alt_empty")
    worst = whole.sort("rate").row(-1, named=True)
    return t(
        "vintage.alt",
        rows=whole["key"].n_unique(),
        name=worst["name"],
        month=worst["months_on_book"],
        rate=shown.rate(worst["rate"]),
    )
