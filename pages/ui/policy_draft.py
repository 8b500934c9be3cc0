"""The draft of a limit policy at this screen: what was typed, kept by itself as it is typed.

Whoever may save a policy works on a draft of the store, named in the URL: it survives a reload, and
others may go on with it. Everybody else plays in their session. `rows` is all that was typed, wrong
cells included; `mounted` is what a grid was given when it appeared, since the grid itself remembers
what was typed from then on.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import InvalidInput, InvalidState, LendingError
from lending_core.operations import policy_drafts
from lending_core.operations.policy_drafts import Content, edited, redone, undone
from lending_core.policy.document import Policy
from lending_core.policy.row_changes import row_changes
from lending_core.policy.rows import Row, Rows, policy_of, rows_of
from pages.ui import inputs, reads, session
from pages.ui.text import person_name, plain, refusal_text, t

_KEY = "limit_policies_draft"
_SAID_KEY = "limit_policies_said"
_URL_KEY = "draft"
_MOVED_ON = "draft_moved_on"


@dataclass(frozen=True)
class Draft:
    """Version it began as, its rows, and what they read as: a policy, or why they do not.

    `draft_id` is None as long as nothing is kept in the store."""

    version: int
    base: Policy
    rows: Rows
    policy: Policy | None
    refusal: InvalidInput | None
    draft_id: int | None = None

    @property
    def changed_cells(self) -> int:
        """How many cells and rows differ from the version it began as."""
        return len(row_changes(rows_of(self.base), self.rows))


def ensure(in_force: int) -> None:
    """Takes up the draft that the URL names, else goes on with this session's, else begins one from
    the version in force."""
    kept, asked = st.session_state.get(_KEY), inputs.whole_in_url(_URL_KEY)
    if asked is not None and (kept is None or asked != kept["in_url"]):
        _take_up_or_say(asked, in_force)
    elif kept is None:
        begin(in_force)
    _put_in_url()


def begin(policy_version: int) -> None:
    """Starts the draft afresh from a version; the grids forget what was typed."""
    _open(policy_version, Content(rows_of(reads.policy(policy_version))), None, 1)


def take_up(draft_id: int) -> None:
    """Goes on with a draft of the store, as saved last. Raises `NotFound`, or `InvalidState` when
    it ended."""
    found = policy_drafts.draft(session.store(), _actor(), draft_id)
    if not found.is_open:
        raise InvalidState("draft_ended", draft_id=draft_id)
    _open(found.base_version, found.content, draft_id, found.revision)


def read() -> Draft:
    """The draft as it stands, after the grids of this run were drawn."""
    kept = state()
    base = reads.policy(kept["version"])
    try:
        policy, refusal = policy_of(kept["rows"]), None
    except InvalidInput as wrong_cell:
        policy, refusal = None, wrong_cell
    return Draft(
        kept["version"],
        base,
        kept["rows"],
        policy,
        refusal,
        draft_id=kept["draft_id"],
    )


def rows() -> Rows:
    """The rows of every table, as they stand."""
    typed: Rows = state()["rows"]
    return typed


def grid_key(part: str) -> str:
    """Key of the grid of one table: another one after a new beginning, and per language."""
    return f"limit_policies_{part}_{session.language()}_{state()['generation']}"


def mounted(part: str) -> list[Row]:
    """The rows that the grid was given when it appeared, which its edits are relative to."""
    kept = state()
    if grid_key(part) not in st.session_state or part not in kept["mounted"]:
        kept["mounted"][part] = kept["rows"][part]
    given: list[Row] = kept["mounted"][part]
    return given


def keep(part: str, rows: list[Row]) -> None:
    """Keeps what the grid holds now."""
    kept = state()
    if kept["rows"][part] != rows:
        kept["rows"] = kept["rows"] | {part: rows}
        kept["anchor"], kept["sliders"] = kept["rows"], kept["sliders"] + 1


def notes() -> str:
    """The notes on the draft."""
    return str(state()["note"])


def keep_notes(notes: str) -> None:
    """Keeps the notes on the draft."""
    state()["note"] = notes


def remount() -> None:
    """Gives every grid its rows anew: they changed otherwise than by typing into it."""
    kept = state()
    kept["generation"], kept["mounted"] = kept["generation"] + 1, {}


def replace_rows(rows: Rows) -> None:
    """Puts other rows in the place of all, as one step that can be undone."""
    kept = state()
    kept["rows"], kept["anchor"], kept["sliders"] = rows, rows, kept["sliders"] + 1
    remount()


def anchor() -> Rows:
    """The rows that the sliders move: as they were before the first move."""
    rows: Rows = state()["anchor"]
    return rows


def slide_to(rows: Rows) -> bool:
    """Puts rows that a slider made of `anchor` in the place of all; whether anything moved."""
    kept = state()
    if rows == kept["rows"]:
        return False
    kept["rows"] = rows
    remount()
    return True


def slider_key(name: str) -> str:
    """Key of a slider: back in the middle after anything else was changed."""
    return f"limit_policies_{name}_{state()['sliders']}"


def note_key() -> str:
    """Key of the field for why a version is submitted: empty again after a new beginning."""
    return f"limit_policies_note_{state()['beginning']}"


def key(name: str) -> str:
    """Key of a field of the draft: filled anew whenever the rows came from elsewhere."""
    return f"limit_policies_{name}_{state()['generation']}"


def settle(actor: Actor) -> None:
    """Saves what was typed since the last run, or shows what somebody else saved meanwhile."""
    kept = state()
    if kept["conflict"]:
        return
    content: Content = kept["content"]
    if (kept["rows"], kept["note"]) != (content.rows, content.note):
        _save(actor, edited(content, kept["revision"], kept["rows"], kept["note"]))
    elif kept["draft_id"] is not None:
        _look_for_news(actor)


def may_undo() -> bool:
    """Whether there is an earlier step to go back to."""
    return bool(state()["content"].past)


def may_redo() -> bool:
    """Whether a step was undone that can be done again."""
    return bool(state()["content"].future)


def undo(actor: Actor) -> None:
    """Takes the last step back."""
    _move(actor, undone)


def redo(actor: Actor) -> None:
    """Does the step undone last again."""
    _move(actor, redone)


def close(actor: Actor, in_force: int) -> None:
    """Puts the draft away, and begins anew from a version."""
    draft_id = state()["draft_id"]
    if draft_id is not None:
        policy_drafts.close_draft(session.store(), actor, draft_id, at=session.now())
    begin(in_force)


def say(kind: str, sentence: str) -> None:
    """Keeps a sentence for the next run to show once: `success` or `error`."""
    st.session_state[_SAID_KEY] = (kind, sentence)


def said() -> tuple[str, str] | None:
    """The sentence to show now, if there is one; it is shown once."""
    return st.session_state.pop(_SAID_KEY, None)


def _open(version: int, content: Content, draft_id: int | None, revision: int) -> None:
    kept = st.session_state.get(_KEY)
    st.session_state[_KEY] = {
        "version": version,
        "draft_id": draft_id,
        "revision": revision,
        "content": content,
        "rows": content.rows,
        "note": content.note,
        "anchor": content.rows,
        "generation": kept["generation"] + 1 if kept else 0,
        "beginning": kept["beginning"] + 1 if kept else 0,
        "sliders": kept["sliders"] + 1 if kept else 0,
        "mounted": {},
        "history": {},
        "conflict": False,
        "in_url": kept["in_url"] if kept else None,
    }


def _save(actor: Actor, content: Content) -> None:
    kept = state()
    if not actor.may(Permission.SAVE_POLICY):
        if kept["draft_id"] is not None:
            # Somebody else's draft is played with as a copy.
            content, kept["draft_id"] = replace(content, past=(kept["revision"],)), None
        kept["history"][kept["revision"]] = kept["content"]
        kept["content"], kept["revision"] = content, kept["revision"] + 1
        return
    try:
        if kept["draft_id"] is None:
            kept["draft_id"], kept["revision"] = _started(actor, kept["content"]), 1
        kept["revision"] = policy_drafts.save_revision(
            session.store(),
            actor,
            kept["draft_id"],
            kept["revision"],
            content,
            at=session.now(),
        )
        kept["content"] = content
    except InvalidState as refusal:
        _refused(actor, refusal)
    _put_in_url()


def _refused(actor: Actor, refusal: InvalidState) -> None:
    """Nothing typed is lost: a draft that moved on is shown beside mine, one that ended goes on as
    another."""
    if refusal.reason == _MOVED_ON:
        state()["conflict"] = True
        return
    keep_apart(actor)
    say("error", refusal_text(refusal))


def _look_for_news(actor: Actor) -> None:
    kept = state()
    newest = policy_drafts.newest_revision(session.store(), actor, kept["draft_id"])
    if newest == kept["revision"]:
        return
    theirs = policy_drafts.draft(session.store(), actor, kept["draft_id"])
    _open(theirs.base_version, theirs.content, theirs.draft_id, theirs.revision)
    say("success", t("policy_editor.news", person=plain(person_name(theirs.saved_by))))
    st.rerun()


def _move(actor: Actor, step: Callable[..., Content]) -> None:
    kept = state()
    content = step(kept["content"], kept["revision"], _content_of)
    _save(actor, content)
    if kept["conflict"]:
        return
    kept["rows"], kept["note"] = content.rows, content.note
    kept["anchor"], kept["sliders"] = content.rows, kept["sliders"] + 1
    remount()


def _content_of(revision: int) -> Content:
    kept = state()
    if kept["draft_id"] is None:
        content: Content = kept["history"][revision]
        return content
    found = policy_drafts.draft(session.store(), _actor(), kept["draft_id"], revision)
    return found.content


def keep_apart(actor: Actor) -> None:
    """Goes on with what was typed as a draft of its own."""
    kept = state()
    content = Content(kept["rows"], kept["note"])
    _open(kept["version"], content, _started(actor, content), 1)


def _started(actor: Actor, content: Content) -> int:
    return policy_drafts.start_draft_of(
        session.store(),
        actor,
        content,
        state()["version"],
        str(content.rows["general"][0]["name"] or ""),
        at=session.now(),
    )


def _take_up_or_say(draft_id: int, in_force: int) -> None:
    try:
        take_up(draft_id)
    except LendingError as refusal:
        begin(in_force)
        say("error", refusal_text(refusal))


def _put_in_url() -> None:
    kept = state()
    kept["in_url"] = kept["draft_id"]
    shown = st.query_params.get(_URL_KEY)
    wanted = None if kept["draft_id"] is None else str(kept["draft_id"])
    if wanted is None and shown is not None:
        del st.query_params[_URL_KEY]
    elif wanted is not None and shown != wanted:
        st.query_params[_URL_KEY] = wanted


def state() -> dict[str, Any]:
    """What this session keeps of the draft; changed by this module and by `policy_conflict`."""
    kept: dict[str, Any] = st.session_state[_KEY]
    return kept


def _actor() -> Actor:
    return session.require(Permission.VIEW_POLICY)
