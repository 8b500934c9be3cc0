"""What may be done with a loan: chosen, filled in, previewed in a dialog, and booked once."""

from dataclasses import replace
from typing import Any

import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations.loan_checks import REASONED
from lending_core.operations.loan_events import PERMISSIONS, LoanEvent, record
from lending_core.servicing.instalments import outlook
from lending_core.servicing.positions import LoanState
from pages.ui import format as shown
from pages.ui import loan_forms, loan_payment, loan_reads, notices, panels, reads, session
from pages.ui.text import refusal_text, t

_ICONS = {
    "payment": ":material/payments:",
    "payoff": ":material/task_alt:",
    "recovery": ":material/payments:",
    "draw": ":material/add_card:",
    "fee": ":material/receipt:",
    "waiver": ":material/money_off:",
    "refund": ":material/savings:",
    "rate_change": ":material/percent:",
    "holiday": ":material/event_busy:",
    "restructure": ":material/handyman:",
    "charge_off": ":material/delete_forever:",
}
# The steps of every day have buttons of their own, the others a menu.
_BUTTONS = ("payment", "payoff", "recovery")
# Loans whose balance may be drawn up again; under the others a further draw is a loan of its own.
_DRAWN_AGAIN = ("minimum_payment",)
# The step that is open, for which loan, and the key under which it books.
_OPEN_KEY = "loan_desk"
_REASON_KEY = "loan_desk_reason"
_REFUSED_KEY = "loan_desk_refused"


def controls(loan: dict[str, Any], state: LoanState, actor: Actor) -> None:
    """The steps that this person may take with the loan as it stands; the open one in a dialog."""
    actions = possible(loan, state, actor)
    if actions:
        with st.container(border=True, key="loan_desk_card", height="stretch"):
            panels.heading(t("loan_desk.title"), t("loan_desk.note"))
            with st.container(horizontal=True):
                _buttons(loan["loan_id"], actions)
    opened = st.session_state.get(_OPEN_KEY)
    if opened is not None and opened["loan_id"] == loan["loan_id"]:
        title = t(f"loan_desk.{opened['action']}")
        st.dialog(title, width="large", on_dismiss=close)(_dialog)(loan, actor)


def possible(loan: dict[str, Any], state: LoanState, actor: Actor) -> list[str]:
    """The steps that make sense for a loan as it stands, as far as the person may take them."""
    position = state.positions.row(0, named=True)
    # With interest paid ahead, principal may be owed that a payoff asks nothing for.
    owes = position["payoff_fen"] + position["principal_fen"] > 0
    owes = owes and not position["is_charged_off"]
    ahead = outlook(state, reads.book().open_on)
    makes_sense = {
        "payment": owes,
        "payoff": owes,
        "recovery": position["claim_fen"] > 0,
        "draw": owes and ahead.instalments_left > 0 and loan["method"] in _DRAWN_AGAIN,
        "fee": owes,
        "waiver": owes and ahead.due_fen > 0,
        "refund": position["excess_fen"] > 0,
        "rate_change": owes and ahead.instalments_left > 0,
        "holiday": owes and ahead.instalments_left > 0,
        "restructure": owes,
        "charge_off": owes and position["days_past_due"] > 0,
    }
    return [action for action, sense in makes_sense.items() if sense and may(actor, action)]


def may(actor: Actor, action: str) -> bool:
    """Whether the person has the right that the step asks for."""
    kind = "payment" if action == "payoff" else action
    return actor.may(PERMISSIONS.get(kind, Permission.SERVICE_LOAN))


def open_step(loan_id: int, action: str, target: int | None = None) -> None:
    """Opens the dialog of a step, with the one key under which it will book."""
    st.session_state[_OPEN_KEY] = {
        "loan_id": loan_id,
        "action": action,
        "target": target,
        "key": session.new_key(),
    }


def close() -> None:
    """Puts the dialog away."""
    st.session_state.pop(_OPEN_KEY, None)
    st.session_state.pop(_REFUSED_KEY, None)


def _buttons(loan_id: int, actions: list[str]) -> None:
    shown_first = [action for action in actions if action in _BUTTONS]
    for action in shown_first:
        st.button(
            t(f"loan_desk.{action}"),
            key=f"loan_desk_{action}",
            icon=_ICONS[action],
            type="primary" if action == shown_first[0] else "secondary",
            on_click=open_step,
            args=(loan_id, action),
        )
    rest = {action: _named(action) for action in actions if action not in _BUTTONS}
    if rest:
        chosen = st.menu_button(
            t("loan_desk.more"),
            list(rest),
            format_func=rest.__getitem__,
            key=f"loan_desk_more_{session.language()}",
            icon=":material/more_horiz:",
        )
        if chosen:
            open_step(loan_id, chosen)


def _named(action: str) -> str:
    return f"{_ICONS[action]} {t(f'loan_desk.{action}')}"


def _dialog(loan: dict[str, Any], actor: Actor) -> None:
    # A step books before the page is drawn anew; then the dialog has nothing left to ask.
    if notices.are_waiting() or _OPEN_KEY not in st.session_state:
        st.rerun()
    opened = st.session_state[_OPEN_KEY]
    form = loan_payment.FORMS | loan_forms.FORMS
    event = form[opened["action"]](loan, actor, opened["target"])
    refused = st.session_state.pop(_REFUSED_KEY, None)
    if event is not None:
        _confirm(event, actor, opened)
    if refused:
        st.error(refused, icon=":material/error:")


def _confirm(event: LoanEvent, actor: Actor, opened: dict[str, Any]) -> None:
    if event.kind in REASONED:
        st.text_input(t("loan_desk.reason"), key=_REASON_KEY, max_chars=200)
    st.button(
        t(f"loan_desk.confirm_{opened['action']}"),
        key="loan_desk_confirm",
        type="primary",
        icon=":material/check:",
        on_click=_book,
        args=(event, actor, opened["key"], loan_forms.typed()),
    )


def _book(event: LoanEvent, actor: Actor, key: str, typed: list[str]) -> None:
    """Books what was previewed. A figure typed since then is previewed first."""
    if typed != loan_forms.typed():
        st.session_state[_REFUSED_KEY] = t("loan_desk.changed_meanwhile")
        return
    reason = st.session_state.get(_REASON_KEY) if event.kind in REASONED else None
    asked = replace(event, reason=reason)
    try:
        number = record(session.store(), session.as_of_now(actor), asked, key=key, at=session.now())
    except LendingError as refusal:
        st.session_state[_REFUSED_KEY] = refusal_text(refusal)
        return
    close()
    notices.done(_done(event, number))


def _done(event: LoanEvent, number: int) -> str:
    state = loan_reads.state_now(event.loan_id)
    now = outlook(state, reads.book().open_on)
    return t(
        "loan_desk.done",
        number=number,
        what=t(f"event_kind.{event.kind}"),
        on=shown.day(event.effective_on),
        due=shown.money(now.due_fen),
        principal=shown.money(now.principal_fen),
        days=shown.count(now.days_past_due),
    )
