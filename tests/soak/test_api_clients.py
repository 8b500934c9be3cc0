"""Twenty mini-programs at once: what was confirmed is in the store once, nothing else is, the books
balance and the chain is whole. API_MINUTES and API_CLIENTS say how long and how many."""

import os
import resource
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from lending_core.access.clients import Scope
from lending_core.access.permissions import SYSTEM
from lending_core.operations import accounting, ledger
from lending_core.operations.api_clients import TokenOrder, make_token, open_client
from lending_core.operations.catching_up import close_through
from lending_core.operations.console import book
from lending_core.operations.ledger_checks import verify_ledger
from lending_core.operations.sealing import seal_block
from lending_core.settings import PROJECT_ROOT
from lending_core.store.engine import Store, open_store
from tests.browser.conftest import free_port, wait_until_healthy
from tests.soak.api_clients import Client

MINUTES = float(os.environ.get("API_MINUTES", "5"))
CLIENTS = int(os.environ.get("API_CLIENTS", "20"))
DECIDE_SECONDS_MAX = 1.0
# Whoever is answered less than a third as often as most has been crowded out.
STARVED_SHARE = 3


class Day(NamedTuple):
    """What the mini-programs did, and the store that they left behind."""

    clients: list[Client]
    store: Store
    log: str


@pytest.fixture(scope="module")
def day(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    folder = tmp_path_factory.mktemp("api")
    database = Path(shutil.copy(simulated_book, folder / "book.duckdb"))
    key = simulated_book.with_suffix(".ledger-key")
    if key.exists():
        shutil.copy(key, database.with_suffix(".ledger-key"))
    tokens = made_tokens(database)
    port = free_port()
    log = folder / "log"
    before = processor_seconds()
    with log.open("w") as written:
        server = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "server:app", "--port", str(port)],
            cwd=PROJECT_ROOT,
            env=os.environ | {"LENDING_DATABASE": str(database)},
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_healthy(f"http://localhost:{port}", server, log)
        clients = worked(f"http://127.0.0.1:{port}/api/v1", tokens)
    finally:
        server.terminate()
        server.wait(timeout=60)
    report(clients)
    print(f"processor time of the house: {processor_seconds() - before:.0f} s")
    store = open_store(database)
    store.signing_key = database.with_suffix(".ledger-key")
    yield Day(clients, store, log.read_text())
    store.close()


def made_tokens(database: Path) -> list[str]:
    store, at = open_store(database), datetime.now(UTC)
    store.signing_key = database.with_suffix(".ledger-key")
    tokens = []
    for number in range(CLIENTS):
        code = open_client(store, SYSTEM, f"client-{number:02d}", at=at)
        tokens.append(make_token(store, SYSTEM, TokenOrder(code, tuple(Scope), 1), at=at))
    store.close()
    return tokens


def worked(base_url: str, tokens: list[str]) -> list[Client]:
    clients = [Client(number, token, base_url) for number, token in enumerate(tokens)]
    for client in clients:
        client.prepare()
    until = time.monotonic() + MINUTES * 60
    with ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(lambda client: client.work(until), clients))
    return clients


def report(clients: list[Client]) -> None:
    """How much was asked, how long each kind took, and what a decision took by its parts: as the
    house says it, and `without_card` as the client saw it, all but the card and the wait for it."""
    answers = [each for client in clients for each in client.answers]
    decided = [each for client in clients for each in client.took]
    print(f"\n{len(answers):,} answers to {len(clients)} clients in {MINUTES:g} minutes")
    rates = len(answers) / MINUTES / 60, len(decided) / MINUTES
    print(f"{rates[0]:.1f} answers a second, {rates[1]:.0f} decisions a minute")
    done = [*map(work_of, clients)]
    print(f"of one client, from {min(done)} to {max(done)} answers")
    print(f"asked again because the house was busy: {sum(each.busy for each in clients)}")
    print(f"refused: {dict(sum((each.refusals for each in clients), Counter()))}")
    for label in dict.fromkeys(each.label for each in answers):
        show(label, [each.seconds for each in answers if each.label == label])
    for part in ("queue", "card", "decide", "without_card"):
        show(part, decision_seconds(clients, part))


def processor_seconds() -> float:
    """Of processes that have ended: the server's, and of it the one that read cards."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def work_of(client: Client) -> int:
    return len(client.answers)


def decision_seconds(clients: list[Client], part: str) -> list[float]:
    return [each[part] for client in clients for each in client.took]


def show(label: str, seconds: list[float]) -> None:
    p50, p99 = np.percentile(seconds or [0.0], [50, 99])
    print(f"{label:12}{len(seconds):7,}   p50 {p50:7.3f} s   p99 {p99:7.3f} s")


def numbers(store: Store, sql: str) -> list[int]:
    return sorted(store.read_sql(sql).to_series().to_list())


def test_nothing_went_wrong_and_everybody_worked(day: Day) -> None:
    assert [fault for client in day.clients for fault in client.faults] == []
    assert [client.number for client in day.clients if not client.applications] == []
    assert "Traceback" not in day.log


def test_no_client_is_crowded_out(day: Day) -> None:
    answered = sorted(map(work_of, day.clients))

    assert answered[0] * STARVED_SHARE >= np.median(answered)


def test_every_application_and_loan_that_was_confirmed_is_there_once_and_no_other(
    day: Day,
) -> None:
    applications = sorted(each for client in day.clients for each in client.applications)
    loans = sorted(each for client in day.clients for each in client.loans)

    assert numbers(day.store, "select application_id from api_application") == applications
    assert loans == numbers(
        day.store, "select loan_id from loan join api_application using (application_id)"
    )


def test_every_payment_that_was_confirmed_is_there_once_and_no_other(day: Day) -> None:
    paid = sorted(each for client in day.clients for each in client.payments.items())

    kept = day.store.read_sql(
        "select loan_event_id, amount_fen from loan_event where recorded_by like 'api:%' order by 1"
    )

    assert kept.rows() == paid


def test_the_journal_balances_after_the_day_is_closed(day: Day) -> None:
    current = book(day.store)
    close_through(day.store, SYSTEM, current.open_on, at=datetime.now(UTC))
    balance = accounting.trial_balance(
        day.store, SYSTEM, current.first_business_on, current.open_on
    )

    assert balance["debit_fen"].sum() == balance["credit_fen"].sum()
    assert [accounting.count_differences(day.store, SYSTEM, kind) for kind in ("day", "flow")] == [
        0,
        0,
    ]


def test_the_chain_and_the_sealed_ledger_are_whole(day: Day) -> None:
    seal_block(day.store, SYSTEM, at=datetime.now(UTC))

    assert ledger.verify_chain(day.store, SYSTEM) is None
    assert verify_ledger(day.store, SYSTEM).findings == ()


@pytest.mark.parametrize("part", ["decide", "without_card"])
def test_a_decision_takes_less_than_a_second_without_its_card(day: Day, part: str) -> None:
    assert np.percentile(decision_seconds(day.clients, part), 99) < DECIDE_SECONDS_MAX
