"""Plain values come for a reason, for a while, to who may have them, and leave a trace."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from lending_core.access.permissions import Actor, Role
from lending_core.errors import InvalidInput, InvalidState, NotAllowed
from lending_core.operations.collection_cases import take
from lending_core.operations.unmasking import Wish, access_log, shown_in_plain, unmask
from lending_core.store.engine import Store
from tests.builders import ANALYST, APPROVER, AT, ID_NUMBER, MAKER, a_book
from tests.operations.journeys import rows
from tests.operations.late import CASE, COLLECTOR, late

WISH = Wish(1, "complaint", "C-2026/17")
TO_CALL = Wish(1, "case")
AUDITOR = Actor("auditor", Role.AUDITOR)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_book(tmp_path / "book.duckdb", late)


def test_one_record_is_shown_for_a_quarter_of_an_hour_to_who_asked(store: Store) -> None:
    plain = unmask(store, MAKER, WISH, at=AT)

    still = shown_in_plain(store, MAKER, 1, at=AT + timedelta(minutes=14, seconds=59))
    over = shown_in_plain(store, MAKER, 1, at=AT + timedelta(minutes=15))
    others = shown_in_plain(store, APPROVER, 1, at=AT)
    assert (plain.name, plain.id_number, plain.birth_on) == ("王小明", ID_NUMBER, "1990-01-01")
    assert (still, over, others) == (plain, None, None)


def test_who_saw_it_and_why_is_in_the_log_and_the_event_names_nobody(store: Store) -> None:
    unmask(store, MAKER, WISH, at=AT)

    seen = access_log(store, AUDITOR).row(0, named=True)
    event = rows(store, "event").sort("event_id").row(-1, named=True)
    assert (seen["user_name"], seen["customer_id"], seen["unmask_reason"], seen["reference"]) == (
        *("risk_maker", 1),
        *("complaint", "C-2026/17"),
    )
    assert (event["action"], event["subject_id"]) == ("personal_data_shown", 1)
    assert "王" not in event["payload"]
    assert ID_NUMBER not in event["payload"]


def test_a_collector_sees_whom_to_call_once_the_case_is_taken(store: Store) -> None:
    with pytest.raises(InvalidState) as refusal:
        unmask(store, COLLECTOR, TO_CALL, at=AT)

    take(store, COLLECTOR, CASE, at=AT)

    assert refusal.value.reason == "unmask_case_not_taken"
    assert str(unmask(store, COLLECTOR, TO_CALL, at=AT).phone).isdigit()
    assert access_log(store, APPROVER)["reference"].to_list() == [f"case {CASE}"]


@pytest.mark.parametrize(
    ("actor", "wish"),
    [
        (MAKER, replace(WISH, reason="curiosity")),
        (MAKER, replace(WISH, ticket="王小明 rang")),
        (MAKER, replace(WISH, ticket="王小明")),
        (MAKER, replace(WISH, ticket="call-13800101001")),
        (COLLECTOR, WISH),
    ],
)
def test_without_a_reason_of_the_list_nothing_is_shown(
    store: Store, actor: Actor, wish: Wish
) -> None:
    with pytest.raises(InvalidInput):
        unmask(store, actor, wish, at=AT)

    assert access_log(store, APPROVER).is_empty()


def test_nobody_without_the_right_sees_anything_in_plain(store: Store) -> None:
    with pytest.raises(NotAllowed):
        unmask(store, ANALYST, WISH, at=AT)

    assert shown_in_plain(store, ANALYST, 1, at=AT) is None
