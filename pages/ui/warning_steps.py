"""What a person does with an alert: each step is a button; settling it asks for a reason."""

from collections.abc import Callable
from datetime import timedelta

import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations import warning_steps
from lending_core.operations.warning_reports import Warned
from lending_core.operations.warning_steps import REASON_LENGTH_MAX, Settling
from lending_core.portfolio.early_warning_rules import alert_terms
from pages.ui import notices, reads, session
from pages.ui.text import person_name, t

_SNOOZE_DAYS = 14


def buttons(actor: Actor, warned: Warned) -> None:
    """The steps that this person may take with an alert now."""
    if not actor.may(Permission.MANAGE_ALERTS) or warned.status == "cleared":
        return
    with st.container(horizontal=True, key=f"alert_steps_{warned.alert_id}"):
        if warned.owner != actor.user_name:
            _button(warned, "own", ":material/front_hand:", _own_myself)
        if _button(warned, "hand_on", ":material/forward_to_inbox:", None):
            st.dialog(t("early_warning.confirm_hand_on"))(_ask_owner)(warned)
        if warned.status != "open":
            _button(warned, "reopen", ":material/undo:", _reopen)
            return
        if _button(warned, "snooze", ":material/snooze:", None):
            st.dialog(t("early_warning.confirm_snooze"))(_ask_snooze)(warned)
        if _button(warned, "resolve", ":material/task_alt:", None):
            st.dialog(t("early_warning.confirm_resolve"))(_ask_resolve)(warned)


def _button(warned: Warned, step: str, icon: str, on_click: Callable[[int], None] | None) -> bool:
    return st.button(
        t(f"early_warning.do_{step}"),
        key=f"alert_{step}_{warned.alert_id}",
        icon=icon,
        on_click=on_click,
        args=(warned.alert_id,),
    )


def _ask_owner(warned: Warned) -> None:
    notices.close_or_say()
    st.selectbox(
        t("early_warning.owner"),
        warning_steps.owners(),
        format_func=person_name,
        key=_key("owner", warned.alert_id),
    )
    _confirm(warned, "hand_on", _hand_on)


def _ask_snooze(warned: Warned) -> None:
    notices.close_or_say()
    today = reads.book().open_on
    days = alert_terms().snooze_days_max
    st.markdown(t("early_warning.explain_snooze"))
    st.date_input(
        t("early_warning.until"),
        value=today + timedelta(days=_SNOOZE_DAYS),
        min_value=today,
        max_value=today + timedelta(days=days),
        key=_key("until", warned.alert_id),
        format="YYYY-MM-DD",
        help=t("early_warning.until_help", days=days),
    )
    _ask_reason("snooze", warned)
    _confirm(warned, "snooze", _snooze)


def _ask_resolve(warned: Warned) -> None:
    notices.close_or_say()
    ratio = alert_terms().reopen_strength_ratio
    st.markdown(t("early_warning.explain_resolve", percent=f"{ratio - 1:.0%}"))
    _ask_reason("resolve", warned)
    _confirm(warned, "resolve", _resolve)


def _ask_reason(step: str, warned: Warned) -> None:
    st.text_area(
        t("early_warning.reason"),
        key=_key(f"reason_{step}", warned.alert_id),
        placeholder=t(f"early_warning.reason_{step}"),
        max_chars=REASON_LENGTH_MAX,
    )


def _confirm(warned: Warned, step: str, on_click: Callable[[int], None]) -> None:
    st.button(
        t(f"early_warning.do_{step}"),
        key=_key(f"confirm_{step}", warned.alert_id),
        type="primary",
        on_click=on_click,
        args=(warned.alert_id,),
    )


def _own_myself(alert_id: int) -> None:
    _take(lambda actor: _own(actor, alert_id, actor.user_name), "own", alert_id)


def _hand_on(alert_id: int) -> None:
    owner = st.session_state.get(_key("owner", alert_id), "")
    _take(lambda actor: _own(actor, alert_id, owner), "hand_on", alert_id)


def _own(actor: Actor, alert_id: int, owner: str) -> None:
    warning_steps.own_alert(session.store(), actor, alert_id, owner, at=session.now())


def _snooze(alert_id: int) -> None:
    def step(actor: Actor) -> None:
        settling = Settling(alert_id, st.session_state.get(_key("reason_snooze", alert_id), ""))
        until_on = st.session_state.get(_key("until", alert_id)) or reads.book().open_on
        warning_steps.snooze_alert(session.store(), actor, settling, until_on, at=session.now())

    _take(step, "snooze", alert_id)


def _resolve(alert_id: int) -> None:
    def step(actor: Actor) -> None:
        settling = Settling(alert_id, st.session_state.get(_key("reason_resolve", alert_id), ""))
        warning_steps.resolve_alert(session.store(), actor, settling, at=session.now())

    _take(step, "resolve", alert_id)


def _reopen(alert_id: int) -> None:
    def step(actor: Actor) -> None:
        warning_steps.reopen_alert(session.store(), actor, alert_id, at=session.now())

    _take(step, "reopen", alert_id)


def _take(step: Callable[[Actor], None], name: str, alert_id: int) -> None:
    actor = session.require(Permission.MANAGE_ALERTS)
    try:
        step(actor)
    except LendingError as refusal:
        notices.refused(refusal)
    else:
        notices.done(t(f"early_warning.done_{name}", alert_id=alert_id))


def _key(what: str, alert_id: int) -> str:
    return f"early_warning_{what}_{alert_id}"
