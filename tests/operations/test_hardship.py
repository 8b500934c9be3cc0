"""What an easing was shown to do is what granting it leaves, or it is not granted."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from time import sleep

import polars as pl
import pytest

from lending_core.errors import InvalidState, LendingError, NotAllowed, NotFound
from lending_core.operations.hardship import (
    Easing,
    EasingLook,
    Grant,
    easing_look,
    easing_looks,
    grant_easing,
)
from lending_core.operations.loan_events import LoanEvent, record_within, state_of_loan
from lending_core.store.engine import Store
from tests.builders import ANALYST, AT, MAKER, a_book
from tests.operations.journeys import rows, run_to
from tests.operations.late import CASE, COLLECTOR, OPEN_ON, key, late


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_book(tmp_path / "book.duckdb", late)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The same, for looking only."""
    return a_book(tmp_path_factory.mktemp("shared") / "book.duckdb", late)


def look(store: Store, easing: str, **facts: int) -> EasingLook:
    return easing_look(store, COLLECTOR, Easing(1, easing, **facts))


def test_everything_that_is_usual_stands_side_by_side(shared: Store) -> None:
    found = [
        (each.easing.easing, each.easing.instalments) for each in easing_looks(shared, COLLECTOR, 1)
    ]

    assert found[:7] == [
        ("holiday", 1),
        ("holiday", 2),
        ("holiday", 3),
        ("re_age", None),
        ("extend", 3),
        ("extend", 6),
        ("extend", 12),
    ]
    assert found[7:] == [("waive_penalty", None), ("waive_interest", None)]
    assert rows(shared, "loan_event").is_empty()


def test_a_waiver_costs_what_it_lets_go(shared: Store) -> None:
    penalty_fen = rows(shared, "loan_position")["penalty_fen"][0]

    seen = look(shared, "waive_penalty", amount_fen=penalty_fen)

    # It was due today: nothing to discount.
    assert (seen.given_up_fen, seen.cost_fen) == (penalty_fen, penalty_fen)
    assert (seen.days_past_due_before, seen.days_past_due_after) == (9, 9)


def test_an_extension_reaches_further_and_costs_the_borrower_interest(shared: Store) -> None:
    seen = look(shared, "extend", instalments=6)

    assert seen.last_due_before_on == date(2027, 9, 1)
    assert seen.last_due_after_on == date(2028, 3, 1)
    assert seen.given_up_fen is not None
    assert seen.given_up_fen < 0


def test_re_aging_makes_nothing_late(shared: Store) -> None:
    seen = look(shared, "re_age")

    assert (seen.days_past_due_before, seen.days_past_due_after) == (9, 0)


def test_both_plans_add_up_to_what_is_left(shared: Store) -> None:
    seen = look(shared, "holiday", instalments=2)

    assert seen.plan is not None
    sums = seen.plan.select(pl.col("before_fen", "after_fen").sum()).row(0)
    assert sums == (seen.left_before_fen, seen.left_after_fen)
    assert seen.plan["due_on"][0] == OPEN_ON


def test_what_may_not_be_granted_says_why(shared: Store) -> None:
    seen = look(shared, "holiday", instalments=4)

    assert seen.refusal is not None
    assert (seen.refusal.reason, seen.plan) == ("holiday_length", None)


def test_a_grant_leaves_what_was_shown(store: Store) -> None:
    seen = look(store, "holiday", instalments=2)

    event_id = grant_easing(store, MAKER, Grant.of(CASE, seen), key="g", at=AT)

    now = state_of_loan(store, ANALYST, 1, as_of=OPEN_ON, known_on=OPEN_ON)
    left = now.instalments.select(pl.col("principal_left_fen", "interest_left_fen").sum())
    charges = now.positions["penalty_fen"][0]
    granted = rows(store, "hardship_grant").row(0, named=True)
    assert sum(left.row(0)) + charges == seen.left_after_fen
    assert (granted["loan_event_id"], granted["cost_fen"]) == (event_id, seen.cost_fen)
    actions = rows(store, "event").sort("event_id")["action"].to_list()
    assert actions[-2:] == ["loan_holiday", "hardship_granted"]


def test_the_same_key_grants_once(store: Store) -> None:
    grant = Grant.of(CASE, look(store, "re_age"))
    first = grant_easing(store, MAKER, grant, key="g", at=AT)

    again = grant_easing(store, MAKER, grant, key="g", at=AT + timedelta(hours=1))

    assert (first, rows(store, "hardship_grant").height) == (again, 1)


def test_a_collector_shows_and_does_not_grant(shared: Store) -> None:
    with pytest.raises(NotAllowed):
        grant_easing(shared, COLLECTOR, Grant(CASE, Easing(1, "re_age"), ""), key="g", at=AT)


@pytest.mark.parametrize(
    ("grant", "reason"),
    [
        (Grant(404, Easing(1, "re_age"), ""), "case_unknown"),
        (Grant(CASE, Easing(1, "holiday", instalments=4), ""), "holiday_length"),
    ],
)
def test_a_refused_grant_leaves_no_trace(shared: Store, grant: Grant, reason: str) -> None:
    events = rows(shared, "event").height

    with pytest.raises(LendingError) as refusal:
        grant_easing(shared, MAKER, grant, key=key(), at=AT)

    assert (refusal.value.reason, rows(shared, "event").height) == (reason, events)


def test_a_loan_that_is_not_there_is_not_found(shared: Store) -> None:
    with pytest.raises(NotFound):
        easing_look(shared, COLLECTOR, Easing(404, "re_age"))


def test_what_was_not_shown_is_not_granted(store: Store) -> None:
    """Money is booked while the grant waits for its turn to write."""
    seen = look(store, "re_age")
    money = LoanEvent(1, "payment", OPEN_ON, amount_fen=500_00)

    with ThreadPoolExecutor(1) as other:
        with store.transaction() as writing:
            waiting = other.submit(grant_easing, store, MAKER, Grant.of(CASE, seen), key="g", at=AT)
            sleep(0.5)
            record_within(writing, MAKER, money, key="p", at=AT)
        with pytest.raises(InvalidState) as refusal:
            waiting.result()

    assert refusal.value.reason == "easing_changed"
    assert rows(store, "hardship_grant").is_empty()
    anew = look(store, "re_age")
    grant_easing(store, MAKER, Grant.of(CASE, anew), key="g", at=AT)
    kept = rows(store, "hardship_grant").row(0, named=True)
    assert (kept["given_up_fen"], kept["cost_fen"]) == (anew.given_up_fen, anew.cost_fen)


def test_a_day_that_was_closed_meanwhile_changes_what_was_shown(store: Store) -> None:
    grant = Grant.of(CASE, look(store, "holiday", instalments=1))
    run_to(store, OPEN_ON)

    with pytest.raises(InvalidState, match="once more"):
        grant_easing(store, MAKER, grant, key="g", at=AT)
