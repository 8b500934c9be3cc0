"""Two people saved one draft: both changes in words, and three ways on."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from lending_core.access.permissions import Actor
from lending_core.operations import policy_drafts
from lending_core.operations.policy_drafts import Content
from lending_core.policy.row_changes import RowChange, merged, row_changes
from lending_core.policy.rows import Rows
from pages.ui import policy_draft, session
from pages.ui.policy_words import changes_text
from pages.ui.session import language
from pages.ui.text import person_name, plain, t

# Sentences of one side; more are counted.
_LISTED = 12


@dataclass(frozen=True)
class Conflict:
    """Somebody saved first: who, and what each of us changed since we both saw the same."""

    saved_by: str
    seen: Rows
    mine: Rows
    theirs: Rows

    @property
    def their_changes(self) -> list[RowChange]:
        """What they changed and saved."""
        return row_changes(self.seen, self.theirs)

    @property
    def my_changes(self) -> list[RowChange]:
        """What was typed here and is not saved."""
        return row_changes(self.seen, self.mine)


def found(actor: Actor) -> Conflict | None:
    """What two people did to one draft, where the second saving was refused."""
    kept = policy_draft.state()
    if not kept["conflict"]:
        return None
    theirs = policy_drafts.draft(session.store(), actor, kept["draft_id"])
    seen: Content = kept["content"]
    return Conflict(theirs.saved_by, seen.rows, kept["rows"], theirs.rows)


def show(actor: Actor) -> None:
    """Who saved first, what differs on each side, and the three ways on; nothing where nobody
    did."""
    conflict = found(actor)
    if conflict is None:
        return
    with st.container(border=True, key="limit_policies_conflict"):
        person = plain(person_name(conflict.saved_by))
        st.warning(t("policy_editor.conflict", person=person), icon=":material/group:")
        theirs, mine = st.columns(2)
        with theirs:
            _side(
                t("policy_editor.theirs", person=person),
                conflict.their_changes,
                conflict.seen,
                conflict.theirs,
            )
        with mine:
            _side(t("policy_editor.mine"), conflict.my_changes, conflict.seen, conflict.mine)
        with st.container(horizontal=True):
            _way_on("put_on_top", lambda: put_mine_on_top(actor), is_first=True)
            _way_on("keep_apart", lambda: policy_draft.keep_apart(actor))
            _way_on("take_theirs", take_theirs)


def take_theirs() -> None:
    """Goes on with what the other person saved; what was typed here since is given up."""
    policy_draft.take_up(policy_draft.state()["draft_id"])


def put_mine_on_top(actor: Actor) -> None:
    """Saves what was changed here over what they saved; where both changed a cell, this stands."""
    kept = policy_draft.state()
    mine, note, seen = kept["rows"], kept["note"], kept["content"]
    theirs = policy_drafts.draft(session.store(), actor, kept["draft_id"])
    policy_draft.take_up(kept["draft_id"])
    if note != seen.note:
        policy_draft.keep_notes(note)
    policy_draft.replace_rows(merged(seen.rows, mine, theirs.rows))
    policy_draft.settle(actor)


def _side(title: str, changes: list[RowChange], before: Rows, after: Rows) -> None:
    st.markdown(f"**{title}**")
    lines = changes_text(changes[:_LISTED], before, after, language())
    st.markdown("\n".join(f"- {plain(line)}" for line in lines) or t("policy_editor.only_notes"))
    if len(changes) > _LISTED:
        st.caption(t("policy_editor.more_changes", count=len(changes) - _LISTED))


def _way_on(way: str, step: Callable[[], None], *, is_first: bool = False) -> None:
    if st.button(
        t(f"policy_editor.{way}"),
        key=f"limit_policies_{way}",
        type="primary" if is_first else "secondary",
    ):
        step()
        st.rerun()
