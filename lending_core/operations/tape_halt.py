"""Ending a reading of a tape from another thread, where it would not report for a while."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from lending_core.operations.tape_shapes import Progress
from lending_core.store.engine import Transaction


class Halted(Exception):
    """Whoever asked for a reading wants it no more."""


class Halt:
    """Progress of a reading that can be ended: it ends at its next report, and what the engine is
    at meanwhile is broken off each time that `ask` is called."""

    def __init__(self, hear: Progress) -> None:
        self._hear = hear
        self._is_asked = threading.Event()
        self._at_work: Transaction | None = None

    def __call__(self, done: int, of: int, what: str) -> None:
        """Passes a report on. Raises `Halted` once the end was asked for."""
        if self._is_asked.is_set():
            raise Halted
        self._hear(done, of, what)

    def ask(self) -> None:
        """Asks for the end. Between two statements nothing is there to be broken off: ask again
        until the reading is over."""
        self._is_asked.set()
        at_work = self._at_work
        if at_work is not None:
            at_work.interrupt()

    @contextmanager
    def over(self, transaction: Transaction) -> Iterator[None]:
        """While the block runs, what `transaction` does can be broken off."""
        self._at_work = transaction
        try:
            yield
        finally:
            self._at_work = None


@contextmanager
def breakable(transaction: Transaction, progress: Progress | None) -> Iterator[Progress]:
    """The progress to report to while the block runs, which `progress` may end where it is a
    `Halt`."""
    if isinstance(progress, Halt):
        with progress.over(transaction):
            yield progress
    else:
        yield progress or (lambda _done, _of, _what: None)
