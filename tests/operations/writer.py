"""A process that decides and pays out loans until it is killed; says each loan only when kept."""

import sys
from dataclasses import replace
from pathlib import Path

from lending_core.operations.origination import accept_offer, submit_application
from lending_core.store.engine import open_store
from tests.builders import ANALYST, AT, a_submission, an_acceptance


def write_loans(database: Path, round_number: int) -> None:
    """Endless: each loan is one submission and one acceptance, then one line on standard output."""
    store = open_store(database)
    number = 0
    while True:
        key = f"{round_number}-{number}"
        submission = replace(a_submission(), amount_asked_fen=100_000)
        application_id = submit_application(store, ANALYST, submission, key=f"s-{key}", at=AT)
        acceptance = an_acceptance(application_id, amount_fen=100_000)
        loan_id = accept_offer(store, ANALYST, acceptance, key=f"a-{key}", at=AT)
        sys.stdout.write(f"{loan_id}\n")
        sys.stdout.flush()
        number += 1


if __name__ == "__main__":
    write_loans(Path(sys.argv[1]), int(sys.argv[2]))
