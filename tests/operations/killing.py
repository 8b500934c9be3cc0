"""A writer of loans that is killed with -9 again and again: `python -m tests.operations.killing`.

Runs as a program of its own, because a test runner's worker cannot be forked cleanly. Prints the
number of every loan that a writer acknowledged before it was killed.
"""

import contextlib
import multiprocessing
import random
import sys
from datetime import date, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from lending_core.identity.id_number import SPECIMEN_REGION, check_digit
from lending_core.operations.origination import accept_offer, submit_application
from lending_core.store.engine import open_store
from tests.builders import ANALYST, AT, a_read_offer, a_submission

FIRST_BIRTH_ON = date(1980, 1, 1)
# Longer than a submission and an acceptance take, so that kills fall into every part of both.
SECONDS_MAX = 0.5
PATIENCE_SECONDS = 60


def killed(database: Path, round_number: int, after_seconds: float) -> list[int]:
    """Loans acknowledged before the kill. It comes `after_seconds` of the first loan in even
    rounds, else of the start, while the database opens."""
    fresh = multiprocessing.get_context("forkserver")
    # Imported once, so that a round spends its time writing.
    fresh.set_forkserver_preload(["tests.operations.killing"])
    receiver, sender = fresh.Pipe(duplex=False)
    writer = fresh.Process(target=write_loans, args=(database, round_number, sender), daemon=True)
    writer.start()
    sender.close()
    is_warm = round_number % 2 == 0
    told = [receiver.recv()] if is_warm and receiver.poll(PATIENCE_SECONDS) else []
    writer.join(after_seconds)
    if not writer.is_alive():
        sys.exit("the writer stopped by itself: the database did not open, or refused")
    writer.kill()
    writer.join()
    return told + rest(receiver)


def rest(receiver: Connection) -> list[int]:
    loans = []
    with contextlib.suppress(EOFError):
        while receiver.poll():
            loans.append(receiver.recv())
    return loans


def write_loans(database: Path, round_number: int, acknowledged: Connection) -> None:
    """Endless: one customer after another applies and is paid out; sends each loan's number."""
    store = open_store(database)
    number = 0
    while True:
        key = f"{round_number}-{number}"
        submission = a_submission(id_number=id_number(round_number, number))
        application_id = submit_application(store, ANALYST, submission, key=f"s-{key}", at=AT)
        acceptance = a_read_offer(store, application_id)
        loan_id = accept_offer(store, ANALYST, acceptance, key=f"a-{key}", at=AT)
        acknowledged.send(loan_id)
        number += 1


def id_number(round_number: int, number: int) -> str:
    """A specimen number of its own for every loan of every round."""
    birth_on = FIRST_BIRTH_ON + timedelta(days=round_number)
    first_17 = f"{SPECIMEN_REGION}{birth_on:%Y%m%d}{number:03d}"
    return first_17 + check_digit(first_17)


if __name__ == "__main__":
    moments = random.Random(7)
    for number in range(int(sys.argv[2])):
        for loan in killed(Path(sys.argv[1]), number, moments.uniform(0, SECONDS_MAX)):
            print(loan)
