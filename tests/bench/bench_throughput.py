"""One writer: how many applications it decides and funds a second, over a book as large as the
demonstration's, on disk, each transaction signed in the ledger and all of them sealed at the end.

BENCH_BOOK may name the file of such a book, its keys beside it; a copy of it is written to.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from lending_core.access.permissions import SYSTEM
from lending_core.identity.id_number import check_digit
from lending_core.operations.console import book, open_console
from lending_core.operations.lines import DrawRequest, draw
from lending_core.operations.origination import Submission, accept_offer, submit_application
from lending_core.operations.quotes import cost_sheet_hash, quote
from lending_core.operations.sealing import seal_block, silent
from lending_core.settings import PROJECT_ROOT, from_environment
from lending_core.store.engine import Store
from tests.builders import ANALYST, AT, a_read_offer, a_submission

BORROWERS = 30
# The first of all find nothing compiled and nothing kept.
FIRST = 10
AMOUNT_FEN, INSTALMENTS, METHOD = 300_000, 10, "equal_principal"


def run() -> list[dict[str, Any]]:
    """Steps a second of one thread, one after the other: first the warm-up."""
    with tempfile.TemporaryDirectory() as folder:
        store = _console(Path(folder))
        _lend(store, range(FIRST))
        before = _loans(store)
        decided_s, funded_s, lines = _lend(store, range(FIRST, FIRST + BORROWERS))
        funded = _loans(store) - before
        drawn_s = _seconds(lambda: _draw(store, lines))
        drawn = _loans(store) - before - funded
        sealed_s = _seconds(lambda: seal_block(store, SYSTEM, at=AT, progress=silent))
        store.close()
    whole_s = decided_s + funded_s + sealed_s
    return [
        _row("applications decided and funded by one writer", funded / whole_s, 2),
        _row("applications decided by one writer, no loan", BORROWERS / decided_s, 3),
        _row("drawings funded by one writer under lines that are open", drawn / drawn_s, 3),
    ]


def _row(name: str, figure: float, least: float) -> dict[str, Any]:
    return {"name": name, "figure": figure, "aim": f"at least {least:g}", "unit": "a second"}


def _loans(store: Store) -> int:
    """How many loans are paid out: who waits for a lender's money is not among them."""
    return int(store.read_sql("select count(*) as loans from loan").item())


def _console(folder: Path) -> Store:
    """The console's own store over a sealed book of the demonstration's size."""
    database = folder / "lending.duckdb"
    os.environ |= {"LENDING_DATABASE": str(database), "LENDING_DEMO": "on"}
    kept = os.environ.get("BENCH_BOOK")
    if kept:
        shutil.copytree(Path(kept).parent, folder, dirs_exist_ok=True)
    else:
        for command in ("simulate", "seal"):
            arguments = [sys.executable, "-m", "lending_core", command]
            subprocess.run(arguments, cwd=PROJECT_ROOT, check=True, capture_output=True)
    return open_console(from_environment())


def _lend(store: Store, numbers: range) -> tuple[float, float, list[int]]:
    """Borrowers of good record apply and take what is offered: seconds of deciding and of funding,
    and the lines of those who do not wait for a lender."""
    decided_s = funded_s = 0.0
    lines = []
    for number in numbers:
        submission = _submission(number)
        start = time.perf_counter()
        application_id = submit_application(store, ANALYST, submission, key=f"a{number}", at=AT)
        decided = time.perf_counter()
        acceptance = a_read_offer(store, application_id, amount_fen=AMOUNT_FEN)
        accept_offer(store, ANALYST, acceptance, key=f"o{number}", at=AT)
        funded_s += time.perf_counter() - decided
        decided_s += decided - start
        case = store.read("application_case", application_id=application_id).row(0, named=True)
        if case["loan_id"] is not None:
            lines.append(int(case["line_id"]))
    return decided_s, funded_s, lines


def _draw(store: Store, lines: list[int]) -> None:
    """Each of them draws the same amount once more."""
    on = book(store).open_on
    for line_id in lines:
        case = store.read("line_case", line_id=line_id).row(0, named=True)
        sheet = cost_sheet_hash(quote(case, AMOUNT_FEN, INSTALMENTS, METHOD, on))
        read = (AT, AT + timedelta(seconds=30))
        request = DrawRequest(line_id, AMOUNT_FEN, INSTALMENTS, METHOD, sheet, *read)
        draw(store, ANALYST, request, key=f"d{line_id}", at=AT)


def _submission(number: int) -> Submission:
    """One person after another, each with a number and a phone of their own."""
    born = date(1970, 1, 1) + timedelta(days=number)
    digits = f"999999{born:%Y%m%d}001"
    return a_submission(id_number=digits + check_digit(digits), phone=f"139{number:08d}")


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
