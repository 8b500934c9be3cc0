"""Drafts of the policy: kept, taken up by another, undone; a second saving is refused."""

from pathlib import Path
from typing import Any

import pytest

from lending_core.access.permissions import SYSTEM, Actor, Role
from lending_core.errors import InvalidInput, InvalidState, NotAllowed, NotFound
from lending_core.operations.console import newest_event_id
from lending_core.operations.ledger_checks import verify_ledger
from lending_core.operations.policy_drafts import (
    Content,
    close_draft,
    draft,
    drafts,
    edited,
    newest_revision,
    redone,
    save_revision,
    start_draft,
    start_draft_of,
    undone,
)
from lending_core.operations.sealing import seal_block
from lending_core.policy.document import opening_policy
from lending_core.policy.rows import Rows, rows_of
from lending_core.store.engine import Store
from tests.builders import APPROVER, AT, MAKER, VIEWER, a_book

OTHER = Actor("second_maker", Role.RISK_MAKER)
ROWS = rows_of(opening_policy())


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return a_book(tmp_path_factory.mktemp("drafts") / "book.duckdb")


def started(store: Store, name: str = "Smaller limits") -> int:
    return start_draft(store, MAKER, opening_policy(), 1, name, at=AT)


def typed(value: str) -> Rows:
    """The opening policy with another text in the value of its first rule."""
    first, *others = ROWS["gate"]
    return ROWS | {"gate": [first | {"value": value}, *others]}


def save(store: Store, draft_id: int, seen: int, value: str, actor: Actor = MAKER) -> int:
    now = draft(store, actor, draft_id, seen).content
    content = edited(now, seen, typed(value), f"to {value}")
    return save_revision(store, actor, draft_id, seen, content, at=AT)


def first_value(content: Content) -> Any:
    return content.rows["gate"][0]["value"]


def test_a_draft_is_kept_as_typed_wrong_cells_and_notes_included(store: Store) -> None:
    draft_id = started(store)

    revision = save(store, draft_id, 1, "grown up")

    kept = draft(store, VIEWER, draft_id)
    assert (kept.revision, revision, kept.base_version, kept.saved_by) == (2, 2, 1, "risk_maker")
    assert (first_value(kept.content), kept.content.note) == ("grown up", "to grown up")
    assert draft(store, VIEWER, draft_id, 1).rows == ROWS


def test_the_second_of_two_savings_is_refused_and_nothing_is_lost(store: Store) -> None:
    draft_id = started(store)
    save(store, draft_id, 1, "20", OTHER)

    with pytest.raises(InvalidState) as refusal:
        save(store, draft_id, 1, "21")

    assert refusal.value.reason == "draft_moved_on"
    assert newest_revision(store, MAKER, draft_id) == 2
    assert first_value(draft(store, MAKER, draft_id).content) == "20"


def test_mine_goes_on_as_a_draft_of_its_own(store: Store) -> None:
    content = Content(typed("grown up"), "mine", past=(1, 2))

    draft_id = start_draft_of(store, OTHER, content, 1, " ", at=AT)

    kept = draft(store, OTHER, draft_id)
    assert (kept.name, kept.content) == (str(draft_id), Content(typed("grown up"), "mine"))


def test_steps_are_undone_and_done_again_in_their_order(store: Store) -> None:
    draft_id = started(store)
    save(store, draft_id, 1, "20")
    save(store, draft_id, 2, "21")

    def step(move: Any) -> str:
        now = draft(store, MAKER, draft_id)
        content = move(
            now.content,
            now.revision,
            lambda revision: draft(store, MAKER, draft_id, revision).content,
        )
        save_revision(store, MAKER, draft_id, now.revision, content, at=AT)
        return str(first_value(content))

    steps = [step(move) for move in (undone, undone, redone, undone, redone, redone)]

    assert steps == ["20", "18", "20", "18", "20", "21"]
    with pytest.raises(InvalidState):
        step(redone)


def test_typing_after_undoing_forgets_what_was_undone() -> None:
    undoing = undone(Content(typed("20"), past=(1,)), 2, lambda _: Content(ROWS))

    after = edited(undoing, 3, typed("30"), "")

    assert (undoing.future, after.future, after.past) == ((2,), (), (3,))


def test_nothing_can_be_undone_in_a_new_draft() -> None:
    with pytest.raises(InvalidState):
        undone(Content(ROWS), 1, lambda _: Content(ROWS))


def test_open_drafts_are_listed_and_a_closed_one_takes_no_more(store: Store) -> None:
    kept, closed = started(store, "Kept"), started(store, "Closed")

    close_draft(store, MAKER, closed, at=AT)

    listed = drafts(store, VIEWER)["draft_id"].to_list()
    assert (kept in listed, closed in listed) == (True, False)
    assert draft(store, VIEWER, closed).is_open is False
    with pytest.raises(InvalidState):
        save(store, closed, 1, "20")
    with pytest.raises(InvalidState):
        close_draft(store, MAKER, closed, at=AT)


def test_a_draft_makes_no_answer_of_other_screens_stale(store: Store) -> None:
    before = newest_event_id(store)

    draft_id = started(store)
    save(store, draft_id, 1, "20")
    close_draft(store, MAKER, draft_id, at=AT)

    assert newest_event_id(store) == before


@pytest.mark.parametrize("actor", [VIEWER, APPROVER])
def test_only_who_may_save_a_policy_keeps_drafts(store: Store, actor: Actor) -> None:
    draft_id = started(store)

    with pytest.raises(NotAllowed):
        start_draft(store, actor, opening_policy(), 1, "Mine", at=AT)
    with pytest.raises(NotAllowed):
        save_revision(store, actor, draft_id, 1, Content(ROWS), at=AT)
    with pytest.raises(NotAllowed):
        close_draft(store, actor, draft_id, at=AT)


def test_an_unknown_draft_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        draft(store, MAKER, 999)
    with pytest.raises(NotFound):
        draft(store, MAKER, started(store), 7)


def test_a_draft_beyond_all_measure_is_refused(store: Store) -> None:
    draft_id = started(store)

    with pytest.raises(InvalidInput):
        save_revision(store, MAKER, draft_id, 1, Content(ROWS, "x" * 1_000_001), at=AT)

    assert newest_revision(store, MAKER, draft_id) == 1


def test_drafts_of_a_quiet_day_are_no_forgeries(store: Store, tmp_path: Path) -> None:
    store.signing_key = tmp_path / "ledger-key"
    seal_block(store, SYSTEM, at=AT)

    draft_id = started(store)
    save(store, draft_id, 1, "grown up")
    close_draft(store, MAKER, draft_id, at=AT)

    assert verify_ledger(store, APPROVER).findings == ()
