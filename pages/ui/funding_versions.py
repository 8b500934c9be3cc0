"""Versions of a funder's terms: what is proposed, answered by a second person, and what was."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.funding.funders import Funder
from lending_core.operations import funder_register
from lending_core.operations.funder_register import funder_of
from pages.ui import format as shown
from pages.ui import funding_terms, links, notices, panels, session, tables
from pages.ui.text import funder_name, person_name, plain, t, unmarked

_COLUMNS = (
    *("version_id", "terms_standing", "effective_on", "terms_change", "reason"),
    *("changed_by", "recorded_at", "stepped_by", "step_reason"),
)
_REASON_KEY = "funder_refuse_reason"
_REASON_MAX = 500


def pending(versions: pl.DataFrame) -> None:
    """A line for each version that waits for a second person, with the way to it."""
    approved = set(versions.filter(pl.col("step") == "approved")["funder_code"])
    for row in versions.filter(pl.col("step") == "proposed").rows(named=True):
        key = "funders.pending" if row["funder_code"] in approved else "funders.pending_new"
        st.page_link(
            links.FUNDER_PAGE,
            label=unmarked(t(key, funder=funder_name(row["funder_code"]))),
            icon=":material/approval:",
            query_params={"funder": row["funder_code"]},
        )


def waiting(versions: pl.DataFrame, in_force: Funder | None, actor: Actor) -> None:
    """Each version that waits for a second person: what it changes, from when on, and the answer of
    whoever may give it."""
    for row in versions.filter(pl.col("step") == "proposed").rows(named=True):
        with st.container(border=True, key=f"funder_proposal_{row['version_id']}"):
            facts = {
                "version": row["version_id"],
                "who": person_name(row["changed_by"]),
                "on": shown.day(row["effective_on"]),
            }
            panels.heading(t("funder.waiting_title", **facts), t("funder.waiting_note"))
            st.markdown(t("funder.reason", reason=plain(row["reason"])))
            funding_terms.change_table(funding_terms.changes(in_force, funder_of(row)))
            _answers(row, actor)


def history(versions: pl.DataFrame, in_force_id: int | None, open_on: date) -> None:
    """Every version, the newest first, with what it changed and who stands behind it."""
    with st.container(border=True, key="funder_history"):
        panels.heading(t("funder.history_title"), t("funder.history_note"))
        tables.show(
            _readable(versions, in_force_id, open_on),
            alt=t("funder.history_alt"),
            key="funder_versions",
            columns=_COLUMNS,
        )


def _answers(row: Mapping[str, Any], actor: Actor) -> None:
    if not actor.may(Permission.APPROVE_FUNDER):
        st.caption(t("funder.who_answers"))
        return
    if row["changed_by"] == actor.user_name:
        st.caption(t("funder.not_own"))
        return
    with st.container(horizontal=True):
        for step in ("approve", "refuse"):
            if st.button(t(f"funder.{step}"), key=f"funder_{step}_{row['version_id']}"):
                st.dialog(t(f"funder.{step}"))(_confirm)(step, row["version_id"])


def _confirm(step: str, version_id: int) -> None:
    notices.close_or_say()
    st.markdown(t(f"funder.explain_{step}"))
    if step == "refuse":
        st.text_area(t("funder_input.reason"), key=_REASON_KEY, max_chars=_REASON_MAX)
    st.button(
        t(f"funder.{step}"),
        key=f"funder_confirm_{step}",
        type="primary",
        on_click=_answer,
        args=(step, version_id),
    )


def _answer(step: str, version_id: int) -> None:
    store, at = session.store(), session.now()
    try:
        actor = session.require(Permission.APPROVE_FUNDER)
        if step == "approve":
            funder_register.approve_funder(store, actor, version_id, at=at)
        else:
            reason = st.session_state.get(_REASON_KEY, "")
            funder_register.refuse_funder(store, actor, version_id, reason, at=at)
    except LendingError as refusal:
        notices.refused(refusal)
    else:
        notices.done(t(f"funder.done_{step}", version=version_id))


def _readable(versions: pl.DataFrame, in_force_id: int | None, open_on: date) -> pl.DataFrame:
    rows = versions.rows(named=True)
    standing = [t(f"terms_standing.{_standing(row, in_force_id, open_on)}") for row in rows]
    return versions.with_columns(
        terms_standing=pl.Series(standing, dtype=pl.String),
        reason=pl.Series([_reason(row["reason"]) for row in rows], dtype=pl.String),
        terms_change=pl.Series(_changes(rows), dtype=pl.String),
        changed_by=pl.Series([person_name(row["changed_by"]) for row in rows], dtype=pl.String),
        stepped_by=pl.Series(
            [person_name(row["stepped_by"]) if row["stepped_by"] else None for row in rows],
            dtype=pl.String,
        ),
    )


def _standing(row: Mapping[str, Any], in_force_id: int | None, open_on: date) -> str:
    if row["step"] != "approved":
        return str(row["step"])
    if row["version_id"] == in_force_id:
        return "in_force"
    return "planned" if row["effective_on"] > open_on else "past"


def _reason(reason: str) -> str:
    return t("funder.opened_with") if reason == funder_register.OPENED_WITH else reason


def _changes(rows: list[dict[str, Any]]) -> list[str]:
    """What each version changes against the approved one before it, in words; the newest first."""
    told: list[str] = []
    before: Funder | None = None
    for row in reversed(rows):
        after = funder_of(row)
        changed = funding_terms.changes(before, after)
        text = funding_terms.change_text(changed) if before else t("funder.first_version")
        told.append(unmarked(text))
        before = after if row["step"] == "approved" else before
    return told[::-1]
