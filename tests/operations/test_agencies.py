"""Holds and complaints, agencies that may and may not have a case."""

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path

import polars as pl
import pytest

from lending_core.errors import LendingError, NotAllowed
from lending_core.operations.agencies import HandOver, Recall, agency_figures, hand_over, recall
from lending_core.operations.collection_cases import case_after_all
from lending_core.operations.collection_team import complaints_by_month
from lending_core.operations.collections import case_log
from lending_core.operations.contacts import allowances
from lending_core.operations.holds import (
    Complaint,
    Hold,
    holds_of,
    lift_hold,
    place_hold,
    record_complaint,
)
from lending_core.operations.promises import Promise, record_promise
from lending_core.store.engine import Store
from tests.builders import ANALYST, AT, MAKER, a_book
from tests.operations.journeys import rows, run_to
from tests.operations.late import CASE, COLLECTOR, key, late, pay, try_once

# 91 days past due at the close of 2 March.
LATE_ENOUGH_ON = date(2027, 3, 3)


def very_late(store: Store) -> None:
    """A loan that was never paid, on the day after it became 91 days late."""
    late(store)
    run_to(store, LATE_ENOUGH_ON - timedelta(days=1))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_book(tmp_path / "book.duckdb", very_late)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The same, for what leaves no trace."""
    return a_book(tmp_path_factory.mktemp("shared") / "book.duckdb", very_late)


def refused(work: object, *arguments: object, **named: object) -> str:
    with pytest.raises(LendingError) as refusal:
        work(*arguments, **named)  # type: ignore[operator]
    return refusal.value.reason


def place(store: Store, agency: str = "heyue") -> int:
    return hand_over(store, MAKER, HandOver(CASE, agency), key=key(), at=AT)


def hold(store: Store, kind: str = "dispute", days: int | None = 7) -> int:
    return place_hold(store, MAKER, Hold(CASE, kind, days), key=key(), at=AT)


def test_words_of_a_hold_are_for_those_who_may_see_personal_data(store: Store) -> None:
    place_hold(store, MAKER, Hold(CASE, "dispute", 7, "Aunt Wang will send it"), key=key(), at=AT)

    assert holds_of(store, ANALYST, 1)["note"].to_list() == [None]
    assert case_log(store, ANALYST, 1)["note"].is_null().all()
    assert holds_of(store, MAKER, 1)["note"].to_list() == ["Aunt Wang will send it"]


def in_force(store: Store) -> list[tuple[str, date | None]]:
    return holds_of(store, ANALYST, 1).filter("is_in_force").select("kind", "until_on").rows()


def test_only_who_is_published_and_not_violent_is_given_a_case(shared: Store) -> None:
    assert refused(place, shared, "suzhui") == "agency_not_published"
    assert refused(place, shared, "tiewan") == "agency_violent"
    assert refused(place, shared, "nobody") == "agency_unknown"
    assert rows(shared, "agency_placement").is_empty()


def test_a_case_at_an_agency_is_called_by_nobody_of_the_house(store: Store) -> None:
    place(store)

    assert refused(try_once, store) == "at_agency"
    assert refused(place, store, "chengxin") == "case_out_already"
    assert allowances(store, ANALYST, CASE, at=AT)[0].allowed_from is None


def test_a_case_called_back_is_the_houses_again(store: Store) -> None:
    place(store)
    recall(store, MAKER, Recall(CASE, "no_result"), at=AT)

    assert try_once(store) == 1
    assert refused(recall, store, MAKER, Recall(CASE, "no_result"), at=AT) == "case_not_out"
    log = case_log(store, ANALYST, 1)["entry"].to_list()
    assert sorted(log) == ["contact", "handed_over", "opened", "recalled"]


def test_an_agency_has_a_case_on_ninety_days_and_no_more(store: Store) -> None:
    """The day on which it is handed over is the first."""
    place(store)
    last_on = LATE_ENOUGH_ON + timedelta(days=89)

    run_to(store, last_on - timedelta(days=1))
    on_last = refused(try_once, store)
    run_to(store, last_on)

    assert rows(store, "agency_placement")["due_back_on"].to_list() == [last_on]
    assert on_last == "at_agency"
    assert try_once(store) == 1


def test_what_came_in_meanwhile_is_the_agencys(store: Store) -> None:
    place(store)
    pay(store, 300_00)

    first = agency_figures(store, ANALYST).filter(agency_code="heyue").row(0, named=True)
    assert (first["cases_out"], first["placed"], first["recovered_fen"]) == (1, 1, 300_00)
    assert first["placed_fen"] == rows(store, "agency_placement")["overdue_fen"][0]


def test_money_of_the_day_of_a_second_hand_over_counts_once(store: Store) -> None:
    place(store)
    pay(store, 300_00)
    recall(store, MAKER, Recall(CASE, "no_result"), at=AT)
    place(store)

    again = agency_figures(store, ANALYST).filter(agency_code="heyue").row(0, named=True)
    assert (again["placed"], again["recovered_fen"]) == (2, 300_00)


def test_a_case_on_hold_or_promised_goes_nowhere(store: Store) -> None:
    promise = Promise(CASE, 1_00, LATE_ENOUGH_ON + timedelta(days=1))
    record_promise(store, COLLECTOR, promise, key=key(), at=AT)
    assert refused(place, store) == "promise_still_open"

    hold(store)

    assert refused(place, store) == "case_on_hold"


def test_an_early_case_goes_nowhere(tmp_path: Path) -> None:
    early = a_book(tmp_path / "early.duckdb", late)

    assert refused(place, early) == "case_too_early"


def test_a_hold_stands_on_as_many_days_as_were_asked_for(store: Store) -> None:
    hold(store)

    last_on = LATE_ENOUGH_ON + timedelta(days=6)
    assert in_force(store) == [("dispute", last_on)]
    allowed_from = allowances(store, ANALYST, CASE, at=AT)[0].allowed_from
    assert allowed_from == datetime.combine(last_on + timedelta(days=1), time(8))
    run_to(store, last_on - timedelta(days=1))
    assert refused(try_once, store) == "on_hold"
    run_to(store, last_on)
    assert in_force(store) == []


def test_of_two_holds_the_longer_counts_and_lifting_is_of_one(store: Store) -> None:
    short, endless = hold(store), hold(store, "death", None)

    lift_hold(store, MAKER, endless, at=AT)
    assert refused(try_once, store) == "on_hold"
    lift_hold(store, MAKER, short, at=AT)

    assert try_once(store) == 1
    assert refused(lift_hold, store, MAKER, short, at=AT) == "hold_over"


def test_a_hold_ends_with_its_case(store: Store) -> None:
    hold(store, "death", None)
    owed = rows(store, "loan_position").row(0, named=True)
    pay(store, owed["overdue_fen"] + owed["penalty_fen"] + 10_00)

    run_to(store, LATE_ENOUGH_ON)

    lifted = rows(store, "collection_hold_end").select("hold_id", "lifted_on", "lifted_by").rows()
    assert lifted == [(1, LATE_ENOUGH_ON, "system")]
    assert in_force(store) == []
    closed = rows(store, "event").filter(action="day_closed").sort("event_id")["payload"][-1]
    assert json.loads(closed)["holds_lifted"] == 1


def test_a_hold_of_days_not_offered_is_refused(shared: Store) -> None:
    assert refused(hold, shared, "dispute", 8) == "hold_days"
    assert refused(hold, shared, "dispute", None) == "hold_days"
    assert refused(lift_hold, shared, MAKER, 404, at=AT) == "hold_unknown"


def test_a_complaint_begins_a_hold_and_is_the_agencys_who_has_the_case(store: Store) -> None:
    place(store)
    complaint = Complaint(CASE, "tone", "was shouted at")

    record_complaint(store, COLLECTOR, complaint, key=key(), at=AT)

    row = rows(store, "complaint").row(0, named=True)
    assert (row["kind"], row["agency_code"], row["received_on"]) == (
        "tone",
        "heyue",
        LATE_ENOUGH_ON,
    )
    assert in_force(store) == [("complaint", LATE_ENOUGH_ON + timedelta(days=14))]
    assert "shouted" not in str(rows(store, "event")["payload"].to_list())


def test_who_paid_and_then_complains_counts_and_is_left_alone(store: Store) -> None:
    """CO-12 asks what borrowers say of collections, also after their case."""
    place(store)
    owed = rows(store, "loan_position").row(0, named=True)
    pay(store, owed["overdue_fen"] + owed["penalty_fen"] + 10_00)
    run_to(store, LATE_ENOUGH_ON)

    record_complaint(store, COLLECTOR, Complaint(CASE, "tone"), key=key(), at=AT)

    kept = rows(store, "complaint").select("customer_id", "case_id", "agency_code").rows()
    assert kept == [(1, CASE, "heyue")]
    assert complaints_by_month(store, ANALYST)["complaints"].sum() == 1
    assert in_force(store) == [("complaint", LATE_ENOUGH_ON + timedelta(days=15))]
    ended = case_after_all(store, ANALYST, CASE)
    assert (ended["customer_id"], ended["closed_on"]) == (1, LATE_ENOUGH_ON)
    nobodys = Complaint(404, "tone")
    assert refused(record_complaint, store, COLLECTOR, nobodys, key=key(), at=AT) == "case_unknown"


def test_notes_are_for_who_may_see_personal_data(store: Store) -> None:
    record_complaint(store, COLLECTOR, Complaint(CASE, "tone", "shouted"), key=key(), at=AT)

    seen = {
        who.user_name: case_log(store, who, 1).filter(pl.col("entry") == "complaint")["note"][0]
        for who in (ANALYST, COLLECTOR)
    }
    assert seen == {"analyst": None, "collector": "shouted"}


def test_a_collector_neither_holds_nor_hands_over(shared: Store) -> None:
    with pytest.raises(NotAllowed):
        place_hold(shared, COLLECTOR, Hold(CASE, "dispute", 7), key=key(), at=AT)
    with pytest.raises(NotAllowed):
        hand_over(shared, COLLECTOR, HandOver(CASE, "heyue"), key=key(), at=AT)
