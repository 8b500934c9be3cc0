"""The cost sheet in a dialog: shown, read for long enough, confirmed, and only then a contract."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from lending_core.compliance.disclosure import min_read_seconds
from lending_core.errors import LendingError
from lending_core.operations.quotes import Quote
from pages.ui import format as shown
from pages.ui import session
from pages.ui.text import refusal_text, t


@dataclass(frozen=True)
class Reading:
    """Who reads a sheet: since when (None: nobody any more), what confirming does, what putting
    it away does. `confirm` raises `LendingError` where the contract is refused after all."""

    shown_at: Callable[[], datetime | None]
    confirm: Callable[[], None]
    put_away: Callable[[], None]


def open_dialog(quote: Quote, reading: Reading, *, key: str) -> None:
    """The sheet of this quote (PR-08) with forced reading and confirmation (PR-09)."""
    dialog = st.dialog(t("cost_sheet.title"), width="medium", on_dismiss=reading.put_away)

    @dialog
    def sheet_dialog() -> None:
        _sheet(quote)
        st.fragment(_confirm, run_every=1)(reading, key)

    sheet_dialog()


def _sheet(quote: Quote) -> None:
    sheet = quote.sheet
    st.markdown(
        t(
            "cost_sheet.principal",
            amount=shown.money(sheet.principal_fen),
            instalments=quote.instalments,
            method=t(f"method.{quote.method}"),
        )
    )
    for item in sheet.items:
        with st.container(border=True, gap=None):
            with st.container(horizontal=True, horizontal_alignment="distribute"):
                st.markdown(f"**{t(f'cost_item.{item.item}')}**", width="content")
                st.markdown(f"**{shown.money(item.amount_fen)}**", width="content")
            st.caption(
                t(
                    "cost_sheet.item",
                    rate=shown.rate(item.rate),
                    basis=t(f"cost_basis.{item.basis}"),
                    payee=t(f"payee.{item.payee}"),
                    annual=shown.rate(item.annual_cost_simple),
                )
            )
    st.markdown(
        t(
            "cost_sheet.total",
            cost=shown.money(sheet.paid_in_fen - sheet.principal_fen),
            paid=shown.money(sheet.paid_in_fen),
            simple=shown.rate(sheet.annual_cost_simple),
            compound=shown.rate(sheet.annual_cost_compound),
        )
    )
    for default in sheet.default_costs:
        is_at_once = default.after_days == 0
        st.caption(
            t(
                "cost_sheet.default_cost_at_once" if is_at_once else "cost_sheet.default_cost",
                item=t(f"cost_item.{default.item}"),
                rate=shown.rate(default.annual_rate),
                basis=t(f"cost_basis.{default.basis}"),
                payee=t(f"payee.{default.payee}"),
                days=default.after_days,
            )
        )
    st.caption(t("cost_sheet.penalty_stops", rate=shown.rate(sheet.penalty_stops_annual_rate)))
    st.markdown(t("cost_sheet.no_other_charges"))


def _confirm(reading: Reading, key: str) -> None:
    """Counts the reading time down, then lets the borrower confirm; once confirmed, pays out."""
    shown_at = reading.shown_at()
    if shown_at is None:
        return
    read = (session.now() - shown_at).total_seconds()
    left = max(0, round(min_read_seconds() - read + 0.5))
    st.progress(
        min(1.0, read / min_read_seconds()),
        text=t("cost_sheet.read_on", seconds=left) if left else t("cost_sheet.read"),
    )
    is_confirmed = st.button(
        t("cost_sheet.confirm"), type="primary", width="stretch", disabled=left > 0, key=key
    )
    if not is_confirmed:
        return
    try:
        reading.confirm()
    except LendingError as refusal:
        st.error(refusal_text(refusal), icon=":material/error:")
        return
    st.rerun()
