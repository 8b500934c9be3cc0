"""A model's next step: chosen by a button, confirmed with a reason in a dialog."""

from collections.abc import Callable

import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations import model_life
from lending_core.operations.model_life import REASON_LENGTH_MAX, ModelOrder
from lending_core.scoring.life_cycle import Standing
from pages.ui import notices, session
from pages.ui.text import t

_STEPS: dict[str, tuple[Permission, Callable[..., object], str]] = {
    "validated": (Permission.VALIDATE_MODEL, model_life.validate_model, ":material/verified:"),
    "champion": (Permission.MANAGE_MODELS, model_life.appoint_champion, ":material/gavel:"),
    "challenger": (Permission.MANAGE_MODELS, model_life.appoint_challenger, ":material/hearing:"),
    "retired": (Permission.MANAGE_MODELS, model_life.retire_model, ":material/archive:"),
    "switch": (
        Permission.SWITCH_MODEL,
        model_life.switch_off_champion,
        ":material/power_settings_new:",
    ),
}


def buttons(actor: Actor, model: Standing) -> None:
    """A button for each step that this person may take with the model now."""
    steps = [each for each in model.next_statuses if actor.may(_STEPS[each][0])]
    if not steps:
        return
    if model.author == actor.user_name:
        st.markdown(t("models.own"))
        return
    with st.container(horizontal=True, key="models_steps"):
        for step in steps:
            _button(step, model.version, is_primary=step == steps[0] != "retired")


def switch(champion: int) -> None:
    """The kill switch."""
    _button("switch", champion, is_primary=False)


def _button(step: str, version: int, *, is_primary: bool) -> None:
    clicked = st.button(
        t(f"models.step_{step}"),
        key=f"models_{step}",
        icon=_STEPS[step][2],
        type="primary" if is_primary else "secondary",
    )
    if clicked:
        st.dialog(t(f"models.confirm_{step}", version=version))(_confirm)(step, version)


def _confirm(step: str, version: int) -> None:
    notices.close_or_say()
    st.markdown(t(f"models.explain_{step}", version=version))
    st.text_area(
        t("models.reason"),
        key=_reason_key(step, version),
        placeholder=t(f"models.reason_{step}"),
        max_chars=REASON_LENGTH_MAX,
    )
    st.button(
        t(f"models.step_{step}"),
        key=f"models_{step}_confirm",
        type="primary",
        on_click=_take,
        args=(step, version),
    )


def _take(step: str, version: int) -> None:
    permission, operation, _ = _STEPS[step]
    actor = session.require(permission)
    try:
        order = ModelOrder(version, st.session_state.get(_reason_key(step, version), ""))
        operation(session.store(), actor, order, at=session.now())
    except LendingError as refusal:
        notices.refused(refusal)
    else:
        notices.done(t(f"models.done_{step}", version=version))


def _reason_key(step: str, version: int) -> str:
    return f"models_reason_{step}_{version}"
