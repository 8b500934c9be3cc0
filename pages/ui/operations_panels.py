"""Which day is open and what the newest close left, and every closed day."""

from functools import partial

import polars as pl
import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.operations.day_reports import DAY_ORDERS, DayStanding, all_closed_days
from pages.ui import format as shown
from pages.ui import operations_reads, panels, session, tables
from pages.ui.panels import KeyFigure
from pages.ui.text import headline, person_name, t

_DAYS = (
    "closed_on",
    "loans",
    "moves",
    "postings",
    "lines_frozen",
    "lines_opened",
    "closed_by",
    "recorded_at",
)


def figures(standing: DayStanding) -> None:
    """The answer: which day is open, how the newest close left the book."""
    accrued = None
    if standing.interest_fen is not None and standing.penalty_fen is not None:
        accrued = standing.interest_fen + standing.penalty_fen
    panels.key_figures(
        [
            KeyFigure(
                t("operations.open_day"),
                shown.day(standing.open_on),
                help=t("operations.open_day_help", newest=shown.day(standing.business_on)),
            ),
            KeyFigure(
                t("operations.days_behind"),
                shown.count(standing.days_behind),
                help=t(
                    "operations.days_behind_simulated"
                    if standing.days_behind is None
                    else "operations.days_behind_help"
                ),
            ),
            KeyFigure(
                t("operations.open_loans"),
                shown.count(standing.open_loans),
                help=t("operations.open_loans_help"),
            ),
            KeyFigure(
                t("operations.late_loans"),
                shown.count(standing.late_loans),
                help=t("operations.late_loans_help", full=shown.money(standing.late_principal_fen)),
            ),
            KeyFigure(
                t("operations.accrued"),
                headline(accrued),
                help=t(
                    "operations.accrued_help",
                    interest=shown.money(standing.interest_fen),
                    penalty=shown.money(standing.penalty_fen),
                ),
            ),
            KeyFigure(
                t("operations.balance"),
                t("operations.balanced" if standing.is_balanced else "operations.unbalanced"),
                help=t("operations.balance_help"),
            ),
        ],
        note=_as_of(standing),
    )


def days() -> None:
    """Every closed day, newest first."""
    with st.container(border=True, key="operations_days"):
        panels.heading(t("operations.days_title"), t("operations.days_note"))
        closed = operations_reads.count_closed_days()
        if not closed:
            st.markdown(t("operations.days_empty"))
            return
        store, actor = session.store(), session.require(Permission.VIEW_BOOK)
        named = partial(_with_person, language=session.language())
        tables.paged(
            tables.Paged(
                rows=closed,
                read=lambda asked: named(operations_reads.closed_days(asked)),
                everything=lambda order: map(named, all_closed_days(store, actor, order)),
            ),
            alt=t("operations.days_title"),
            key="closed_days",
            columns=_DAYS,
            sortable=DAY_ORDERS,
        )


def _with_person(rows: pl.DataFrame, *, language: str) -> pl.DataFrame:
    names = [person_name(name, language) for name in rows["closed_by"]]
    return rows.with_columns(closed_by=pl.Series(names, dtype=pl.String))


def _as_of(standing: DayStanding) -> str:
    text = t("operations.as_of_nothing")
    if standing.closed_by is not None:
        text = t(
            "operations.as_of",
            on=shown.day(standing.business_on),
            person=person_name(standing.closed_by),
            at=shown.instant(standing.recorded_at),
        )
    if standing.days_behind is None:
        text = t("operations.own_calendar", text=text)
    return text
