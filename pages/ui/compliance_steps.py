"""What a person says to a rule: known, let go until a day, counts again, kept; each with words."""

from collections.abc import Callable
from datetime import timedelta

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.compliance.register import Rule
from lending_core.dates import add_months
from lending_core.errors import LendingError
from lending_core.operations import compliance_answers
from lending_core.operations.compliance_answers import (
    REASON_LENGTH_MAX,
    WAIVER_MONTHS_MAX,
    Answer,
    Attestation,
    Step,
)
from pages.ui import notices, reads, session
from pages.ui.text import t

Subject = tuple[str, str] | None
_WAIVER_DAYS = 30
_WORDS_KEY, _UNTIL_KEY = "compliance_words", "compliance_until"


def answer_buttons(actor: Actor, rule_id: str, subject: Subject, found: pl.DataFrame) -> None:
    """Acknowledge or waive the findings of a rule, or those about one thing."""
    if not actor.may(Permission.MANAGE_COMPLIANCE) or found.is_empty():
        return
    which = "whole" if subject is None else "one"
    with st.container(horizontal=True, key=f"compliance_steps_{which}"):
        for step, icon in _STEPS.items():
            if st.button(
                t(f"compliance.do_{step}_{which}"), key=f"compliance_{step}_{which}", icon=icon
            ):
                dialog = st.dialog(t(f"compliance.confirm_{step}"))
                dialog(_ask_answer)(rule_id, step, subject)


def attest_button(actor: Actor, rule: Rule) -> None:
    """Say that a rule is kept."""
    if not actor.may(Permission.MANAGE_COMPLIANCE):
        return
    if st.button(t("compliance.do_attest"), key="compliance_attest", icon=":material/verified:"):
        st.dialog(t("compliance.confirm_attest"))(_ask_attest)(rule)


def end_button(actor: Actor, answer_id: int) -> None:
    """Let what was waived count again."""
    if not actor.may(Permission.MANAGE_COMPLIANCE):
        return
    if st.button(t("compliance.do_end"), key="compliance_end", icon=":material/undo:"):
        st.dialog(t("compliance.confirm_end"))(_ask_end)(answer_id)


def _ask_answer(rule_id: str, step: Step, subject: Subject) -> None:
    notices.close_or_say()
    st.markdown(t(f"compliance.explain_{step}"))
    if step == "waived":
        today = reads.book().open_on
        st.date_input(
            t("column.until_on"),
            value=today + timedelta(days=_WAIVER_DAYS),
            min_value=today,
            max_value=add_months(today, WAIVER_MONTHS_MAX),
            key=_UNTIL_KEY,
            format="YYYY-MM-DD",
        )
    _ask_words("compliance.reason")

    def given(actor: Actor) -> None:
        until_on = st.session_state[_UNTIL_KEY] if step == "waived" else None
        answer = Answer(rule_id, step, _words(), subject, until_on)
        compliance_answers.answer(session.store(), actor, answer, at=session.now())

    _confirm(f"do_{step}", given)


def _ask_attest(rule: Rule) -> None:
    notices.close_or_say()
    st.markdown(t("compliance.explain_attest", months=rule.every_months))
    _ask_words("compliance.statement")

    def given(actor: Actor) -> None:
        attestation = Attestation(rule.rule_id, _words())
        compliance_answers.attest(session.store(), actor, attestation, at=session.now())

    _confirm("do_attest", given)


def _ask_end(answer_id: int) -> None:
    notices.close_or_say()
    _ask_words("compliance.reason")

    def given(actor: Actor) -> None:
        store, at = session.store(), session.now()
        compliance_answers.end_waiver(store, actor, answer_id, _words(), at=at)

    _confirm("do_end", given)


def _ask_words(label: str) -> None:
    st.text_area(t(label), key=_WORDS_KEY, max_chars=REASON_LENGTH_MAX)


def _words() -> str:
    return str(st.session_state.get(_WORDS_KEY, ""))


def _confirm(name: str, step: Callable[[Actor], None]) -> None:
    st.button(
        t(f"compliance.{name}"),
        key=f"compliance_confirm_{name}",
        type="primary",
        on_click=_take,
        args=(name, step),
    )


def _take(name: str, step: Callable[[Actor], None]) -> None:
    actor = session.require(Permission.MANAGE_COMPLIANCE)
    try:
        step(actor)
    except LendingError as refusal:
        notices.refused(refusal)
    else:
        notices.done(t(f"compliance.done_{name}"))


_STEPS: dict[Step, str] = {
    "acknowledged": ":material/visibility:",
    "waived": ":material/schedule:",
}
