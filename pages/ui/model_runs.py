"""Work on models that takes a while: training, and scoring the past. Shown as it goes, stopped by
a click.

Any click draws the page anew, which ends the work at its next report of progress. A training that
is stopped leaves nothing; of the past, what was scored stays scored.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations.model_silent import score_past
from lending_core.operations.model_training import TrainingOrder, train_model
from pages.ui import format as shown
from pages.ui import model_list, model_reads, panels, session
from pages.ui.text import refusal_text, t

# What this person asked for: `training` (an order) or `past` (a version); whether it is `asked` for
# or `running`, or what it came to: `done` or `refused`, in words.
_KEY = "models_run"

Progress = Callable[[int, int], None]


def here(what: str) -> None:
    """Where the work was asked for: does it, and then says what it came to, once."""
    asked = st.session_state.get(_KEY)
    if asked is None or asked["what"] != what:
        return
    if asked["state"] == "asked":
        _run(asked)
    _forget()
    if asked["state"] == "done":
        st.success(asked["words"], icon=":material/check:")
    elif asked["state"] == "refused":
        st.error(asked["words"], icon=":material/error:")
    else:
        st.warning(t(f"models.stopped_{what}"), icon=":material/stop_circle:")


def _run(asked: dict[str, Any]) -> None:
    what = asked["what"]
    _set(what, "running")
    try:
        _set(what, "done", _with_progress(what, _WORK[what], asked["order"]))
    except LendingError as refusal:
        _set(what, "refused", refusal_text(refusal))
    # The page above has changed.
    st.rerun()


def _set(what: str, state: str, words: str = "") -> None:
    st.session_state[_KEY] = {"what": what, "state": state, "words": words}


def ask_training(order: TrainingOrder) -> None:
    """A model is to be trained on the next run."""
    st.session_state[_KEY] = {"what": "training", "order": order, "state": "asked"}


def past(actor: Actor, row: dict[str, Any]) -> None:
    """A button that lets a challenger score what was decided without it."""
    if row["model_status"] != "challenger" or not actor.may(Permission.MANAGE_MODELS):
        return
    version = row["model_version"]
    here("past")
    waiting = model_reads.unscored(version)
    if waiting == 0:
        return
    st.button(
        t("models.score_past", applications=shown.count(waiting)),
        key="models_score_past",
        icon=":material/history:",
        help=t("models.score_past_help"),
        on_click=_ask_past,
        args=(version,),
    )


def _ask_past(version: int) -> None:
    st.session_state[_KEY] = {"what": "past", "order": version, "state": "asked"}


def _with_progress(what: str, work: Callable[[Any, Progress], str], order: Any) -> str:
    with st.container(border=True, key="models_running"):
        panels.heading(t(f"models.running_{what}"))
        bar = st.progress(0.0)
        st.button(t("models.stop"), key="models_stop", icon=":material/stop_circle:")

        def progress(done: int, total: int) -> None:
            text = t(f"models.progress_{what}", done=shown.count(done), total=shown.count(total))
            bar.progress(done / total, text=text)

        return work(order, progress)


def _train(order: TrainingOrder, progress: Progress) -> str:
    actor = session.require(Permission.TRAIN_MODEL)
    version = train_model(session.store(), actor, order, at=session.now(), progress=progress)
    model_list.look_at(version)
    return t("models.trained", version=version)


def _score_past(version: int, progress: Progress) -> str:
    actor = session.require(Permission.MANAGE_MODELS)
    done = score_past(session.store(), actor, version, at=session.now(), progress=progress)
    return t("models.past_done", version=version, applications=shown.count(done))


def _forget() -> None:
    st.session_state.pop(_KEY, None)


_WORK: dict[str, Callable[[Any, Progress], str]] = {"training": _train, "past": _score_past}
