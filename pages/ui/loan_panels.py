"""The parts of a loan's page: where it stands today, who owes it, and on which terms."""

from typing import Any

import numpy as np
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.servicing.buckets import bucket_codes
from lending_core.servicing.day_end import stages_of
from lending_core.servicing.instalments import outlook
from lending_core.servicing.positions import LoanState
from pages.ui import (
    book_reads,
    collection_ways,
    complaint_desk,
    facts,
    links,
    loan_reads,
    panels,
    reads,
    session,
    unmask,
)
from pages.ui import format as shown
from pages.ui.charts import book
from pages.ui.panels import KeyFigure
from pages.ui.text import t

_BORROWER = ("name", "id_number", "phone", "kind", "region_code", "customer_id")
_TERMS = (
    "product_code",
    "scenario",
    "channel",
    "funder_code",
    "band",
    "principal_fen",
    "annual_rate",
    "method",
    "instalments",
    "day_count",
    "grace_days",
    "disbursed_on",
    "first_due_on",
)


def ask() -> None:
    """Asks for a loan's number, and opens it."""
    panels.empty(t("loan.empty"))
    with st.form("loan_ask", border=False, width=360):
        number = st.number_input(t("column.loan_id"), min_value=1, step=1, key="loan_number")
        if st.form_submit_button(t("loan.open"), type="primary"):
            st.query_params["loan_id"] = str(number)
            st.rerun()


def ways(loan: dict[str, Any], actor: Actor) -> None:
    """Back to the list with its filters, and on to the borrower and the application."""
    with st.container(horizontal=True):
        st.page_link(
            links.OVERDUE_PAGE,
            label=t("loan.way_back"),
            icon=":material/arrow_back:",
            query_params=links.filters(),
        )
        links.customer(loan["customer_id"], t("loan.way_customer", customer_id=loan["customer_id"]))
        collection_ways.case(loan["customer_id"], actor)
        if actor.may(Permission.VIEW_APPLICATIONS):
            links.application(
                loan["application_id"],
                t("loan.way_application", application_id=loan["application_id"]),
            )


def standing(loan: dict[str, Any], state: LoanState) -> None:
    """Where the loan stands on the open day, and whether its line gives more."""
    position = state.positions.row(0, named=True)
    panels.key_figures(_figures(loan, state), note=t("loan.as_of", on=shown.day(_today())))
    with st.container(horizontal=True):
        _line(loan_reads.line(loan["loan_id"]))
        if position["is_restructured"]:
            st.badge(t("loan.restructured"), icon=":material/handyman:", color="orange")
    if position["excess_fen"]:
        excess = t("loan.excess", amount=shown.money(position["excess_fen"]))
        st.info(excess, icon=":material/savings:")


def _figures(loan: dict[str, Any], state: LoanState) -> list[KeyFigure]:
    position = state.positions.row(0, named=True)
    ahead = outlook(state, _today())
    if position["is_charged_off"]:
        written_off = shown.money(position["written_off_fen"])
        amount = shown.money(position["claim_fen"])
        owed = [KeyFigure(t("loan.claim"), amount, t("loan.claim_help", principal=written_off))]
    else:
        lent = shown.money(loan["principal_fen"])
        help_text = t("loan.outstanding_fen_help", lent=lent)
        amount = shown.money(ahead.principal_fen)
        owed = [KeyFigure(t("column.outstanding_fen"), amount, help_text)]
    days = shown.count(ahead.days_past_due)
    return [
        KeyFigure(t("loan.stage"), stage(state), t("loan.bucket_help")),
        KeyFigure(t("column.days_past_due"), days, t("loan.days_past_due_help")),
        *owed,
        _due_now(position, ahead.due_fen),
        KeyFigure(
            t("loan.next_due"),
            shown.money(ahead.next_due_fen),
            t("loan.next_due_help", on=shown.day(ahead.next_due_on))
            if ahead.next_due_on
            else t("loan.next_due_none"),
        ),
        _payoff(position),
    ]


def stage(state: LoanState) -> str:
    """Stage of lateness, or that nothing is owed any more, in words."""
    position = state.positions.row(0, named=True)
    if position["is_charged_off"]:
        return t("loan.written_off")
    if position["payoff_fen"] == 0 and not position["is_open"]:
        return t("loan.paid_off")
    place = stages_of(np.array([position["days_past_due"]]))[0]
    return bucket_codes()[int(place)]


def borrower(loan: dict[str, Any], actor: Actor) -> None:
    """Who owes it: masked, or in plain for a while."""
    with st.container(border=True, key="loan_borrower"):
        panels.heading(t("loan.borrower_title"))
        seen = unmask.seen(loan, loan["customer_id"], actor)
        facts.listed(seen, _BORROWER, alt=t("loan.borrower_title"))
        unmask.control(loan["customer_id"], actor)
        complaint_desk.button(loan["customer_id"], actor)


def terms(loan: dict[str, Any]) -> None:
    """What was agreed."""
    with st.container(border=True, key="loan_terms"):
        panels.heading(t("loan.terms_title"))
        facts.listed(loan, _TERMS, alt=t("loan.terms_title"))


def lateness(loan_id: int) -> None:
    """How late the loan was, month by month."""
    months = book_reads.months(loan_id)
    panels.chart(
        book.days_past_due(months, session.language()),
        t("loan.lateness_title"),
        alt=t("loan.lateness_alt", days=months["days_past_due"].max() or 0),
        key="loan_lateness",
        note=t("loan.month_days_past_due_help"),
    )


def _due_now(position: dict[str, Any], due_fen: int) -> KeyFigure:
    return KeyFigure(
        t("loan.due_now"),
        shown.money(due_fen),
        t(
            "loan.due_now_help",
            instalments=shown.money(due_fen - position["penalty_fen"] - position["fee_fen"]),
            penalty=shown.money(position["penalty_fen"]),
            fees=shown.money(position["fee_fen"]),
        ),
    )


def _payoff(position: dict[str, Any]) -> KeyFigure:
    return KeyFigure(
        t("loan.payoff_today"),
        shown.money(position["payoff_fen"]),
        t(
            "loan.payoff_help",
            principal=shown.money(position["principal_fen"]),
            interest=shown.money(position["interest_receivable_fen"]),
            penalty=shown.money(position["penalty_fen"]),
            fees=shown.money(position["fee_fen"]),
        ),
    )


def _line(line: dict[str, Any]) -> None:
    if line["line_status"] == "frozen":
        reason = t(f"line_reason.{line['line_reason']}")
        label = t("loan.line_frozen", line_id=line["line_id"], reason=reason)
        st.badge(label, icon=":material/ac_unit:", color="blue")
        return
    available = shown.money(line["available_fen"])
    label = t("loan.line_active", line_id=line["line_id"], available=available)
    st.badge(label, icon=":material/credit_score:", color="green")


def _today() -> Any:
    return reads.book().open_on
