"""One loan of an imported tape: what is told of it, and what is not."""

from collections.abc import Iterator
from datetime import date

import pytest

from lending_core.errors import NotFound
from lending_core.operations.tape_loans import loan_called, tape_loan, tape_months, tape_payments
from lending_core.store.engine import Store, open_store
from tests.builders import VIEWER
from tests.pages.tapes import write_tape


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Loan 1 told by payments and month ends, loan 2 by its day of disbursement."""
    store = open_store(write_tape(tmp_path_factory.mktemp("tape") / "t.duckdb", "payments"))
    yield store
    store.close()


def test_a_loan_has_its_facts_its_import_and_where_it_stood_last(tape: Store) -> None:
    loan = tape_loan(tape, VIEWER, 1)

    assert loan["reference"] == "A-1"
    assert loan["file_name"] == "loans_2011.csv"
    assert [loan["month_end_on"], loan["bucket"]] == [date(2011, 12, 31), "M3"]
    assert loan["outstanding_fen"] == 98_000
    assert loan["own_segments"] == {"term": "long"}


def test_what_the_tape_does_not_tell_is_unknown_never_zero(tape: Store) -> None:
    loan = tape_loan(tape, VIEWER, 2)

    assert [loan["lent_fen"], loan["standing"], loan["own_segments"]] == [None, None, {}]
    assert tape_months(tape, VIEWER, 2).is_empty()


def test_months_and_payments_come_oldest_first(tape: Store) -> None:
    assert tape_months(tape, VIEWER, 1)["days_past_due"].to_list() == [0, 31, 61]
    assert tape_payments(tape, VIEWER, 1).rows() == [(date(2011, 11, 3), 8_990)]


def test_a_loan_is_found_by_the_reference_of_the_tape(tape: Store) -> None:
    assert loan_called(tape, VIEWER, " B-2 ") == 2
    with pytest.raises(NotFound):
        loan_called(tape, VIEWER, "C-3")
    with pytest.raises(NotFound):
        tape_loan(tape, VIEWER, 3)
