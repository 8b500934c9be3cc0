"""Steps of a line review: put up for decision, answered in a dialog, carried out in sight.

Any click draws the page anew, which ends the work at its next report of progress; an answer that is
stopped has changed nothing.
"""

from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations.line_answers import DECLINE_REASONS, LineAnswer, answer_line_review
from lending_core.operations.line_reviews import run_line_review
from pages.ui import format as shown
from pages.ui import notices, panels, session
from pages.ui.line_review_panels import Choice
from pages.ui.line_review_reads import Sight
from pages.ui.text import headline, sentence, t

# What this person answered, whether it is `asked` for or `running`.
_KEY = "line_reviews_answer"
# Lines named in the sentence that says what was left out; the list names them all.
_NAMED = 5


def offered(sight: Sight, choice: Choice, actor: Actor) -> None:
    """What may be done with what is in sight, for whoever may."""
    if actor.may(Permission.MANAGE_LINES):
        with choice.steps:
            if sight.run is None:
                _start(sight)
            elif sight.is_waiting:
                _answers(sight, choice)


def run() -> None:
    """Carries out what was confirmed, if anything, and says what it came to."""
    asked = st.session_state.get(_KEY)
    if asked is None:
        return
    if asked["state"] == "running":
        # Another run of this page was interrupted: nothing was changed.
        st.session_state.pop(_KEY)
        st.warning(t("line_reviews.stopped"), icon=":material/stop_circle:")
        return
    st.session_state[_KEY] = {**asked, "state": "running"}
    actor = session.require(Permission.MANAGE_LINES)
    try:
        left_out = _with_progress(actor, asked["answer"])
    except LendingError as refusal:
        notices.refused(refusal)
    else:
        notices.done(_came_to(asked["answer"], left_out))
        # What became of each proposal stays in sight.
        st.query_params["batch_id"] = str(asked["answer"].batch_id)
    st.session_state.pop(_KEY)
    st.rerun()


def _start(sight: Sight) -> None:
    if st.button(
        t("line_reviews.run"), key="line_reviews_run", type="primary", icon=":material/fact_check:"
    ):
        st.dialog(t("line_reviews.run_title"))(_confirm_run)(sight)


def _answers(sight: Sight, choice: Choice) -> None:
    """Buttons that accept all, a part (what was chosen, else what is listed) or nothing."""
    every = sight.rows["line_id"].to_list()
    part = choice.chosen or choice.rows["line_id"].to_list()
    is_current = sight.run is not None and sight.run["batch_state"] == "waiting"
    with st.container(horizontal=True, key="line_reviews_answer"):
        if is_current:
            _ask(sight, "all", every, kind="primary")
        if is_current and len(part) < len(every):
            _ask(sight, "chosen" if choice.chosen else "listed", part, kind="secondary")
        _ask(sight, "none", [], kind="secondary")


def _ask(sight: Sight, how: str, lines: list[int], *, kind: Any) -> None:
    if st.button(
        t(f"line_reviews.accept_{how}", lines=shown.count(len(lines))),
        key=f"line_reviews_accept_{how}",
        type=kind,
    ):
        st.dialog(t("line_reviews.confirm_title"))(_confirm)(sight, lines)


def _confirm_run(sight: Sight) -> None:
    if notices.are_waiting():
        st.rerun()
    facts = {"lines": shown.count(sight.rows.height), "on": shown.day(sight.as_of_on)}
    st.markdown(t("line_reviews.run_text", **facts))
    st.button(t("line_reviews.run"), key="line_reviews_run_confirm", type="primary", on_click=_run)


def _run() -> None:
    try:
        actor = session.require(Permission.MANAGE_LINES)
        batch_id = run_line_review(session.store(), actor, at=session.now())
    except LendingError as refusal:
        notices.refused(refusal)
    else:
        notices.done(t("line_reviews.run_done", batch_id=batch_id))


def _confirm(sight: Sight, lines: list[int]) -> None:
    # The answer is carried out where the page is drawn anew; then nothing is left to ask.
    if notices.are_waiting() or _KEY in st.session_state:
        st.rerun()
    accepted = sight.rows.filter(pl.col("line_id").is_in(lines))
    declined = sight.rows.height - accepted.height
    for text in _what_happens(accepted):
        st.markdown(f"- {text}")
    reason = None
    if declined:
        st.markdown(f"- {t('line_reviews.will_decline', lines=shown.count(declined))}")
        language = session.language()
        reason = st.selectbox(
            t("line_reviews.reason"),
            DECLINE_REASONS,
            index=None,
            format_func=partial(_reason_name, language),
            key=f"line_reviews_reason_{language}",
            placeholder=t("line_reviews.reason_choose"),
        )
    st.caption(t("line_reviews.confirm_note"))
    batch_id = sight.run["batch_id"] if sight.run else 0
    st.button(
        t("line_reviews.confirm"),
        key="line_reviews_confirm",
        type="primary",
        disabled=bool(declined) and reason is None,
        on_click=_begin,
        args=(LineAnswer(batch_id, tuple(lines), reason),),
    )


def _what_happens(accepted: pl.DataFrame) -> list[str]:
    """One sentence per action: how many lines, and how far their limits move."""
    by_action = accepted.group_by("action").agg(
        lines=pl.len(), change_fen=pl.col("change_fen").sum()
    )
    return [
        t(
            f"line_reviews.will_{action}",
            lines=shown.count(lines),
            change=headline(abs(change_fen)),
        )
        for action, lines, change_fen in by_action.sort("action").iter_rows()
    ]


def _reason_name(language: str, reason: str) -> str:
    return sentence(f"line_decline.{reason}", language)


def _begin(given: LineAnswer) -> None:
    st.session_state[_KEY] = {"answer": given, "state": "asked"}


def _with_progress(actor: Actor, given: LineAnswer) -> pl.DataFrame:
    with st.container(border=True, key="line_reviews_running"):
        panels.heading(t("line_reviews.running"))
        bar = st.progress(0.0, text=t("line_reviews.checking"))
        st.button(t("line_reviews.stop"), key="line_reviews_stop", icon=":material/stop_circle:")

        def progress(done: int, total: int) -> None:
            facts = {"done": shown.count(done), "total": shown.count(total)}
            bar.progress(done / total, text=t("line_reviews.progress", **facts))

        return answer_line_review(
            session.store(), actor, given, at=session.now(), progress=progress
        )


def _came_to(given: LineAnswer, left_out: pl.DataFrame) -> str:
    done = shown.count(len(given.accepted) - left_out.height)
    if left_out.is_empty():
        return t("line_reviews.came_to", done=done)
    named = [
        t("line_reviews.named", line_id=line_id, why=t(f"line_left_out.{why}"))
        for line_id, why in left_out.select("line_id", "left_out").head(_NAMED).iter_rows()
    ]
    count = shown.count(left_out.height)
    return t("line_reviews.came_to_less", done=done, left_out=count, named=" ".join(named))
