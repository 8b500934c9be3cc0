"""What staff record of a loan counts from the open day on, until it is lifted."""

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from lending_core.errors import InvalidInput, InvalidState, NotFound
from lending_core.operations.listing import Asked, Order
from lending_core.operations.loan_triggers import (
    TriggerOrder,
    all_triggers,
    count_triggers,
    lift_trigger,
    record_trigger,
    triggers,
)
from lending_core.operations.provisions import computed
from lending_core.store.engine import Store
from tests.builders import AT, MAKER, VIEWER
from tests.operations.tape_rows import ON, a_tape

OPEN_ON = date(2026, 11, 1)
FRAUD = TriggerOrder(1, "fraud", "police report 12")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Loan 1 is on time at the end of October; the book is open on 1 November."""
    return a_tape(tmp_path / "tape.duckdb", principal_fen=100_000)


def test_a_recorded_fact_holds_from_the_open_day_on_with_its_event(store: Store) -> None:
    trigger_id = record_trigger(store, MAKER, FRAUD, at=AT)

    assert store.read("loan_trigger_in_force", month_end_on=ON).is_empty()
    assert triggers(store, VIEWER).select("trigger_id", "kind", "from_on").rows() == [
        (trigger_id, "fraud", OPEN_ON)
    ]
    event = store.read("newest_event").row(0, named=True)
    assert (event["action"], event["subject_kind"], event["subject_id"]) == (
        "loan_trigger_recorded",
        "loan",
        1,
    )
    assert json.loads(event["payload"]) == {"kind": "fraud", "trigger_id": trigger_id}


def test_facts_are_counted_paged_and_exported_without_their_words_for_a_viewer(
    store: Store,
) -> None:
    record_trigger(store, MAKER, FRAUD, at=AT)
    record_trigger(store, MAKER, TriggerOrder(2, "fraud", "report 13"), at=AT)
    by_loan = Order("loan_id")

    second = triggers(store, MAKER, Asked(by_loan, 1, 1))
    file = pl.concat(all_triggers(store, VIEWER, by_loan))

    assert count_triggers(store, VIEWER) == file.height == 2
    assert second.select("loan_id", "reason").rows() == [(1, "police report 12")]
    assert file.select("loan_id", "reason").rows() == [(2, None), (1, None)]


def test_a_month_end_before_it_stays_as_it_was(store: Store) -> None:
    before = computed(store, ON).loans

    record_trigger(store, MAKER, FRAUD, at=AT)

    assert computed(store, ON).loans.equals(before)


def test_a_lifted_fact_holds_no_more_and_may_be_recorded_again(store: Store) -> None:
    trigger_id = record_trigger(store, MAKER, FRAUD, at=AT)

    lift_trigger(store, MAKER, trigger_id, "mistaken identity", at=AT)

    assert triggers(store, VIEWER).is_empty()
    with pytest.raises(NotFound):
        lift_trigger(store, MAKER, trigger_id, "twice", at=AT)
    assert record_trigger(store, MAKER, FRAUD, at=AT) > trigger_id


def test_a_fact_is_recorded_once_of_a_loan_that_there_is(store: Store) -> None:
    record_trigger(store, MAKER, FRAUD, at=AT)

    with pytest.raises(InvalidState, match="recorded of loan 1 already"):
        record_trigger(store, MAKER, FRAUD, at=AT)
    with pytest.raises(NotFound):
        record_trigger(store, MAKER, TriggerOrder(99, "death", "heirs wrote"), at=AT)
    with pytest.raises(InvalidInput):
        TriggerOrder(1, "gossip", "heard")
