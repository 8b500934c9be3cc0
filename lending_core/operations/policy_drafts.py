"""Drafts of the limit policy: kept as they are typed, by whoever may save one, nothing lost.

A draft is a working paper: it decides nobody, so it is no fact of the ledger, and keeping one does
not make the answers of other screens stale. Each saving is a whole revision, never changed.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput, InvalidState, NotFound
from lending_core.ledger.chain import utc_naive
from lending_core.operations.personal import of_the_house
from lending_core.policy.document import Policy
from lending_core.policy.rows import Rows, fitted, rows_of
from lending_core.store.engine import Store, Transaction

NAME_LENGTH_MAX = 100
# Characters of one revision: many times what the longest policy takes.
CONTENT_LENGTH_MAX = 1_000_000
UNDO_MAX = 100


@dataclass(frozen=True)
class Content:
    """What a revision holds: rows (`policy.rows`) as typed, notes, and the numbers of the revisions
    that undo and redo lead to, the nearest last."""

    rows: Rows
    note: str = ""
    past: tuple[int, ...] = ()
    future: tuple[int, ...] = ()


@dataclass(frozen=True)
class DraftContent:
    """A draft at one of its revisions, and who saved that."""

    draft_id: int
    name: str
    base_version: int
    is_open: bool
    revision: int
    saved_by: str
    saved_at: datetime
    content: Content

    @property
    def rows(self) -> Rows:
        """The rows as typed, wrong cells included."""
        return self.content.rows


def edited(now: Content, revision: int, rows: Rows, note: str) -> Content:
    """What follows the content `now` of `revision` when something was typed."""
    return Content(rows, note, (*now.past, revision)[-UNDO_MAX:])


def undone(now: Content, revision: int, kept: Callable[[int], Content]) -> Content:
    """What follows `now` when its last step is undone; `kept`: the content of a revision.

    Raises `InvalidState` where nothing was done."""
    if not now.past:
        raise InvalidState("draft_nothing_to_undo")
    before = kept(now.past[-1])
    return replace(before, past=now.past[:-1], future=(*now.future, revision))


def redone(now: Content, revision: int, kept: Callable[[int], Content]) -> Content:
    """What follows `now` when the step undone last is done again. Raises `InvalidState` where none
    was."""
    if not now.future:
        raise InvalidState("draft_nothing_to_redo")
    after = kept(now.future[-1])
    return replace(after, past=(*now.past, revision)[-UNDO_MAX:], future=now.future[:-1])


def start_draft(  # noqa: PLR0913 (each part is named where it is called)
    store: Store, actor: Actor, policy: Policy, base_version: int, name: str, *, at: datetime
) -> int:
    """Begins a draft with a policy; returns its number. `base_version`: what it is compared to."""
    content = Content(rows_of(policy))
    return start_draft_of(store, actor, content, base_version, name, at=at)


def start_draft_of(  # noqa: PLR0913 (each part is named where it is called)
    store: Store, actor: Actor, content: Content, base_version: int, name: str, *, at: datetime
) -> int:
    """As `start_draft`, with rows as typed, wrong cells and notes included."""
    require(actor, Permission.SAVE_POLICY)
    with store.transaction() as transaction:
        draft_id = transaction.next_id("policy_draft", "draft_id")
        row = {
            "draft_id": draft_id,
            "name": name.strip()[:NAME_LENGTH_MAX] or str(draft_id),
            "base_version": base_version,
            "started_by": actor.user_name,
            "started_at": utc_naive(at),
        }
        transaction.append("policy_draft", pl.DataFrame([row]))
        first = replace(content, past=(), future=())
        _append_revision(transaction, actor, (draft_id, 1), first, at)
    return draft_id


def drafts(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per open draft, the one saved last first: draft_id, name, base_version, revision,
    saved_by, saved_at."""
    require(actor, Permission.VIEW_POLICY)
    return of_the_house(store, actor, store.read("policy_drafts"))


def draft(store: Store, actor: Actor, draft_id: int, revision: int | None = None) -> DraftContent:
    """A draft as saved last, or at one of its revisions. Raises `NotFound`."""
    require(actor, Permission.VIEW_POLICY)
    head = _head(store, draft_id)
    number = revision or head["revision"]
    kept = store.read("policy_draft_revision", draft_id=draft_id, revision=number)
    found = store.opened(kept).rows(named=True)
    if not found:
        raise NotFound("draft_unknown", draft_id=draft_id)
    return DraftContent(
        draft_id=draft_id,
        name=head["name"],
        base_version=head["base_version"],
        is_open=head["is_open"],
        revision=number,
        saved_by=found[0]["saved_by"],
        saved_at=found[0]["saved_at"],
        content=_content(found[0]["content"]),
    )


def newest_revision(store: Store, actor: Actor, draft_id: int) -> int:
    """Number of the revision saved last. Raises `NotFound`."""
    require(actor, Permission.VIEW_POLICY)
    return int(_head(store, draft_id)["revision"])


def save_revision(  # noqa: PLR0913 (each part is named where it is called)
    store: Store, actor: Actor, draft_id: int, seen_revision: int, content: Content, *, at: datetime
) -> int:
    """Keeps what was typed as the next revision; returns its number.

    Raises `InvalidState` when somebody saved after `seen_revision`, or the draft ended.
    """
    require(actor, Permission.SAVE_POLICY)
    with store.transaction() as transaction:
        head = _open_head(transaction, draft_id)
        if head["revision"] != seen_revision:
            raise InvalidState("draft_moved_on", draft_id=draft_id, revision=head["revision"])
        _append_revision(transaction, actor, (draft_id, seen_revision + 1), content, at)
    return seen_revision + 1


def close_draft(
    store: Store,
    actor: Actor,
    draft_id: int,
    *,
    at: datetime,
    policy_version: int | None = None,
) -> None:
    """Ends a draft: submitted as a version, or put away. Its revisions stay readable.

    Raises `InvalidState` when it ended before."""
    require(actor, Permission.SAVE_POLICY)
    with store.transaction() as transaction:
        end_draft(transaction, actor, draft_id, policy_version, at)


def end_draft(
    transaction: Transaction, actor: Actor, draft_id: int, policy_version: int | None, at: datetime
) -> None:
    """As `close_draft`, within the transaction that makes a version of it."""
    _open_head(transaction, draft_id)
    row = {
        "draft_id": draft_id,
        "policy_version": policy_version,
        "ended_by": actor.user_name,
        "ended_at": utc_naive(at),
    }
    schema = {"policy_version": pl.Int32}
    transaction.append("policy_draft_end", pl.DataFrame([row], schema_overrides=schema))


def _append_revision(
    transaction: Transaction, actor: Actor, key: tuple[int, int], content: Content, at: datetime
) -> None:
    text = json.dumps(vars(content), ensure_ascii=False, allow_nan=False)
    if len(text) > CONTENT_LENGTH_MAX:
        raise InvalidInput("draft_too_long")
    row = {
        "draft_id": key[0],
        "revision": key[1],
        "content": text,
        "saved_by": actor.user_name,
        "saved_at": utc_naive(at),
    }
    transaction.append("policy_draft_revision", pl.DataFrame([row]))


def _content(text: str) -> Content:
    kept = json.loads(text)
    past, future = tuple(kept["past"]), tuple(kept["future"])
    return Content(fitted(kept["rows"]), kept["note"], past, future)


def _head(reader: Store | Transaction, draft_id: int) -> dict[str, Any]:
    head = reader.opened(reader.read("policy_draft_head", draft_id=draft_id))
    found = head.rows(named=True)
    if not found:
        raise NotFound("draft_unknown", draft_id=draft_id)
    return found[0]


def _open_head(transaction: Transaction, draft_id: int) -> dict[str, Any]:
    head = _head(transaction, draft_id)
    if not head["is_open"]:
        raise InvalidState("draft_ended", draft_id=draft_id)
    return head
