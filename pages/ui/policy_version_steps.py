"""A policy version's next step: chosen by a button, confirmed where it says what will happen."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations import policy_life, policy_trial
from lending_core.operations.policy_life import REASON_LENGTH_MAX, Approval, PolicyOrder
from lending_core.operations.policy_trial import SHARE_BP_MAX, TrialOrder
from pages.ui import format as shown
from pages.ui import notices, policy_version_reads, reads, session
from pages.ui.text import t

# Where a version stands -> the steps from there, the likeliest first.
_STEPS = {
    "waiting": ("approve", "return", "try", "withdraw"),
    "scheduled": ("withdraw", "try"),
    "retired": ("reinstate", "try"),
    # Only where the guard put it there.
    "in_force": ("keep",),
}
_ICONS = {
    "approve": ":material/gavel:",
    "return": ":material/assignment_return:",
    "withdraw": ":material/undo:",
    "reinstate": ":material/settings_backup_restore:",
    "keep": ":material/check:",
    "try": ":material/science:",
}
_SHARE_SHOWN_PERCENT = 10.0
_BP_PER_PERCENT = 100


def buttons(actor: Actor, row: Mapping[str, Any], *, only: tuple[str, ...] = ()) -> None:
    """A button for each step that this person may take with a version (a row of `versions`), or
    for those of `only`."""
    steps = [step for step in possible(actor, row) if not only or step in only]
    if not steps:
        return
    version = row["policy_version"]
    with st.container(horizontal=True, key=f"policy_steps_{version}"):
        for step in steps:
            clicked = st.button(
                t(f"policy_versions.step_{step}"),
                key=f"policy_{step}_{version}",
                icon=_ICONS[step],
                type="primary" if step in ("approve", "reinstate", "keep") else "secondary",
            )
            if clicked:
                title = t(f"policy_versions.confirm_{step}", version=version)
                st.dialog(title)(_confirm)(step, dict(row))


def possible(actor: Actor, row: Mapping[str, Any]) -> list[str]:
    """The steps that this person may take with a version now."""
    standing = row["policy_standing"]
    is_own = row["author"] == actor.user_name
    is_tried = policy_version_reads.trials()["is_running"].any()
    if standing == "in_force" and policy_version_reads.reversion() is None:
        return []
    return [
        step
        for step in _STEPS.get(standing, ())
        if _may(actor, step, is_own=is_own, is_waiting=standing == "waiting")
        and not (step == "try" and is_tried)
    ]


def _may(actor: Actor, step: str, *, is_own: bool, is_waiting: bool) -> bool:
    if step == "withdraw" and is_waiting:
        return is_own and actor.may(Permission.SAVE_POLICY)
    is_barred = is_own and step not in ("reinstate", "keep", "withdraw")
    return actor.may(Permission.APPROVE_POLICY) and not is_barred


def _confirm(step: str, row: dict[str, Any]) -> None:
    notices.close_or_say()
    version = row["policy_version"]
    st.markdown(t(f"policy_versions.explain_{step}", version=version))
    if step == "approve":
        _ask_days(version)
    if step == "try":
        _ask_share(version)
    st.text_area(
        t("policy_versions.reason"),
        key=_key("reason", step, version),
        placeholder=t(f"policy_versions.reason_{step}"),
        max_chars=REASON_LENGTH_MAX,
    )
    st.button(
        t(f"policy_versions.step_{step}"),
        key=_key("confirm", step, version),
        type="primary",
        on_click=_take,
        args=(step, version),
    )


def _ask_days(version: int) -> None:
    policy, open_on = reads.policy(version), reads.book().open_on
    first_on = max(open_on, policy.effective_on)
    left, right = st.columns(2)
    left.date_input(
        t("policy_versions.first_day"),
        value=first_on,
        min_value=first_on,
        key=_key("from", "approve", version),
        format="YYYY-MM-DD",
        help=t("policy_versions.first_day_help", on=shown.day(open_on)),
    )
    right.date_input(
        t("policy_versions.last_day"),
        value=policy.effective_until,
        min_value=first_on,
        key=_key("until", "approve", version),
        format="YYYY-MM-DD",
        help=t("policy_versions.last_day_help"),
    )


def _ask_share(version: int) -> None:
    st.number_input(
        t("policy_versions.share"),
        min_value=1 / _BP_PER_PERCENT,
        max_value=SHARE_BP_MAX / _BP_PER_PERCENT,
        value=_SHARE_SHOWN_PERCENT,
        step=1.0,
        format="%.2f",
        key=_key("share", "try", version),
        help=t("policy_versions.share_help"),
    )


def _take(step: str, version: int) -> None:
    # Each operation asks for its own permission; who is nobody here may not even look.
    actor = session.require(Permission.VIEW_POLICY)
    reason = st.session_state.get(_key("reason", step, version), "")
    try:
        _OPERATIONS[step](actor, version, reason)
    except LendingError as refusal:
        notices.refused(refusal)
    else:
        notices.done(t(f"policy_versions.done_{step}", version=version))


def _approve(actor: Actor, version: int, reason: str) -> None:
    days: list[date | None] = [
        st.session_state.get(_key(end, "approve", version)) for end in ("from", "until")
    ]
    order = Approval(version, reason, *days)
    policy_life.approve_policy(session.store(), actor, order, at=session.now())


def _return(actor: Actor, version: int, reason: str) -> None:
    order = PolicyOrder(version, reason)
    policy_life.return_policy(session.store(), actor, order, at=session.now())


def _withdraw(actor: Actor, version: int, reason: str) -> None:
    order = PolicyOrder(version, reason)
    policy_life.withdraw_policy(session.store(), actor, order, at=session.now())


def _reinstate(actor: Actor, version: int, reason: str) -> None:
    order = PolicyOrder(version, reason)
    policy_life.reinstate_policy(session.store(), actor, order, at=session.now())


def _try(actor: Actor, version: int, reason: str) -> None:
    share = st.session_state.get(_key("share", "try", version)) or 0
    order = TrialOrder(version, round(share * _BP_PER_PERCENT), reason)
    policy_trial.start_trial(session.store(), actor, order, at=session.now())


_OPERATIONS: dict[str, Callable[[Actor, int, str], None]] = {
    "approve": _approve,
    "return": _return,
    "withdraw": _withdraw,
    "reinstate": _reinstate,
    "keep": _reinstate,
    "try": _try,
}


def _key(what: str, step: str, version: int) -> str:
    return f"policy_{what}_{step}_{version}"
