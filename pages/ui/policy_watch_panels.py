"""What the guard of the policy sees, what it did, and what came of trials: in figures and words."""

from typing import Any

import pandas as pd
import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations import policy_guard, policy_trial
from lending_core.operations.policy_guard import Reading
from lending_core.operations.policy_life import REASON_LENGTH_MAX
from lending_core.operations.policy_trial import TrialResult
from lending_core.policy.trials import SHARE_WHOLE_BP, Contrast
from lending_core.policy.watch import watch
from pages.ui import format as shown
from pages.ui import notices, panels, policy_version_reads, session
from pages.ui.text import person_name, plain, t


def banner() -> None:
    """What the guard did, as long as no person took the next step; that it would act."""
    done = policy_version_reads.reversion()
    if done is not None:
        st.error(
            t(
                "policy_versions.reverted",
                failed=done.failed_version,
                version=done.policy_version,
                on=shown.day(done.since_on),
            ),
            icon=":material/shield:",
        )
    seen = policy_version_reads.guard()
    if seen is not None and seen.breaches:
        words = t("policy_versions.list_separator").join(
            t(f"policy_versions.breach_{each.measure}", share=shown.percent(each.share))
            for each in seen.breaches
        )
        key = "policy_versions.alarm_stuck" if seen.fallback is None else "policy_versions.alarm_on"
        st.warning(
            t(key, version=seen.policy_version, words=words, fallback=seen.fallback),
            icon=":material/warning:",
        )


def guard(actor: Actor) -> None:
    """The two shares that the guard watches, each beside its range."""
    seen = policy_version_reads.guard()
    if seen is None:
        return
    measures = watch()
    with st.container(border=True):
        panels.heading(
            t("policy_versions.guard_title"),
            t(
                "policy_versions.guard_note",
                days=measures.late_days,
                late_months=measures.late_months,
                months=measures.window_months,
            ),
        )
        st.caption(
            t(
                "policy_versions.guard_since",
                version=seen.policy_version,
                on=shown.day(seen.from_on),
            )
        )
        st.table(
            pd.DataFrame(_guard_rows(seen)).set_index(""), alt=t("policy_versions.guard_title")
        )
        fallback = seen.fallback
        st.markdown(
            t("policy_versions.guard_nothing")
            if fallback is None
            else t("policy_versions.guard_back", version=fallback)
        )
        if actor.may(Permission.CLOSE_DAY):
            st.button(
                t("policy_versions.guard_check"),
                key="policy_versions_guard_check",
                icon=":material/shield:",
                on_click=_check,
            )


def _guard_rows(seen: Reading) -> dict[str, list[str]]:
    outcome, bounds = seen.outcome, seen.guard
    out = {each.measure.split("_")[0] for each in seen.breaches}
    return {
        "": [t("policy_versions.approvals"), t("policy_versions.late")],
        t("policy_versions.now"): [
            _share(outcome.approvals, outcome.applications),
            _share(outcome.late_loans, outcome.loans),
        ],
        t("policy_versions.range"): [
            t(
                "policy_versions.range_approvals",
                low=bounds.approval_percent_min,
                high=bounds.approval_percent_max,
            ),
            t("policy_versions.range_late", high=bounds.early_late_percent_max),
        ],
        t("policy_versions.verdict"): [
            _guard_verdict("approvals" in out, outcome.applications, bounds.applications_min),
            _guard_verdict("late" in out, outcome.loans, bounds.loans_min),
        ],
    }


def _guard_verdict(is_out: bool, known: int, needed: int) -> str:
    if known < needed:
        return t("policy_versions.guard_few", known=shown.count(known), needed=shown.count(needed))
    return t("policy_versions.guard_out" if is_out else "policy_versions.guard_in")


def _share(count: int, total: int) -> str:
    if not total:
        return shown.DASH
    return t(
        "policy_versions.share_of",
        share=shown.percent(count / total),
        count=shown.count(count),
        total=shown.count(total),
    )


def _check() -> None:
    actor = session.require(Permission.CLOSE_DAY)
    try:
        instead = policy_guard.check_guard(session.store(), actor, at=session.now())
    except LendingError as refusal:
        notices.refused(refusal)
    else:
        quiet = t("policy_versions.guard_quiet")
        notices.done(
            quiet if instead is None else t("policy_versions.guard_acted", version=instead)
        )


def trials(actor: Actor) -> None:
    """The trial that runs or ran last, what came of it, and those before."""
    rows = policy_version_reads.trials()
    with st.container(border=True):
        panels.heading(t("policy_versions.trials_title"), t("policy_versions.trials_note"))
        if rows.is_empty():
            st.markdown(t("policy_versions.no_trials"))
            return
        names = {row["trial_id"]: _trial_name(row) for row in rows.rows(named=True)}
        shown_id = st.selectbox(
            t("policy_versions.trial_choice"),
            list(names),
            format_func=names.__getitem__,
            key=f"policy_versions_trial_{session.language()}",
        )
        _result(policy_version_reads.trial_result(shown_id))
        row = rows.row(by_predicate=pl.col("trial_id") == shown_id, named=True)
        st.caption(
            t(
                "policy_versions.trial_by",
                person=person_name(row["started_by"]),
                reason=plain(row["reason"]),
            )
        )
        if row["is_running"] and actor.may(Permission.APPROVE_POLICY):
            _end_button(shown_id)


def _trial_name(row: dict[str, Any]) -> str:
    return t(
        "policy_versions.trial_name",
        version=row["policy_version"],
        share=shown.percent(row["share_bp"] / SHARE_WHOLE_BP),
        first=shown.day(row["started_on"]),
        last=t("policy_versions.running") if row["is_running"] else shown.day(row["ended_on"]),
    )


def _result(result: TrialResult) -> None:
    sides = (
        t("policy_versions.side_champion", version=result.champion_version),
        t("policy_versions.side_challenger", version=result.trial.policy_version),
    )
    contrasts = result.contrasts
    table = {
        "": [t(f"policy_versions.trial_{each.measure}") for each in contrasts],
        sides[0]: [_value(each, each.champion) for each in contrasts],
        sides[1]: [_value(each, each.challenger) for each in contrasts],
        t("policy_versions.difference"): [_difference(each) for each in contrasts],
        t("policy_versions.in_words"): [
            t(f"policy_versions.verdict_{each.verdict}") for each in contrasts
        ],
    }
    st.table(pd.DataFrame(table).set_index(""), alt=t("policy_versions.trials_title"))
    st.caption(
        t(
            "policy_versions.trial_counts",
            champion=shown.count(result.champion.applications),
            challenger=shown.count(result.challenger.applications),
            champion_loans=shown.count(result.champion.loans),
            challenger_loans=shown.count(result.challenger.loans),
        )
    )


def _value(each: Contrast, value: float | None) -> str:
    return _yuan(value) if each.measure == "limit" else shown.percent(value)


def _yuan(fen: float | None) -> str:
    """Whole yuan in either language: the sides of a comparison share their unit."""
    if fen is None:
        return shown.DASH
    return f"{'-' if fen < 0 else ''}{shown.whole_yuan(round(abs(fen)))}"


def _difference(each: Contrast) -> str:
    if each.difference is None:
        return shown.DASH
    text = _yuan if each.measure == "limit" else shown.points
    middle, low, high = (text(value) for value in (each.difference, each.low, each.high))
    if each.low is None:
        return middle
    return t("policy_versions.interval", middle=middle, low=low, high=high)


def _end_button(trial_id: int) -> None:
    if st.button(
        t("policy_versions.end_trial"), key="policy_versions_end_trial", icon=":material/stop:"
    ):
        st.dialog(t("policy_versions.end_trial_title"))(_confirm_end)(trial_id)


def _confirm_end(trial_id: int) -> None:
    notices.close_or_say()
    st.markdown(t("policy_versions.end_trial_text"))
    key = f"policy_trial_reason_{trial_id}"
    st.text_area(t("policy_versions.reason"), key=key, max_chars=REASON_LENGTH_MAX)
    st.button(
        t("policy_versions.end_trial"),
        key="policy_versions_end_trial_confirm",
        type="primary",
        on_click=_end,
        args=(trial_id, key),
    )


def _end(trial_id: int, key: str) -> None:
    actor = session.require(Permission.APPROVE_POLICY)
    reason = st.session_state.get(key, "")
    try:
        policy_trial.end_trial(session.store(), actor, trial_id, reason, at=session.now())
    except LendingError as refusal:
        notices.refused(refusal)
    else:
        notices.done(t("policy_versions.trial_ended"))
