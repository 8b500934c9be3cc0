"""Decisions by people: the queue, the form of a decision, and the story of one application."""

from datetime import date
from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations.reviewing import (
    WORDS_LENGTH_MAX,
    Review,
    confirm_review,
    count_waiting,
    request_review,
    review_application,
    review_queue,
)
from lending_core.policy.reviews import answer_due_on, review_rules
from lending_core.products.catalogue import catalogue
from pages.ui import evidence, inputs, links, notices, panels, reads, session
from pages.ui import format as shown
from pages.ui.text import person_name, plain, product_name, refusal_text, sentence, sentences, t

# As many cards as fit a page of the queue.
QUEUE_SHOWN_MAX = 10
_REFERRED = ":orange[:material/person_search:]"
_REQUESTED = ":violet[:material/record_voice_over:]"
_SECOND = ":blue[:material/group:]"
_DECIDE = {"first": review_application, "second": confirm_review}


def queue(actor: Actor, product_codes: tuple[str, ...]) -> None:
    """Applications that wait for a person: what borrowers asked for, then the longest wait; each
    with why a person is needed."""
    waiting = reads.answer(count_waiting, product_codes)
    panels.heading(
        t("applications.queue_title", count=shown.count(waiting)),
        t("applications.queue_note"),
    )
    notices.show()
    if not waiting:
        panels.empty(t("applications.queue_empty"))
        return
    pages = -(-waiting // QUEUE_SHOWN_MAX)
    cards = st.container()
    number = st.pagination(pages, key=f"applications_queue_{pages}") if pages > 1 else 1
    rows_from = (number - 1) * QUEUE_SHOWN_MAX
    shown_now: pl.DataFrame = reads.answer(review_queue, product_codes, rows_from, QUEUE_SHOWN_MAX)
    with cards:
        for row in shown_now.rows(named=True):
            _waiting(actor, row)


def story(case: dict[str, Any]) -> None:
    """What people did so far, in order, and whom it waits for."""
    if case["requested_on"] is not None:
        st.info(_requested(case["requested_on"]), icon=":material/record_voice_over:")
    if case["review_outcome"] is not None:
        first = _first_decided(case, case["review_outcome"])
        st.info(f"{first} {_chosen_limit(case)}".strip(), icon=":material/how_to_reg:")
    if case["confirmed_outcome"] is not None:
        said = _reason(case["confirmed_reason"], case["confirmed_words"])
        second = _decided(case["confirmed_by"], case["confirmed_outcome"], said)
        st.info(second, icon=":material/group:")
    if case["waits_for"] is not None:
        st.warning(t(f"application.awaits_{case['waits_for']}"), icon=":material/person_search:")


def steps(actor: Actor, case: dict[str, Any]) -> None:
    """What may be done next: the decision it waits for, or the borrower's request for one."""
    if case["waits_for"] is not None:
        decide(actor, case)
    else:
        ask(actor, case)


def ask(actor: Actor, case: dict[str, Any]) -> None:
    """The borrower of a declined application asks for a person, once."""
    is_open = case["outcome"] == "decline" and case["requested_on"] is None
    if not (is_open and actor.may(Permission.SUBMIT_APPLICATION)):
        return
    st.button(
        t("application.ask_person"),
        icon=":material/record_voice_over:",
        help=t("application.ask_person_help", days=review_rules().answer_days),
        key="application_ask_person",
        on_click=_ask,
        args=(actor, case["application_id"]),
    )


def decide(actor: Actor, case: dict[str, Any]) -> None:
    """The decision that an application waits for, in a box that opens on a click."""
    if not actor.may(Permission.REVIEW_APPLICATION):
        st.caption(t("applications.may_not_decide"))
        return
    if case["waits_for"] == "second" and case["reviewed_by"] == actor.user_name:
        st.caption(t("applications.second_is_another"))
        return
    number = case["application_id"]
    with (
        st.popover(t("applications.decide"), icon=":material/gavel:", key=f"decide_{number}"),
        st.form(f"applications_decide_{number}", border=False),
    ):
        st.caption(t(f"applications.decide_{case['waits_for']}"))
        review = _form(case)
        if st.form_submit_button(
            t("applications.decide"), type="primary", key=f"applications_submit_{number}"
        ):
            _take(actor, case, *review)


def _form(case: dict[str, Any]) -> tuple[str | None, str, int | None]:
    """Outcome with reason, words, and the limit where the policy had none."""
    number, language = case["application_id"], session.language()
    choice = st.selectbox(
        t("applications.reason"),
        [
            f"{outcome}.{code}"
            for outcome, codes in review_rules().reasons.items()
            for code in codes
        ],
        index=None,
        format_func=partial(_choice_name, language),
        key=f"applications_reason_{number}_{language}",
        placeholder=t("applications.reason_choose"),
    )
    words = st.text_area(
        t("applications.words"), max_chars=WORDS_LENGTH_MAX, key=f"applications_words_{number}"
    )
    if case["outcome"] != "decline" or case["waits_for"] == "second":
        return choice, words or "", None
    product = catalogue()[case["product_code"]]
    bounds = (product.limit_min_fen, product.limit_max_fen)
    asked = min(max(case["amount_asked_fen"], bounds[0]), bounds[1])
    limit_fen = inputs.money(
        t("applications.limit"), asked, key=f"applications_limit_{number}", bounds_fen=bounds
    )
    return choice, words or "", limit_fen


def _take(
    actor: Actor, case: dict[str, Any], choice: str | None, words: str, limit_fen: int | None
) -> None:
    outcome, _, reason = (choice or "decline.").partition(".")
    try:
        review = Review(case["application_id"], outcome, reason, words, limit_fen)
        _DECIDE[case["waits_for"]](session.store(), actor, review, at=session.now())
    except LendingError as refusal:
        st.error(refusal_text(refusal))
        return
    now = reads.application_case(review.application_id)
    done = "second" if now["waits_for"] == "second" else now["outcome_now"]
    notices.done(t(f"applications.done_{done}", application_id=review.application_id))
    st.rerun()


def _ask(actor: Actor, application_id: int) -> None:
    try:
        request_review(session.store(), session.as_of_now(actor), application_id, at=session.now())
    except LendingError as refusal:
        notices.refused(refusal)
    else:
        notices.done(t("application.asked_person", days=review_rules().answer_days))


def _waiting(actor: Actor, row: dict[str, Any]) -> None:
    with st.container(border=True, gap="xsmall", key=f"waiting_{row['application_id']}"):
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            st.markdown(_line(row))
            with st.container(horizontal=True, width="content", vertical_alignment="center"):
                links.application(row["application_id"], t("applications.open"))
                decide(actor, row)
        for reason in _why(row):
            st.markdown(reason)


def _line(row: dict[str, Any]) -> str:
    return t(
        "applications.waiting_line",
        application_id=row["application_id"],
        name=plain(row["name"]),
        product=product_name(row["product_code"]),
        amount=shown.money(row["amount_asked_fen"]),
        score=row["score"],
        on=shown.day(row["applied_on"]),
        proposal=_proposal(row),
    )


def _proposal(row: dict[str, Any]) -> str:
    """What an approval would grant; nothing yet where the policy declined and nobody approved."""
    chosen = _chosen_limit(row)
    if chosen:
        return chosen
    if row["outcome"] == "decline":
        return t("applications.policy_declined")
    limit, rate = shown.money(row["limit_fen"]), shown.rate(row["annual_rate"])
    return t("applications.policy_would_grant", limit=limit, rate=rate)


def _why(row: dict[str, Any]) -> list[str]:
    """Why a person is needed: the borrower's wish, a first approval, the rules of the policy."""
    lines = []
    if row["requested_on"] is not None:
        lines.append(f"{_REQUESTED} {_requested(row['requested_on'])}")
    if row["waits_for"] == "second":
        lines.append(f"{_SECOND} {_first_decided(row, 'approve')}")
    rules = [reason for reason in row["reasons"] if reason not in evidence.CAP_REASONS]
    policy = reads.policy(row["policy_version"])
    return lines + [f"{_REFERRED} {evidence.reason_text(reason, policy)}" for reason in rules]


def _requested(on: date) -> str:
    due_on = shown.day(answer_due_on(on))
    return t("application.requested", on=shown.day(on), due_on=due_on)


def _first_decided(case: dict[str, Any], outcome: str) -> str:
    reason = _reason(case["review_reason"], case["review_words"])
    return _decided(case["reviewed_by"], outcome, reason)


def _decided(person: str, outcome: str, reason: str) -> str:
    return t(
        "application.reviewed",
        outcome=t(f"outcome.{outcome}"),
        person=person_name(person),
        reason=reason,
    )


def _reason(code: str, words: str | None) -> str:
    """The reason of the list and what was seen; books of before kept words only."""
    known = f"review_reason.{code}" in sentences(session.language())
    reason = t(f"review_reason.{code}") if known else plain(code)
    return f"{reason} {t('application.review_words', words=plain(words))}" if words else reason


def _chosen_limit(case: dict[str, Any]) -> str:
    """The limit that the first person chose; empty where the policy's own stands."""
    if case["review_limit_fen"] is None:
        return ""
    return t("applications.person_would_grant", limit=shown.money(case["review_limit_fen"]))


def _choice_name(language: str, choice: str) -> str:
    outcome, _, code = choice.partition(".")
    of = sentence(f"outcome.{outcome}", language)
    return f"{of} · {sentence(f'review_reason.{code}', language)}"
