"""The example of a tape: enough to try an import on, and never of real borrowers."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from lending_core.errors import InvalidState, NotAllowed
from lending_core.operations.tape_desk import receive_tape
from lending_core.operations.tape_examples import FAULTS, FILE_NAME, example_tape
from lending_core.operations.tapes import tape_quality
from lending_core.portfolio.tape_proposal import proposed_mapping
from lending_core.store.engine import Store, open_store
from tests.builders import ANALYST, VIEWER, a_book

UNTIL = date(2026, 10, 31)


@pytest.fixture(scope="module")
def lent(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The loans of the simulated book."""
    copied = tmp_path_factory.mktemp("lent") / "book.duckdb"
    copied.write_bytes(simulated_book.read_bytes())
    store = open_store(copied)
    yield store
    store.close()


def test_every_fault_of_the_example_is_found_and_nothing_else(lent: Store, tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    file.write_bytes(example_tape(lent, ANALYST, UNTIL))
    tape = receive_tape(file, tmp_path / "read")

    report = tape_quality(
        tape, proposed_mapping(tape.columns), at=datetime(2026, 11, 22, tzinfo=UTC)
    )

    assert report.rows_rejected == len(FAULTS) + 1
    assert report.reconciles
    assert report.as_of_on == UNTIL


def test_an_example_needs_the_right_to_import_and_loans_to_take(tmp_path: Path) -> None:
    empty = a_book(tmp_path / "empty.duckdb")

    with pytest.raises(NotAllowed):
        example_tape(empty, VIEWER, UNTIL)
    with pytest.raises(InvalidState):
        example_tape(empty, ANALYST, UNTIL)
    empty.close()
