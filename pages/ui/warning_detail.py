"""One alert: what it has seen, the loans behind it, what was done, and what a person can do."""

from collections.abc import Callable
from datetime import date

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.dates import month_start
from lending_core.operations.warning_reports import LOAN_ORDERS, Warned, all_loans_behind
from lending_core.portfolio.early_warning_rules import measures
from pages.ui import (
    alerts,
    links,
    panels,
    session,
    tables,
    warning_panels,
    warning_reads,
    warning_steps,
    warning_words,
)
from pages.ui import format as shown
from pages.ui.text import person_name, t

_LOANS = (
    "loan_id",
    "name",
    "product_code",
    "region_code",
    "bucket",
    "days_past_due",
    "principal_fen",
    "overdue_fen",
)
_STEPS = (
    "alert_step",
    "changed_by",
    "reason",
    "alert_owner",
    "until_on",
    "alert_severity",
    "recorded_at",
)


def show(actor: Actor, alert_id: int) -> None:
    """The alert in full, under the list."""
    warned = warning_reads.alert(alert_id)
    with st.container(border=True, key="early_warning_alert"):
        _head(warned)
        warning_steps.buttons(actor, warned)
        left, right = st.columns([3, 2])
        with left:
            warning_panels.course(warned.rule, warned.segment_kind, warned.segment, place="alert")
        with right:
            _history(alert_id)
        _behind(warned)


def _head(warned: Warned) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        alerts.badge(warned.severity)
        st.markdown(
            f"**{warning_words.rule_name(warned.rule)}** · "
            f"{warning_words.segment_name(warned.segment_kind, warned.segment)}"
        )
    st.markdown(warning_words.evidence(warned))
    st.caption(_standing(warned))


def _standing(warned: Warned) -> str:
    return t(
        f"early_warning.standing_{warned.status}",
        raised=shown.day(warned.raised_on),
        owner=t("early_warning.nobody") if warned.owner is None else person_name(warned.owner),
        until=shown.day(warned.until_on),
        changed=shown.day(warned.changed_on),
    )


def _history(alert_id: int) -> None:
    steps = warning_reads.history(alert_id)
    named = steps.with_columns(
        alert_step=_named(steps["kind"], lambda code: t(f"early_warning.step.{code}")),
        alert_severity=_named(steps["severity"], lambda code: t(f"early_warning.severity_{code}")),
        alert_owner=_named(steps["owner"], person_name),
        changed_by=_named(steps["changed_by"], person_name),
    )
    panels.heading(t("early_warning.history_title"))
    tables.show(
        named, alt=t("early_warning.history_title"), key="early_warning_history", columns=_STEPS
    )


def _named(codes: pl.Series, name_of: Callable[[str], str]) -> pl.Series:
    return pl.Series([None if code is None else name_of(code) for code in codes], dtype=pl.String)


def _behind(warned: Warned) -> None:
    """The loans that make the figure, or the way to the applications."""
    if measures()[warned.measure].about == "applications":
        _applications(warned)
        return
    rows = warning_reads.count_behind(warned.alert_id)
    panels.heading(
        t("early_warning.loans_title", loans=shown.count(rows)), t("early_warning.loans_note")
    )
    if not rows:
        st.caption(t("early_warning.no_loans"))
        return
    loan_id = _listed(warned.alert_id, rows)
    if loan_id is not None:
        st.switch_page(links.loan_page(), query_params={"loan_id": str(loan_id)})


def _listed(alert_id: int, rows: int) -> int | None:
    store, actor = session.store(), session.require(Permission.VIEW_BOOK)
    return tables.paged(
        tables.Paged(
            rows=rows,
            read=lambda asked: warning_reads.loans_behind(alert_id, asked),
            everything=lambda order: all_loans_behind(store, actor, alert_id, order),
            id_column=links.loan_rows(),
        ),
        alt=t("early_warning.loans_note"),
        key=f"early_warning_loans_{alert_id}",
        columns=_LOANS,
        sortable=LOAN_ORDERS,
    )


def _applications(warned: Warned) -> None:
    measured_on = warned.facts["measured_on"]
    first_on = month_start(date.fromisoformat(measured_on))
    query = {"from": shown.day(first_on), "to": measured_on}
    if warned.segment_kind == "product_code":
        query["product"] = warned.segment
    links.way(links.APPLICATIONS_PAGE, t("early_warning.to_applications"), query=query)
    if warned.measure == "score_shift":
        st.page_link(links.SCORES_PAGE, label=t("early_warning.to_scores"), icon=":material/speed:")
