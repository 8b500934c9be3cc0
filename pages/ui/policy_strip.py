"""Above the policy: which version is in force, what waits, and who may do what next."""

from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations.policy_life import REASON_LENGTH_MAX, PolicySubmission, submit_policy
from pages.ui import format as shown
from pages.ui import (
    links,
    notices,
    panels,
    policy_draft,
    policy_reads,
    policy_version_steps,
    policy_watch_panels,
    session,
    tables,
)
from pages.ui.policy_draft import Draft
from pages.ui.policy_text import note_text, wrong_cell_text
from pages.ui.text import person_name, plain, t

_CELL_WIDTH_MIN = 230


def show(actor: Actor, draft: Draft) -> None:
    """What was just done, the three standings, and the next step of this person."""
    _said()
    notices.show()
    policy_watch_panels.banner()
    versions = policy_reads.versions()
    in_force = policy_reads.in_force() or {}
    waiting = versions.filter(pl.col("policy_standing") == "waiting").rows(named=True)
    with st.container(border=True, key="limit_policies_strip"):
        with st.grid(3, min_column_width=_CELL_WIDTH_MIN):
            _cell(t("limit_policies.in_force"), _in_force_text(in_force), ":material/gavel:")
            _cell(t("limit_policies.draft"), _draft_text(draft), ":material/edit_note:")
            _cell(t("limit_policies.waiting"), _waiting_text(waiting), ":material/hourglass_top:")
        st.markdown(f":material/arrow_forward: {_next_text(actor, draft, waiting)}")
        for row in waiting:
            _waiting(actor, row)
        if draft.changed_cells:
            _save_or_reset(actor, draft)
        elif draft.version != in_force["policy_version"]:
            _load_button(in_force["policy_version"], key="limit_policies_load_in_force")


def versions() -> None:
    """Every version with its note and who stands behind it; any of them can become the draft."""
    panels.heading(t("limit_policies.versions_title"), t("limit_policies.versions_note"))
    rows = policy_reads.versions()
    readable = rows.with_columns(
        note=pl.Series([note_text(note) for note in rows["note"]]),
        author=pl.Series([person_name(author) for author in rows["author"]]),
        approved_by=pl.Series(
            [person_name(name) if name else None for name in rows["approved_by"]], dtype=pl.String
        ),
    )
    chosen = tables.selectable(
        readable,
        "policy_version",
        alt=t("limit_policies.versions_title"),
        key="limit_policies_versions",
        columns=(
            "policy_version",
            "policy_standing",
            "note",
            "author",
            "approved_by",
            "effective_on",
        ),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        if chosen is not None:
            _load_button(int(chosen), key="limit_policies_load")
        links.policy_versions(t("limit_policies.to_versions"), chosen)


def _load_button(version: int, *, key: str) -> None:
    st.button(
        t("limit_policies.load", version=version),
        key=key,
        icon=":material/upload_file:",
        on_click=policy_draft.begin,
        args=(version,),
    )


def _said() -> None:
    said = policy_draft.said()
    if said:
        kind, words = said
        st.success(words) if kind == "success" else st.error(words)


def _cell(label: str, text: str, icon: str) -> None:
    with st.container(gap="xsmall"):
        st.caption(f"{icon} {label}")
        st.markdown(text)


def _in_force_text(row: dict[str, Any]) -> str:
    return t(
        "limit_policies.in_force_text",
        version=row["policy_version"],
        on=shown.day(row["effective_on"]),
        person=person_name(row["approved_by"]),
    )


def _draft_text(draft: Draft) -> str:
    if draft.changed_cells == 0:
        return t("limit_policies.draft_same", version=draft.version)
    said = t("limit_policies.draft_changed", version=draft.version, cells=draft.changed_cells)
    if draft.draft_id is None:
        return said
    return t("policy_editor.kept_as", draft_id=draft.draft_id, draft=said)


def _waiting_text(waiting: list[dict[str, Any]]) -> str:
    if not waiting:
        return t("limit_policies.nothing_waits")
    numbers = t("limit_policies.list_separator").join(str(row["policy_version"]) for row in waiting)
    return t("limit_policies.waiting_text", versions=numbers)


def _next_text(actor: Actor, draft: Draft, waiting: list[dict[str, Any]]) -> str:
    if actor.is_reading:
        return t("limit_policies.next_elsewhere")
    if waiting and actor.may(Permission.APPROVE_POLICY):
        return t("limit_policies.next_approve")
    if draft.changed_cells and actor.may(Permission.SAVE_POLICY):
        return t("limit_policies.next_save")
    if draft.changed_cells:
        return t("limit_policies.next_only_maker")
    return t("limit_policies.next_waits" if waiting else "limit_policies.next_edit")


def _waiting(actor: Actor, row: dict[str, Any]) -> None:
    version = row["policy_version"]
    with st.container(horizontal=True, vertical_alignment="center", key=f"waiting_{version}"):
        st.markdown(
            t(
                "limit_policies.waiting_row",
                version=version,
                note=plain(note_text(row["note"])),
                person=person_name(row["author"]),
            )
        )
        st.button(
            t("limit_policies.try_out"),
            key=f"limit_policies_try_{version}",
            on_click=policy_draft.begin,
            args=(version,),
        )
        policy_version_steps.buttons(actor, row, only=("approve", "return", "withdraw"))
        links.policy_versions(t("limit_policies.to_evidence"), version)


def _save_or_reset(actor: Actor, draft: Draft) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key="limit_policies_save_row"):
        if actor.may(Permission.SAVE_POLICY):
            note = st.text_input(
                t("limit_policies.note_label"),
                key=policy_draft.note_key(),
                placeholder=t("limit_policies.note_placeholder"),
                max_chars=REASON_LENGTH_MAX,
            )
            # Not by a callback: a cell that was left by this very click is in the draft only now.
            if st.button(
                t("limit_policies.save"),
                key="limit_policies_save",
                type="primary",
                icon=":material/save:",
                disabled=draft.policy is None,
            ):
                _save(actor, draft, note)
        st.button(
            t("limit_policies.reset", version=draft.version),
            key="limit_policies_reset",
            icon=":material/undo:",
            on_click=policy_draft.begin,
            args=(draft.version,),
        )


def _save(actor: Actor, draft: Draft, note: str) -> None:
    if draft.policy is None:
        return
    try:
        submission = PolicySubmission(draft.policy, note, draft.draft_id)
        # The evidence is a replay of the whole past.
        with st.spinner(t("limit_policies.submitting"), show_time=True):
            saved = submit_policy(session.store(), actor, submission, at=session.now())
    except LendingError as refusal:
        policy_draft.say("error", wrong_cell_text(refusal, draft.rows))
    else:
        policy_draft.begin(saved)
        policy_draft.say("success", t("limit_policies.saved", version=saved))
    st.rerun()
