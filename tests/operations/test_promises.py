"""A promise is kept or broken by the money that stands."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from lending_core.errors import InvalidState, LendingError, NotAllowed
from lending_core.operations.console import book
from lending_core.operations.loan_events import LoanEvent, record
from lending_core.operations.promises import (
    Promise,
    least_fen,
    promise_states,
    promises_of,
    record_promise,
)
from lending_core.store.engine import Store
from tests.builders import ANALYST, AT, MAKER, a_book
from tests.operations.journeys import rows, run_to
from tests.operations.late import CASE, COLLECTOR, OPEN_ON, key, late, pay

DUE_ON = OPEN_ON + timedelta(days=3)
GRACE_TO_ON = OPEN_ON + timedelta(days=5)
PROMISED_FEN = 500_00


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_book(tmp_path / "book.duckdb", promised)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The same, for what leaves no trace."""
    return a_book(tmp_path_factory.mktemp("shared") / "book.duckdb", promised)


def promise(store: Store, amount_fen: int = PROMISED_FEN, due_on: date = DUE_ON) -> int:
    wish = Promise(CASE, amount_fen, due_on)
    return record_promise(store, COLLECTOR, wish, key=key(), at=AT)


def promised(store: Store) -> None:
    """500 yuan on 13 December, promised on the 10th by a borrower who is late."""
    late(store)
    promise(store)


def states(store: Store) -> list[tuple[str, int]]:
    return promise_states(store).select("promise_state", "paid_fen").rows()


def test_a_promise_is_open_until_its_grace_is_over(store: Store) -> None:
    run_to(store, GRACE_TO_ON - timedelta(days=1))
    assert states(store) == [("open", 0)]

    run_to(store, GRACE_TO_ON)

    assert states(store) == [("broken", 0)]


def test_money_in_time_keeps_it(store: Store) -> None:
    run_to(store, GRACE_TO_ON - timedelta(days=1))
    pay(store, PROMISED_FEN)

    assert states(store) == [("kept", PROMISED_FEN)]


def test_money_a_day_later_does_not(store: Store) -> None:
    run_to(store, GRACE_TO_ON)
    pay(store, PROMISED_FEN)

    assert states(store) == [("broken", 0)]


def test_parts_add_up_to_ninety_five_per_cent_and_a_fen_less_is_too_little(store: Store) -> None:
    pay(store, 400_00)
    pay(store, 74_99)
    assert states(store) == [("open", 474_99)]

    pay(store, 1)

    assert states(store) == [("kept", 475_00)]


def test_a_payment_that_is_taken_back_kept_nothing(store: Store) -> None:
    payment_id = pay(store, PROMISED_FEN)
    back = LoanEvent(1, "reversal", book(store).open_on, reverses_event_id=payment_id, reason="x")
    record(store, MAKER, back, key=key(), at=AT)
    run_to(store, GRACE_TO_ON)

    assert states(store) == [("broken", 0)]


def test_a_newer_promise_replaces_an_open_one_and_takes_the_money(store: Store) -> None:
    promise(store, 300_00, DUE_ON + timedelta(days=2))
    pay(store, 300_00)

    assert states(store) == [("replaced", 0), ("kept", 300_00)]


def test_the_newest_promise_is_told_first_with_who_took_it(store: Store) -> None:
    promise(store, 300_00)

    found = promises_of(store, ANALYST, 1).select("promise_id", "due_on", "recorded_by").rows()
    assert found == [(2, DUE_ON, "collector"), (1, DUE_ON, "collector")]


def test_the_ledger_has_the_promise(store: Store) -> None:
    event = rows(store, "event").sort("event_id").row(-1, named=True)

    assert (event["action"], event["subject_kind"], event["subject_id"]) == (
        "promise_made",
        "case",
        CASE,
    )


WRONG = {
    "amount_not_positive": (0, DUE_ON),
    "promise_above_owed": (9_000_00, DUE_ON),
    "promise_day": (PROMISED_FEN, OPEN_ON - timedelta(days=1)),
}


@pytest.mark.parametrize("reason", WRONG)
def test_what_cannot_be_promised_is_refused(shared: Store, reason: str) -> None:
    with pytest.raises(LendingError) as refusal:
        promise(shared, *WRONG[reason])

    assert refusal.value.reason == reason
    assert rows(shared, "promise").height == 1


def test_a_promise_reaches_two_weeks_and_no_day_more(shared: Store) -> None:
    with pytest.raises(LendingError) as refusal:
        promise(shared, due_on=OPEN_ON + timedelta(days=15))

    assert refusal.value.facts["last_on"] == OPEN_ON + timedelta(days=14)


def test_a_case_that_ended_takes_no_promise(store: Store) -> None:
    position = rows(store, "loan_position").row(0, named=True)
    pay(store, position["overdue_fen"] + position["penalty_fen"] + 10_00)
    run_to(store, OPEN_ON)

    with pytest.raises(InvalidState) as refusal:
        promise(store)

    assert refusal.value.reason == "case_ended"


def test_who_may_look_takes_no_promise(shared: Store) -> None:
    with pytest.raises(NotAllowed):
        record_promise(shared, ANALYST, Promise(CASE, 1, DUE_ON), key=key(), at=AT)


def test_what_counts_as_kept_is_rounded_up() -> None:
    assert [least_fen(fen) for fen in (1, 100, 101)] == [1, 95, 96]
