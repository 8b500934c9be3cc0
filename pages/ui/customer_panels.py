"""The parts of a customer's page: where all loans stand together, each loan, who it is."""

from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor
from pages.ui import collection_ways, customer_reads, facts, links, panels, reads, tables, unmask
from pages.ui import format as shown
from pages.ui.panels import KeyFigure
from pages.ui.text import t

_WHO = ("name", "id_number", "phone", "kind", "region_code", "joined_on")
_OF_BUSINESS = ("licence_number",)
_LOANS = (
    "loan_id",
    "loan_standing",
    "bucket",
    "days_past_due",
    "outstanding_fen",
    "overdue_fen",
    "next_due_on",
    "next_due_fen",
    "product_code",
    "line_id",
    "disbursed_on",
    "lent_fen",
)


def ask() -> None:
    """Asks for a customer's number, and opens it."""
    panels.empty(t("customer.empty"))
    with st.form("customer_ask", border=False, width=360):
        number = st.number_input(
            t("column.customer_id"), min_value=1, step=1, key="customer_number"
        )
        if st.form_submit_button(t("customer.open"), type="primary"):
            st.query_params["customer_id"] = str(number)
            st.rerun()


def ways(customer_id: int, actor: Actor) -> None:
    """Back to the list of late loans, and on to the case of collections."""
    with st.container(horizontal=True):
        st.page_link(links.OVERDUE_PAGE, label=t("loan.way_back"), icon=":material/arrow_back:")
        collection_ways.case(customer_id, actor)


def figures(customer: dict[str, Any], lines: pl.DataFrame) -> None:
    """All loans together: the customer is as late as the worst of them."""
    panels.key_figures(
        [
            KeyFigure(t("column.bucket"), _bucket(customer), help=t("customer.bucket_help")),
            KeyFigure(
                t("column.days_past_due"),
                shown.count(customer["days_past_due"]),
                help=t("customer.days_past_due_help"),
            ),
            _money("outstanding_fen", customer["principal_fen"]),
            _money("overdue_fen", customer["overdue_fen"]),
            _money("available_fen", _drawable_fen(lines)),
            KeyFigure(
                t("customer.open_loans"),
                shown.count(customer["open_loans"]),
                help=t("customer.open_loans_help", loans=shown.count(customer["loans"])),
            ),
        ],
        note=t("customer.as_of", on=shown.day(reads.book().open_on)),
    )


def loans(customer_id: int) -> None:
    """Every loan, the worst first; a click opens one."""
    with st.container(border=True, key="customer_loans_card"):
        panels.heading(t("customer.loans_title"), t("customer.loans_note"))
        rows = customer_reads.loans(customer_id)
        if rows.is_empty():
            st.markdown(t("customer.no_loans"))
            return
        st.caption(t("table.open_loan"))
        loan_id = tables.selectable(
            rows, "loan_id", alt=t("customer.loans_title"), key="customer_loans", columns=_LOANS
        )
    if loan_id is not None:
        st.switch_page(links.LOAN_PAGE, query_params={"loan_id": str(loan_id)})


def who(customer: dict[str, Any], actor: Actor) -> None:
    """Who it is: masked, or in plain for a while."""
    with st.container(border=True, key="customer_who"):
        panels.heading(t("customer.who_title"))
        who = (*_WHO, *_OF_BUSINESS) if customer["kind"] == "small_business" else _WHO
        seen = unmask.seen(customer, customer["customer_id"], actor)
        facts.listed(seen, who, alt=t("customer.who_title"))
        unmask.control(customer["customer_id"], actor)


def _bucket(customer: dict[str, Any]) -> str:
    if customer["is_charged_off"]:
        return t("loan_standing.charged_off")
    return customer["bucket"] or shown.DASH


def _drawable_fen(lines: pl.DataFrame) -> int:
    """What may be drawn now: of a frozen line, nothing."""
    return int(lines.filter(pl.col("line_status") == "active")["available_fen"].sum())


def _money(name: str, fen: int) -> KeyFigure:
    return KeyFigure(
        t(f"column.{name}"),
        shown.whole_yuan(fen),
        help=t(f"customer.{name}_help", full=shown.money(fen)),
    )
