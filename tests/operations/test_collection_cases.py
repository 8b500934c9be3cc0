"""A case opens with the first late day and ends with the last; nobody works on another's."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest

from lending_core.access.permissions import Actor, Role
from lending_core.errors import InvalidState, LendingError, NotAllowed, NotFound
from lending_core.operations.collection_cases import give_back, open_case_of, take
from lending_core.operations.collections import QueueFilter, take_next
from lending_core.operations.console import book
from lending_core.operations.debts import debts
from lending_core.operations.rebuilding import rebuild
from lending_core.store.engine import Store, open_store
from tests.builders import ANALYST, AT, VIEWER, a_book
from tests.operations.journeys import rows, run_to
from tests.operations.late import (
    CASE,
    COLLECTOR,
    LATE_FROM_ON,
    OPEN_ON,
    SECOND,
    late,
    pay,
    try_once,
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_book(tmp_path / "book.duckdb", late)


def due_fen(store: Store) -> int:
    """What settles all that is late, on the open day."""
    position = rows(store, "loan_position").row(0, named=True)
    return int(position["overdue_fen"] + position["penalty_fen"]) + 10_00


def ended(store: Store) -> list[tuple[int, date]]:
    return rows(store, "collection_case_end").select("case_id", "closed_on").rows()


def test_a_case_opens_on_the_first_late_day(store: Store) -> None:
    cases = rows(store, "collection_case").select("case_id", "customer_id", "opened_on").rows()

    assert cases == [(1, 1, LATE_FROM_ON)]
    assert open_case_of(store, VIEWER, 1) == CASE


def test_it_ends_on_the_day_after_which_nothing_is_late(store: Store) -> None:
    pay(store, due_fen(store))
    run_to(store, OPEN_ON)

    assert ended(store) == [(1, OPEN_ON)]
    assert open_case_of(store, VIEWER, 1) is None


def test_a_part_paid_ends_nothing(store: Store) -> None:
    pay(store, 1_00)
    run_to(store, OPEN_ON)

    assert ended(store) == []


def test_who_is_late_again_has_another_case(store: Store) -> None:
    pay(store, due_fen(store))
    run_to(store, date(2027, 1, 2))

    opened = rows(store, "collection_case").sort("case_id")["opened_on"].to_list()
    assert opened == [LATE_FROM_ON, date(2027, 1, 2)]


def test_a_history_derived_anew_leaves_cases_as_they_were(store: Store) -> None:
    pay(store, due_fen(store))
    run_to(store, date(2027, 1, 2))
    cases, ends = rows(store, "collection_case"), ended(store)

    rebuild(store, at=AT)

    assert rows(store, "collection_case").equals(cases)
    assert (ended(store), open_case_of(store, VIEWER, 1)) == (ends, 2)


def test_the_close_says_how_many_cases_it_opened_and_ended(store: Store) -> None:
    pay(store, due_fen(store))
    run_to(store, OPEN_ON)

    closed = rows(store, "event").filter(action="day_closed").sort("event_id")
    facts = json.loads(closed["payload"][-1])
    assert (facts["cases_opened"], facts["cases_ended"]) == (0, 1)


def test_a_case_outlasts_the_write_off_while_there_is_a_claim(
    simulated_book: Path, tmp_path: Path
) -> None:
    store = open_store(Path(shutil.copy(simulated_book, tmp_path / "copy.duckdb")))
    cases = rows(store, "open_case")["customer_id"].to_list()

    late_now = store.read("customer_owes", customer_id=None)["customer_id"].to_list()

    assert sorted(cases) == late_now


def test_a_case_that_somebody_took_is_not_anothers(store: Store) -> None:
    until = take(store, COLLECTOR, CASE, at=AT)

    with pytest.raises(InvalidState) as refusal:
        take(store, SECOND, CASE, at=AT)

    assert refusal.value.reason == "case_taken"
    assert refusal.value.facts["user_name"] == "collector"
    assert until == AT.replace(tzinfo=None) + timedelta(minutes=30)


def test_nobody_logs_a_contact_on_anothers_case(store: Store) -> None:
    take(store, SECOND, CASE, at=AT)

    with pytest.raises(InvalidState) as refusal:
        try_once(store)

    assert refusal.value.reason == "case_taken"
    assert rows(store, "contact_attempt").is_empty()


def test_a_case_is_free_when_its_time_is_over(store: Store) -> None:
    take(store, COLLECTOR, CASE, at=AT)

    with pytest.raises(InvalidState):
        take(store, SECOND, CASE, at=AT + timedelta(minutes=30) - timedelta(seconds=1))
    take(store, SECOND, CASE, at=AT + timedelta(minutes=30))

    assert rows(store, "case_lock").height == 2


def test_a_case_given_back_is_free_at_once(store: Store) -> None:
    take(store, COLLECTOR, CASE, at=AT)
    give_back(store, COLLECTOR, CASE, at=AT)
    take(store, SECOND, CASE, at=AT)

    with pytest.raises(InvalidState) as refusal:
        give_back(store, COLLECTOR, CASE, at=AT)

    assert refusal.value.reason == "case_not_taken"


def test_who_may_look_may_not_take(store: Store) -> None:
    with pytest.raises(NotAllowed):
        take(store, ANALYST, CASE, at=AT)
    with pytest.raises(NotFound):
        take(store, COLLECTOR, 404, at=AT)


def test_collectors_who_ask_at_once_never_get_the_same(
    simulated_book: Path, tmp_path: Path
) -> None:
    store = open_store(Path(shutil.copy(simulated_book, tmp_path / "book.duckdb")))
    people = [Actor(f"collector {number}", Role.COLLECTOR) for number in range(8)]

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda who: take_next(store, who, QueueFilter(), at=AT), people))

    assert len(set(taken) - {None}) == 8


def test_next_gives_the_case_before_back_and_it_comes_again_untried(store: Store) -> None:
    first = take_next(store, COLLECTOR, QueueFilter(), at=AT)
    again = take_next(store, COLLECTOR, QueueFilter(), at=AT)

    assert (first, again) == (CASE, CASE)
    with pytest.raises(LendingError):
        take(store, SECOND, CASE, at=AT)


def test_nobody_is_next_in_quiet_hours(store: Store) -> None:
    with pytest.raises(InvalidState) as refusal:
        take_next(store, COLLECTOR, QueueFilter(), at=AT + timedelta(hours=12))

    assert refusal.value.reason == "queue_quiet"


def test_a_customer_with_a_case_owes_what_is_late(store: Store) -> None:
    owed = debts(store, 1).row(0, named=True)

    assert (owed["days_past_due"], book(store).open_on) == (9, OPEN_ON)
