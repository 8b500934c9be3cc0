"""Applications as work: filters kept in the URL, how far they get, and the list."""

from datetime import date

import polars as pl
import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.operations import reports
from lending_core.operations.reports import ApplicationFilter
from lending_core.products.catalogue import catalogue
from pages.ui import format as shown
from pages.ui import inputs, links, panels, reads, session, tables
from pages.ui.charts import application as charts
from pages.ui.charts import series
from pages.ui.text import product_name, t

OUTCOMES = ("approve", "review", "decline")
PERIODS = ("month", "day")
_STAGES = ("applied", "approved", "accepted", "funded")
_FILTER_WIDTH_MIN = 130
_LIST_COLUMNS = (
    "application_id",
    "applied_on",
    "name",
    "product_code",
    "amount_asked_fen",
    "score",
    "outcome",
    "limit_fen",
    "annual_rate",
    "loan_id",
)


def filters() -> tuple[ApplicationFilter, str]:
    """What part of the applications, counted by which of `PERIODS`: as the URL says and the person
    sets."""
    with st.grid(6, min_column_width=_FILTER_WIDTH_MIN):
        product_codes = inputs.choose_many(
            t("column.product_code"), list(catalogue()), key="product", name_of=product_name
        )
        outcomes = inputs.choose_many(
            t("column.outcome"), OUTCOMES, key="outcome", name_of=_outcome_name
        )
        from_on = _day("from")
        to_on = _day("to")
        application_id = st.number_input(
            t("applications.number"),
            value=None,
            min_value=1,
            step=1,
            key="number",
            bind="query-params",
            placeholder=t("input.all"),
        )
        period = inputs.choose_one(t("applications.by"), PERIODS, key="by", name_of=_period_name)
    chosen = ApplicationFilter(
        product_codes=tuple(product_codes),
        outcomes=tuple(outcomes),
        from_on=from_on,
        to_on=to_on,
        score_from=inputs.whole_in_url("score_from"),
        score_to=inputs.whole_in_url("score_to"),
        application_id=application_id,
    )
    return chosen, period


def funnel(chosen: ApplicationFilter, period: str) -> None:
    """How many came, how far they got, and how that moved by day or month."""
    periods = reads.application_funnel(chosen, period)
    totals = {stage: int(periods[stage].sum()) for stage in (*_STAGES, "waiting")}
    if not totals["applied"]:
        panels.empty(t("applications.empty"))
        return
    _figures(totals)
    left, right = st.columns([2, 3])
    with left:
        panels.chart(
            charts.funnel(
                pl.DataFrame({"stage": _STAGES, "applications": [totals[s] for s in _STAGES]}),
                session.language(),
            ),
            t("applications.funnel_title"),
            alt=t("applications.funnel_alt", **totals),
            key="applications_funnel",
            note=t("applications.funnel_note"),
        )
    with right:
        panels.chart(
            series.lines(
                periods, "period_on", ("applied", "approved", "funded"), "count", session.language()
            ),
            t("applications.trend_title"),
            alt=t("applications.trend_alt", periods=periods.height),
            key="applications_trend",
        )


def found(chosen: ApplicationFilter) -> None:
    """The applications of the filter, page by page; a click opens one."""
    rows = reads.answer(reports.count_applications, chosen)
    panels.heading(t("applications.list_title", count=shown.count(rows)))
    if not rows:
        panels.empty(t("applications.empty"))
        return
    store, actor = session.store(), session.require(Permission.VIEW_APPLICATIONS)
    chosen_id = tables.paged(
        tables.Paged(
            rows=rows,
            read=lambda asked: _without_nothing(reads.applications(chosen, asked)),
            everything=lambda order: map(
                _without_nothing, reports.all_applications(store, actor, chosen, order)
            ),
            id_column="application_id",
        ),
        alt=t("applications.title"),
        key="applications_list",
        columns=_LIST_COLUMNS,
        sortable=reports.APPLICATION_ORDERS,
    )
    if chosen_id is not None:
        st.switch_page(links.APPLICATION_PAGE, query_params={"application_id": str(chosen_id)})


def _without_nothing(rows: pl.DataFrame) -> pl.DataFrame:
    """Who was declined has no limit, which is not a limit of zero."""
    return rows.with_columns(limit_fen=pl.when(pl.col("limit_fen") > 0).then("limit_fen"))


def _outcome_name(code: str) -> str:
    return t(f"outcome.{code}")


def _period_name(code: str) -> str:
    return t(f"applications.by_{code}")


def _day(name: str) -> date | None:
    return st.date_input(
        t(f"applications.{name}"), None, key=name, format="YYYY-MM-DD", bind="query-params"
    )


def _figures(totals: dict[str, int]) -> None:
    panels.key_figures(
        [
            panels.KeyFigure(t("column.applied"), shown.count(totals["applied"])),
            panels.KeyFigure(
                t("applications.approval_rate"),
                shown.percent(totals["approved"] / totals["applied"]),
                help=t("applications.approval_rate_help"),
            ),
            panels.KeyFigure(
                t("applications.acceptance_rate"),
                shown.percent(_share(totals["accepted"], totals["approved"])),
                help=t("applications.acceptance_rate_help"),
            ),
            panels.KeyFigure(t("column.funded"), shown.count(totals["funded"])),
            panels.KeyFigure(t("column.waiting"), shown.count(totals["waiting"])),
        ]
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
