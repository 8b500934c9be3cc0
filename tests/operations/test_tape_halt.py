"""A reading of a tape ends when it is asked to, also while the engine is busy."""

from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import duckdb
import pytest

from lending_core.access.permissions import SYSTEM
from lending_core.operations.tape_desk import receive_tape
from lending_core.operations.tape_halt import Halt, Halted, breakable
from lending_core.operations.tapes import ImportOrder, import_tape
from lending_core.portfolio.tape_mapping import read_tape_mapping
from lending_core.settings import Settings
from lending_core.store.desk import open_desk
from tests.operations.test_tapes import AT, MAPPING, OUTCOMES

# Days of work for any machine.
ENDLESS = (
    "select count(*) from range(1000000000) a, range(1000000000) b where a.range % 7 = b.range"
)


def test_a_statement_is_broken_off_while_it_runs(tmp_path: Path):
    halt = Halt(lambda _done, _of, _what: None)

    def busy() -> None:
        with open_desk([], tmp_path).transaction() as transaction, breakable(transaction, halt):
            transaction.evaluate(ENDLESS)

    with ThreadPoolExecutor(1) as threads:
        working = threads.submit(busy)
        while not working.done():
            halt.ask()
            wait([working], 0.05)

    with pytest.raises(duckdb.InterruptException):
        working.result()


def test_an_import_ends_at_its_next_report_and_leaves_nothing(tmp_path: Path):
    (tmp_path / "tape.csv").write_text(OUTCOMES)
    tape = receive_tape(tmp_path / "tape.csv", tmp_path / "desk")
    heard: list[tuple[int, int, str]] = []

    def hear(done: int, of: int, what: str) -> None:
        heard.append((done, of, what))
        (halt.ask if what == "loans" else bool)()

    halt = Halt(hear)
    order = ImportOrder(tape, read_tape_mapping(MAPPING), "cut")

    with pytest.raises(Halted):
        import_tape(
            Settings(tmp_path / "l.duckdb", None, "1GB", "en"), SYSTEM, order, at=AT, progress=halt
        )

    assert heard == [(0, 0, "reading"), (0, 11, "loans")]
    assert list((tmp_path / "books").iterdir()) == []
