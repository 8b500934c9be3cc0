"""Above the tables of the policy: steps back and forth, drafts, files, notes, and quick moves."""

import functools

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LANGUAGES, InvalidInput, LendingError
from lending_core.operations import policy_drafts
from lending_core.policy.adjusting import cut_off, with_cut_off, with_limits, with_prices
from lending_core.policy.document import policy_text, read_policy
from lending_core.policy.rows import rows_of
from pages.ui import format as shown
from pages.ui import policy_compare, policy_draft, session
from pages.ui.policy_draft import Draft
from pages.ui.policy_export import policy_markdown
from pages.ui.text import person_name, plain, refusal_text, t

# Megabytes of a file that may be read in: many times what the longest policy takes.
_FILE_SIZE_MAX = 1
_NOTES_LENGTH_MAX = 5_000
_NOTES_HEIGHT = 68
_LIMITS_PERCENT = (25, 200, 5)
_PRICE_POINTS = (-50, 50, 5)
_DRAFTS_LISTED = 20


def notes(actor: Actor) -> None:
    """What whoever works on the draft wants the next person to know; kept with it."""
    before = policy_draft.notes()
    policy_draft.keep_notes(
        st.text_area(
            t("policy_editor.notes"),
            before,
            key=policy_draft.key("notes"),
            max_chars=_NOTES_LENGTH_MAX,
            height=_NOTES_HEIGHT,
            placeholder=t("policy_editor.notes_placeholder"),
        )
    )
    is_kept = actor.may(Permission.SAVE_POLICY)
    st.caption(t("policy_editor.kept_by_itself" if is_kept else "policy_editor.kept_here_only"))


def show(actor: Actor, draft: Draft, in_force: int, place: DeltaGenerator) -> None:
    """The buttons and the quick moves; drawn once the tables hold what was typed."""
    with place:
        with st.container(horizontal=True, key="limit_policies_desk", gap="small"):
            _steps(actor)
            _drafts(actor, draft, in_force)
            with st.popover(t("policy_editor.files"), icon=":material/description:"):
                _carry_away(draft)
                _read_in()
            policy_compare.button(draft)
        _quick_moves()


def _steps(actor: Actor) -> None:
    # Not by callbacks: a cell that was left by this very click is in the draft only now.
    undone = st.button(
        t("policy_editor.undo"),
        key="limit_policies_undo",
        icon=":material/undo:",
        disabled=not policy_draft.may_undo(),
    )
    redone = st.button(
        t("policy_editor.redo"),
        key="limit_policies_redo",
        icon=":material/redo:",
        disabled=not policy_draft.may_redo(),
    )
    if undone or redone:
        policy_draft.undo(actor) if undone else policy_draft.redo(actor)
        st.rerun()


def _drafts(actor: Actor, draft: Draft, in_force: int) -> None:
    """Every open draft, to go on with; the one at work can be put away."""
    with st.popover(t("policy_editor.drafts"), icon=":material/folder_open:"):
        rows = policy_drafts.drafts(session.store(), actor).head(_DRAFTS_LISTED).rows(named=True)
        if not rows:
            st.caption(t("policy_editor.no_drafts"))
        for row in rows:
            is_here = row["draft_id"] == draft.draft_id
            if st.button(
                t(
                    "policy_editor.draft_row",
                    draft_id=row["draft_id"],
                    name=plain(row["name"]),
                    person=plain(person_name(row["saved_by"])),
                    at=shown.instant(row["saved_at"]),
                ),
                key=f"limit_policies_draft_{row['draft_id']}",
                icon=":material/edit_note:" if is_here else ":material/description:",
                type="tertiary",
                disabled=is_here,
            ):
                _take_up(row["draft_id"])
        if draft.draft_id is not None and actor.may(Permission.SAVE_POLICY):
            _put_away(actor, draft.draft_id, in_force)


def _take_up(draft_id: int) -> None:
    try:
        policy_draft.take_up(draft_id)
    except LendingError as refusal:
        policy_draft.say("error", refusal_text(refusal))
    st.rerun()


def _put_away(actor: Actor, draft_id: int, in_force: int) -> None:
    if not st.button(
        t("policy_editor.put_away", draft_id=draft_id),
        key="limit_policies_put_away",
        icon=":material/archive:",
    ):
        return
    try:
        policy_draft.close(actor, in_force)
    except LendingError as refusal:
        policy_draft.say("error", refusal_text(refusal))
    else:
        policy_draft.say("success", t("policy_editor.is_put_away", draft_id=draft_id))
    st.rerun()


def _read_in() -> None:
    """A policy from a file becomes the draft, as one step that can be undone."""
    file = st.file_uploader(
        t("policy_editor.import"),
        type="toml",
        key=policy_draft.key("import"),
        max_upload_size=_FILE_SIZE_MAX,
    )
    if file is None:
        return
    try:
        policy = read_policy(_decoded(file.getvalue()))
    except LendingError as refusal:
        st.error(refusal_text(refusal))
        return
    policy_draft.replace_rows(rows_of(policy))
    policy_draft.say("success", t("policy_editor.imported", name=plain(policy.name)))
    st.rerun()


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput("policy_syntax", detail=str(error)) from None


def _carry_away(draft: Draft) -> None:
    """The draft as TOML, to be read in again, and in words, to be read."""
    if draft.policy is None:
        st.caption(t("policy_editor.export_needs_sense"))
        return
    texts = {
        "toml": functools.partial(policy_text, draft.policy),
        **{code: functools.partial(policy_markdown, draft.policy, code) for code in LANGUAGES},
    }
    for name, text in texts.items():
        st.download_button(
            t(f"policy_editor.export_{name}"),
            data=text,
            file_name="limit_policy.toml" if name == "toml" else f"limit_policy_{name}.md",
            mime="application/toml" if name == "toml" else "text/markdown",
            key=f"limit_policies_export_{name}",
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
        )


def _quick_moves() -> None:
    """The three numbers that people play with most, each from where the draft stood."""
    rows = policy_draft.anchor()
    scores = cut_off(rows)
    with st.grid(3, min_column_width=150):
        low, high, step = _LIMITS_PERCENT
        limits = st.slider(
            t("policy_editor.slide_limits"),
            low,
            high,
            100,
            step,
            format="%d%%",
            key=policy_draft.slider_key("slide_limits"),
            help=t("policy_editor.slide_limits_help"),
        )
        score = None
        if scores is not None:
            score = st.slider(
                t("policy_editor.slide_cut_off"),
                scores[1],
                scores[2],
                scores[0],
                key=policy_draft.slider_key("slide_cut_off"),
                help=t("policy_editor.slide_cut_off_help"),
            )
        low, high, step = _PRICE_POINTS
        points = st.slider(
            t("policy_editor.slide_prices"),
            low,
            high,
            0,
            step,
            format="%+d",
            key=policy_draft.slider_key("slide_prices"),
            help=t("policy_editor.slide_prices_help"),
        )
    moved = with_prices(with_limits(rows, limits), points)
    if score is not None and scores is not None and score != scores[0]:
        moved = with_cut_off(moved, score)
    if policy_draft.slide_to(moved):
        st.rerun()
