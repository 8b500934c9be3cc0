"""Money from the borrower: a payment with the ways to repay early side by side, and the payoff."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import streamlit as st

from lending_core.access.permissions import Actor
from lending_core.operations.loan_events import LoanEvent, payoff
from lending_core.products.catalogue import catalogue
from lending_core.servicing.bounds import bounds
from lending_core.servicing.instalments import outlook
from lending_core.servicing.positions import LoanState
from pages.ui import format as shown
from pages.ui import loan_previews, loan_reads, reads, session
from pages.ui.loan_forms import Form, amount, day
from pages.ui.loan_previews import Shown, due_text, total_interest_fen
from pages.ui.text import t

_CARD_WIDTH_MIN = 200
PAYOFF_DAYS_AHEAD_MAX = 366


def payment(loan: dict[str, Any], actor: Actor, _: int | None) -> LoanEvent | None:
    """Day and amount; beyond what is due also what the rest shall do."""
    today = reads.book().open_on
    first = max(loan["disbursed_on"], today - timedelta(days=bounds().back_dated_days_max))
    with st.container(horizontal=True):
        on = day(t("loan_desk.paid_on"), today, first_on=first, last_on=today)
        ahead = outlook(loan_reads.state(loan["loan_id"], on, today), on)
        usual_fen = ahead.due_fen or ahead.next_due_fen or ahead.payoff_fen
        amount_fen = amount(t("column.amount_fen"), usual_fen)
    paid = LoanEvent(loan["loan_id"], "payment", on, amount_fen, strategy="next_dues")
    if amount_fen > ahead.due_fen:
        st.caption(
            t(
                "loan_desk.beyond_due",
                due=shown.money(ahead.due_fen),
                rest=shown.money(amount_fen - ahead.due_fen),
            )
        )
        return _early(loan, actor, paid)
    return _previewed(paid, actor)


def settle(loan: dict[str, Any], actor: Actor, _: int | None) -> LoanEvent | None:
    """What settles the loan on any day from now; booked on the open day only."""
    today = reads.book().open_on
    last = today + timedelta(days=PAYOFF_DAYS_AHEAD_MAX)
    on = day(t("loan_desk.payoff_day"), today, first_on=today, last_on=last)
    state = loan_reads.state(loan["loan_id"], on, today)
    _payoff_parts(state)
    if on != today:
        st.caption(t("loan_desk.payoff_later", today=shown.day(today)))
        return None
    event = payoff(loan["loan_id"], state, on)
    looked = loan_previews.looked_at(event, actor)
    if looked.preview is None:
        st.error(looked.refusal, icon=":material/error:")
        return None
    return event


FORMS: dict[str, Form] = {"payment": payment, "payoff": settle}


def _previewed(event: LoanEvent, actor: Actor) -> LoanEvent | None:
    looked = loan_previews.looked_at(event, actor)
    if looked.preview is None:
        st.error(looked.refusal, icon=":material/error:")
        return None
    loan_previews.figures(looked.preview.before, looked.preview.after, event.effective_on)
    return event


def _early(loan: dict[str, Any], actor: Actor, paid: LoanEvent) -> LoanEvent | None:
    """Each way that the product offers in a card of its own, and the choice between them."""
    product = catalogue()[loan["product_code"]]
    ways = {
        strategy: loan_previews.looked_at(replace(paid, strategy=strategy), actor)
        for strategy in product.early_repayment_for(loan["method"])
    }
    with st.grid(len(ways), min_column_width=_CARD_WIDTH_MIN):
        for strategy, looked in ways.items():
            _card(strategy, looked, paid.effective_on)
    open_ways = {
        strategy: t(f"strategy.{strategy}") for strategy, looked in ways.items() if looked.preview
    }
    if not open_ways:
        return None
    chosen = st.radio(
        t("loan_desk.rest_does"),
        list(open_ways),
        format_func=open_ways.__getitem__,
        horizontal=True,
        key=f"loan_desk_in_strategy_{session.language()}",
    )
    return replace(paid, strategy=chosen)


def _card(strategy: str, looked: Shown, on: date) -> None:
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{t(f'strategy.{strategy}')}**", help=t(f"loan_desk.{strategy}_note"))
        if looked.preview is None:
            st.caption(looked.refusal or "")
            return
        before, after = looked.preview.before, looked.preview.after
        ahead = outlook(after, on)
        saved_fen = total_interest_fen(before) - total_interest_fen(after)
        rows = {
            t("loan.next_due"): due_text(ahead.next_due_fen, ahead.next_due_on),
            t("loan_desk.then_each"): shown.money(ahead.later_fen),
            t("loan_desk.instalments_left"): shown.count(ahead.instalments_left),
            t("loan_desk.last_due"): shown.day(ahead.last_due_on),
            t("loan_desk.interest_left"): shown.money(ahead.interest_left_fen),
            t("loan_desk.interest_saved"): f"**{shown.money(saved_fen)}**",
        }
        st.table(rows, border="horizontal", alt=t(f"strategy.{strategy}"))


def _payoff_parts(state: LoanState) -> None:
    position = state.positions.row(0, named=True)
    to_come = total_interest_fen(state) - int(state.instalments["accrued_fen"].sum())
    rows = {
        t("component.principal"): shown.money(position["principal_fen"]),
        t("loan_desk.interest_to_date"): shown.money(position["interest_receivable_fen"]),
        t("component.penalty"): shown.money(position["penalty_fen"]),
        t("component.fee"): shown.money(position["fee_fen"]),
        t("loan_desk.payoff_on_day"): f"**{shown.money(position['payoff_fen'])}**",
        t("loan_desk.interest_saved"): shown.money(to_come),
    }
    st.table(rows, border="horizontal", alt=t("loan_desk.payoff"))
