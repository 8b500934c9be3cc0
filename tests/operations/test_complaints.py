"""Complaints of customers of whom nothing is late: they count, and hold a case that opens."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from lending_core.errors import NotFound
from lending_core.operations.complaints import CustomerComplaint, complain, complaints_of
from lending_core.operations.holds import holds_of, lift_hold
from lending_core.store.engine import Store
from tests.builders import ANALYST, AT, MAKER, a_book
from tests.operations.journeys import lent, rows, run_to
from tests.operations.late import CASE, COLLECTOR, LATE_FROM_ON, key

# The loan falls due on 1 December; nothing is late on that day.
EARLY_ON = date(2026, 12, 1)


def on_time(store: Store) -> None:
    lent(store)
    run_to(store, EARLY_ON - timedelta(days=1))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_book(tmp_path / "book.duckdb", on_time)


def test_a_customer_without_a_case_complains_once_and_is_counted(store: Store) -> None:
    said, once = CustomerComplaint(1, "privacy", "my number was given away"), key()

    number = complain(store, COLLECTOR, said, key=once, at=AT)
    again = complain(store, COLLECTOR, said, key=once, at=AT)
    run_to(store, LATE_FROM_ON)

    assert (number, again) == (1, 1)
    told = complaints_of(store, MAKER, 1).row(0, named=True)
    assert (told["received_on"], told["kind"], told["case_id"]) == (EARLY_ON, "privacy", None)
    assert complaints_of(store, ANALYST, 1)["note"].to_list() == [None]
    event = rows(store, "event").filter(action="complaint_recorded").row(0, named=True)
    assert (event["subject_kind"], event["subject_id"]) == ("customer", 1)
    measured = store.read("warning_complaint", from_on=EARLY_ON, business_on=LATE_FROM_ON)
    assert measured.select("measured_on", "units", "cases").rows() == [(LATE_FROM_ON, 1, 1)]


def test_a_case_that_opens_after_a_complaint_is_on_hold_until_it_is_lifted(store: Store) -> None:
    complain(store, COLLECTOR, CustomerComplaint(1, "tone"), key=key(), at=AT)
    run_to(store, LATE_FROM_ON)

    standing = holds_of(store, MAKER, 1).filter("is_in_force")
    lift_hold(store, MAKER, standing["hold_id"].item(), at=AT)

    assert standing.select("case_id", "kind").rows() == [(None, "complaint")]
    assert rows(store, "collection_case")["case_id"].to_list() == [CASE]
    assert holds_of(store, MAKER, 1)["is_in_force"].to_list() == [False]


def test_who_has_a_case_complains_of_it_and_nobody_is_unknown(store: Store) -> None:
    run_to(store, LATE_FROM_ON)

    complain(store, COLLECTOR, CustomerComplaint(1, "tone"), key=key(), at=AT)

    assert complaints_of(store, ANALYST, 1)["case_id"].to_list() == [CASE]
    with pytest.raises(NotFound) as refusal:
        complain(store, COLLECTOR, CustomerComplaint(404, "tone"), key=key(), at=AT)
    assert refusal.value.reason == "customer_unknown"
