"""The process is killed with -9 while it writes, again and again: nothing kept is lost or half."""

import os
import subprocess
import sys
import time
from pathlib import Path

import polars as pl

from lending_core.ledger.chain import Event, first_break
from lending_core.operations.closing import close_day
from lending_core.settings import PROJECT_ROOT
from lending_core.store.engine import Store, open_store
from tests.builders import ANALYST, AT, OPEN_ON, a_book

# Each costs a second; `make soak` asks for fifty.
KILLS = int(os.environ.get("TEST_KILLS", "2"))


def killed(database: Path, times: int) -> list[int]:
    """Loans that the writers acknowledged, each writer killed once."""
    command = [sys.executable, "-m", "tests.operations.killing", str(database), str(times)]
    done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [int(line) for line in done.stdout.split()]


def half_written(store: Store) -> pl.DataFrame:
    """Loans that lack an instalment, a funder or their ledger event; or, now that their day is
    closed, a line of the journal (in from the lender, out to the borrower) or their month."""
    return store.read_sql(
        """
        select loan.loan_id
        from loan
        left join (
            select loan_id, sum(principal_fen) as principal_fen from instalment group by loan_id
        ) as contract on loan.loan_id = contract.loan_id
        left join (
            select loan_id, sum(share_fen) as share_fen from funding group by loan_id
        ) as funded on loan.loan_id = funded.loan_id
        left join (
            select loan_id, count(*) as lines, sum(amount_fen) as total_fen
            from journal group by loan_id
        ) as booked on loan.loan_id = booked.loan_id
        left join loan_month on loan.loan_id = loan_month.loan_id
        left join event on event.subject_kind = 'loan' and event.subject_id = loan.loan_id
        where contract.principal_fen is distinct from loan.principal_fen
            or funded.share_fen is distinct from loan.principal_fen
            or booked.lines is distinct from 4
            or booked.total_fen is distinct from 0
            or loan_month.principal_fen is distinct from loan.principal_fen
            or event.event_id is null
        """
    )


def test_no_kept_loan_is_lost_or_half_written_by_kills(tmp_path: Path) -> None:
    database = tmp_path / "book.duckdb"
    a_book(database).close()

    told = killed(database, KILLS)

    store = open_store(database)
    close_day(store, ANALYST, OPEN_ON, at=AT)
    kept = set(store.read_sql("select loan_id from loan")["loan_id"])
    events = store.read("event_list", subject_kind=None, subject_id=None, after_event_id=None)
    chain = (Event(**row) for row in events.sort("event_id").rows(named=True))
    assert len(told) >= KILLS // 2
    assert set(told) <= kept
    assert half_written(store).is_empty()
    assert first_break(chain) is None


def test_the_database_opens_quickly_after_a_kill(tmp_path: Path) -> None:
    database = tmp_path / "book.duckdb"
    a_book(database).close()
    killed(database, 1)

    began = time.monotonic()
    open_store(database).close()

    assert time.monotonic() - began < 2
