"""A process that decides and pays out loans until it is killed, and tells of each once kept."""

from datetime import date, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from lending_core.identity.id_number import SPECIMEN_REGION, check_digit
from lending_core.operations.origination import accept_offer, submit_application
from lending_core.store.engine import open_store
from tests.builders import ANALYST, AT, a_submission, an_acceptance

FIRST_BIRTH_ON = date(1980, 1, 1)


def write_loans(database: Path, round_number: int, acknowledged: Connection) -> None:
    """Endless: one customer after another applies and is paid out; sends each loan's number."""
    store = open_store(database)
    number = 0
    while True:
        key = f"{round_number}-{number}"
        submission = a_submission(id_number=id_number(round_number, number))
        application_id = submit_application(store, ANALYST, submission, key=f"s-{key}", at=AT)
        acceptance = an_acceptance(application_id)
        loan_id = accept_offer(store, ANALYST, acceptance, key=f"a-{key}", at=AT)
        acknowledged.send(loan_id)
        number += 1


def id_number(round_number: int, number: int) -> str:
    """A specimen number of its own for every loan of every round."""
    birth_on = FIRST_BIRTH_ON + timedelta(days=round_number)
    first_17 = f"{SPECIMEN_REGION}{birth_on:%Y%m%d}{number:03d}"
    return first_17 + check_digit(first_17)
