"""What a step at the desk asks for, one form per step, each with its preview."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor
from lending_core.operations.loan_events import LoanEvent
from lending_core.servicing.bounds import bounds
from lending_core.servicing.loan_events import RESTRUCTURES
from pages.ui import format as shown
from pages.ui import inputs, loan_previews, loan_reads, reads, session
from pages.ui.text import t

Form = Callable[[dict[str, Any], Actor, int | None], LoanEvent | None]

# Widgets whose values a preview was made from.
_INPUTS = "loan_desk_in_"
# Room for a slip, which is then refused in place with its reason.
_AMOUNT_MAX_FEN = 10**9
_PERCENT = 100
# A reason is asked for when the step is booked; the preview needs none.
_NO_REASON_YET = "?"


def typed() -> list[str]:
    """Everything typed into the open step, to tell whether its preview is still of it."""
    return sorted(
        f"{key}={value}" for key, value in st.session_state.items() if str(key).startswith(_INPUTS)
    )


def amount(label: str, usual_fen: int) -> int:
    """An amount of the step, in fen."""
    usual = min(max(usual_fen, 0), _AMOUNT_MAX_FEN)
    return inputs.money(label, usual, key=f"{_INPUTS}amount", bounds_fen=(0, _AMOUNT_MAX_FEN))


def day(label: str, on: date, *, first_on: date, last_on: date) -> date:
    """A day of the step, both ends included."""
    return st.date_input(
        label,
        on,
        min_value=first_on,
        max_value=last_on,
        key=f"{_INPUTS}on",
        format="YYYY-MM-DD",
        width=240,
    )


def fee(loan: dict[str, Any], actor: Actor, _: int | None) -> LoanEvent | None:
    """A fee, as far as the cost cap leaves room."""
    room = _position(loan)["cost_room_fen"]
    st.caption(t("loan_desk.fee_room", room=shown.money(max(room, 0))))
    amount_fen = amount(t("column.amount_fen"), 0)
    return _previewed(_event(loan, "fee", amount_fen=amount_fen), actor)


def waiver(loan: dict[str, Any], actor: Actor, _: int | None) -> LoanEvent | None:
    """Charges that are due, let go; never principal."""
    due = _waivable(loan)
    names = {
        part: t("loan_desk.waiver_of", part=t(f"component.{part}"), due=shown.money(fen))
        for part, fen in due.items()
    }
    chosen = st.radio(
        t("loan_desk.waive_what"),
        list(names),
        format_func=names.__getitem__,
        key=f"{_INPUTS}component_{session.language()}",
    )
    # The key carries the part: another part has another usual amount.
    amount_fen = inputs.money(
        t("column.amount_fen"),
        due[chosen],
        key=f"{_INPUTS}amount_{chosen}",
        bounds_fen=(0, _AMOUNT_MAX_FEN),
    )
    return _previewed(_event(loan, "waiver", amount_fen=amount_fen, component=chosen), actor)


def rate_change(loan: dict[str, Any], actor: Actor, _: int | None) -> LoanEvent | None:
    """Another yearly rate from the open day on."""
    return _previewed(
        _event(loan, "rate_change", annual_rate=_rate(loan)), actor, changes_plan=True
    )


def holiday(loan: dict[str, Any], actor: Actor, _: int | None) -> LoanEvent | None:
    """Instalments that pay nothing; the loan ends so much later."""
    st.caption(t("loan_desk.holiday_note"))
    count = st.number_input(
        t("loan_desk.holiday_count"),
        min_value=1,
        max_value=bounds().holiday_instalments_max,
        key=f"{_INPUTS}instalments",
        width=240,
    )
    event = _event(loan, "holiday", instalments=count)
    return _previewed(event, actor, changes_plan=True)


def restructure(loan: dict[str, Any], actor: Actor, _: int | None) -> LoanEvent | None:
    """A new plan for what is owed, simulated before it is granted."""
    names = {each: t(f"strategy.{each}") for each in RESTRUCTURES}
    strategy = st.radio(
        t("loan_desk.restructure_how"),
        list(names),
        format_func=names.__getitem__,
        captions=[t(f"loan_desk.{each}_note") for each in RESTRUCTURES],
        key=f"{_INPUTS}restructure_{session.language()}",
    )
    more = st.number_input(
        t("loan_desk.added_instalments"),
        min_value=0,
        max_value=bounds().added_instalments_max,
        value=3 if strategy == "extend" else 0,
        key=f"{_INPUTS}added_{strategy}",
        width=240,
    )
    rate = _rate(loan) if st.toggle(t("loan_desk.with_rate"), key=f"{_INPUTS}with_rate") else None
    event = _event(loan, "restructure", strategy=strategy, instalments=more, annual_rate=rate)
    return _previewed(event, actor, changes_plan=True)


def charge_off(loan: dict[str, Any], actor: Actor, _: int | None) -> LoanEvent | None:
    """The book lets the loan go; the claim stays."""
    st.warning(t("loan_desk.charge_off_note"), icon=":material/warning:")
    return _previewed(_event(loan, "charge_off"), actor)


def recovery(loan: dict[str, Any], actor: Actor, _: int | None) -> LoanEvent | None:
    """Money on a loan that was written off."""
    amount_fen = amount(t("column.amount_fen"), _position(loan)["claim_fen"])
    return _previewed(_event(loan, "recovery", amount_fen=amount_fen), actor)


def refund(loan: dict[str, Any], actor: Actor, _: int | None) -> LoanEvent | None:
    """What was paid too much, paid back."""
    amount_fen = amount(t("column.amount_fen"), _position(loan)["excess_fen"])
    return _previewed(_event(loan, "refund", amount_fen=amount_fen), actor)


def draw(loan: dict[str, Any], actor: Actor, _: int | None) -> LoanEvent | None:
    """More money under the same loan, as far as its line goes."""
    left = loan_reads.line(loan["loan_id"])["available_fen"]
    st.caption(t("loan_desk.draw_left", left=shown.money(left)))
    amount_fen = amount(t("column.amount_fen"), 0)
    return _previewed(_event(loan, "draw", amount_fen=amount_fen), actor, changes_plan=True)


def reversal(loan: dict[str, Any], actor: Actor, target: int | None) -> LoanEvent | None:
    """An event taken back, as if it never happened."""
    st.caption(t("loan_desk.reversal_note", number=target))
    return _previewed(_event(loan, "reversal", reverses_event_id=target), actor, changes_plan=True)


FORMS: dict[str, Form] = {
    "fee": fee,
    "waiver": waiver,
    "rate_change": rate_change,
    "holiday": holiday,
    "restructure": restructure,
    "charge_off": charge_off,
    "recovery": recovery,
    "refund": refund,
    "draw": draw,
    "reversal": reversal,
}


def _event(loan: dict[str, Any], kind: str, **facts: Any) -> LoanEvent:
    today = reads.book().open_on
    return LoanEvent(loan["loan_id"], kind, today, reason=_NO_REASON_YET, **facts)


def _position(loan: dict[str, Any]) -> dict[str, Any]:
    return loan_reads.state_now(loan["loan_id"]).positions.row(0, named=True)


def _waivable(loan: dict[str, Any]) -> dict[str, int]:
    """What is due of each charge."""
    state, position = loan_reads.state_now(loan["loan_id"]), _position(loan)
    due = state.instalments.filter(pl.col("due_on") <= reads.book().open_on)
    return {
        "penalty": position["penalty_fen"],
        "interest": int(due["interest_left_fen"].sum()),
        "fee": position["fee_fen"],
    }


def _rate(loan: dict[str, Any]) -> Decimal:
    percent = st.number_input(
        t("loan_desk.rate_percent"),
        min_value=0.0,
        max_value=100.0,
        value=float(loan["annual_rate"] * _PERCENT),
        step=0.1,
        format="%.4f",
        key=f"{_INPUTS}rate",
        width=240,
    )
    return Decimal(f"{percent:.4f}") / _PERCENT


def _previewed(event: LoanEvent, actor: Actor, *, changes_plan: bool = False) -> LoanEvent | None:
    """Shows what the event would do; None where it may not happen."""
    looked = loan_previews.looked_at(event, actor)
    if looked.preview is None:
        st.error(looked.refusal, icon=":material/error:")
        return None
    before, after = looked.preview.before, looked.preview.after
    loan_previews.figures(before, after, event.effective_on)
    if changes_plan:
        loan_previews.plan(before, after, event.effective_on)
    return event
