"""A customer's consents: what is allowed, in which words, given and taken back, every answer."""

from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.identity.consents import Consent, consents
from lending_core.operations.consents import (
    Outcome,
    WithdrawalPreview,
    grant_consent,
    withdraw_consent,
)
from lending_core.scoring.features import CONSENT_SOURCES
from pages.ui import (
    customer_reads,
    evidence,
    feature_values,
    links,
    notices,
    panels,
    policy_reads,
    reads,
    session,
    tables,
)
from pages.ui import format as shown
from pages.ui.text import feature_name, t

_LOG = ("recorded_at", "source", "consent_state", "text_version")
_STATES = {
    "granted": (":material/check_circle:", "green"),
    "withdrawn": (":material/undo:", "orange"),
    "not_given": (":material/remove:", "gray"),
}


def consents_card(customer_id: int, actor: Actor) -> None:
    """Each consent that such a borrower is asked for, with the step the borrower may take."""
    with st.container(border=True, key="customer_consents_card", gap="small"):
        panels.heading(t("consents.title"), t("consents.note"))
        for row in customer_reads.consents(customer_id).rows(named=True):
            _consent(customer_id, row, actor)
        log = customer_reads.consent_log(customer_id)
        if not log.is_empty():
            with st.expander(t("consents.log_title", count=shown.count(log.height))):
                tables.show(log, alt=t("consents.title"), key="customer_consents", columns=_LOG)


def words(consent: Consent, version: str | None = None) -> None:
    """The text of a consent behind a small button: a version's, or the one of the open day."""
    text = consent.text_on(reads.book().open_on)
    if version is not None:
        text = consent.text_of(version) or text
    with st.popover(t("consents.read"), type="tertiary", icon=":material/description:"):
        st.markdown(text.text(session.language()))
        st.caption(
            t(
                "consents.text_facts",
                version=text.version,
                on=shown.day(text.effective_on),
                rule=consent.rule,
                hash=text.sha256[:12],
            )
        )


def reads_what(consent: Consent) -> str:
    """What a consent lets the house read, or that it lets it compare a face."""
    if consent.source not in CONSENT_SOURCES:
        return t("consents.face_only")
    return feature_values.of_source(consent.source, session.language())


def _consent(customer_id: int, row: dict[str, Any], actor: Actor) -> None:
    source, state = row["source"], row["consent_state"]
    icon, colour = _STATES[state]
    with st.container(border=True, gap=None, key=f"consent_{source}"):
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            purpose = t(f"consent_purpose.{row['purpose']}")
            st.markdown(f"**{t(f'source.{source}')}** · {purpose}")
            st.badge(t(f"consent_state.{state}"), icon=icon, color=colour)  # type: ignore[arg-type]
        st.caption(reads_what(consents()[source]))
        with st.container(horizontal=True, vertical_alignment="center"):
            words(consents()[source], row["text_version"])
            if actor.may(Permission.SUBMIT_APPLICATION):
                step = "withdraw" if state == "granted" else "grant"
                if st.button(t(f"consents.{step}"), key=f"consents_{step}_{source}"):
                    st.dialog(t(f"consents.{step}_title"))(_STEPS[step])(customer_id, source, actor)


def _withdraw(customer_id: int, source: str, actor: Actor) -> None:
    """What vanishes and what comes of it, before it is confirmed."""
    # The step runs before the page is drawn anew; then the dialog has nothing left to ask.
    if notices.are_waiting():
        st.rerun()
    preview = customer_reads.withdrawal(customer_id, source)
    if source not in CONSENT_SOURCES:
        st.markdown(t("consents.face_withdrawn"))
    elif preview is None:
        st.markdown(t("consents.never_applied"))
    else:
        _effect(preview)
    st.caption(t("consents.withdraw_note"))
    st.button(
        t("consents.withdraw"),
        type="primary",
        key="consents_withdraw_confirm",
        on_click=partial(_take, "withdrawn", withdraw_consent, actor, customer_id, source),
    )


def _grant(customer_id: int, source: str, actor: Actor) -> None:
    if notices.are_waiting():
        st.rerun()
    text = consents()[source].text_on(reads.book().open_on)
    st.markdown(text.text(session.language()))
    st.button(
        t("consents.has_agreed"),
        type="primary",
        key="consents_grant_confirm",
        on_click=partial(_take, "granted", grant_consent, actor, customer_id, source),
    )


def _effect(preview: WithdrawalPreview) -> None:
    """Which inputs vanish; outcome, score, limit and price before and after."""
    if not preview.lost:
        st.markdown(t("consents.nothing_lost"))
        return
    lost = t("application.list_separator").join(map(feature_name, preview.lost))
    st.markdown(t("consents.lost", features=lost))
    measures = ("outcome", "score", "limit_fen", "annual_rate")
    table = {
        t("consents.measure"): [t(f"column.{measure}") for measure in measures],
        t("consents.with_it"): _said(preview.before),
        t("consents.without_it"): _said(preview.after),
    }
    st.table(pl.DataFrame(table), border="horizontal", hide_index=True, alt=lost)
    in_force = policy_reads.in_force()
    policy = reads.policy(in_force["policy_version"]) if in_force else None
    for reason in preview.after.reasons:
        if reason not in preview.before.reasons:
            st.markdown(evidence.reason_text(reason, policy))
    number = preview.application_id
    st.caption(t("consents.effect_note", application_id=number))
    links.application(number, t("consents.to_application", application_id=number))


def _said(found: Outcome) -> list[str]:
    is_offered = found.annual_rate is not None
    return [
        t(f"outcome.{found.outcome}"),
        shown.count(found.score),
        shown.money(found.limit_fen) if is_offered else shown.DASH,
        shown.rate(found.annual_rate) if is_offered else shown.DASH,
    ]


def _take(done: str, step: Any, actor: Actor, customer_id: int, source: str) -> None:
    try:
        step(session.store(), session.as_of_now(actor), customer_id, source, at=session.now())
    except LendingError as refusal:
        notices.refused(refusal)
    else:
        notices.done(t(f"consents.done_{done}", source=t(f"source.{source}")))


_STEPS = {"withdraw": _withdraw, "grant": _grant}
