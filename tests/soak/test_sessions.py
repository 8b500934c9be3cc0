"""Twenty people at work on one server at once, each at a browser of their own: what the screens
confirmed is in the store once, nothing breaks, the books balance and the chain is whole."""

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
import pytest
from playwright.async_api import Browser, TimeoutError, async_playwright

from lending_core.access.permissions import SYSTEM, Actor, Role
from lending_core.operations import accounting, ledger, policy_drafts
from lending_core.operations.accounts import AccountOrder, open_account
from lending_core.operations.collections import QueueFilter, queue
from lending_core.operations.console import book
from lending_core.operations.deciding import policy_in_force
from lending_core.operations.ledger_checks import verify_ledger
from lending_core.operations.listing import Asked, Order
from lending_core.operations.overdue import LoansAt, loans_of
from lending_core.operations.reports import BookFilter
from lending_core.operations.sealing import seal_block
from lending_core.operations.signing_in import choose_password
from lending_core.settings import PROJECT_ROOT
from lending_core.store.engine import Store, open_store
from tests.browser.conftest import BROWSER_FLAGS, BROWSER_NAMES, free_port, wait_until_healthy
from tests.soak import roles
from tests.soak.roles import Desk, Work
from tests.soak.sessions import PASSWORD, Person, seated

MINUTES = float(os.environ.get("SESSIONS_MINUTES", "10"))
# People come in one after the other, and rest between two pieces of work.
SECONDS_BETWEEN_ARRIVALS = 2.0
SECONDS_BETWEEN_STEPS = 4.0
FAULTS_MAX = 20
PEOPLE_MAX = int(os.environ.get("SESSIONS_PEOPLE", "20"))

STAFF: tuple[tuple[Role, int, str, Work], ...] = (
    (Role.ANALYST, 3, "/loan?loan_id=1", roles.record_payment),
    (Role.ANALYST, 1, "/simulate_application", roles.apply_for_credit),
    (Role.ANALYST, 1, "/loan?loan_id=1", roles.run_a_month),
    (Role.OPERATIONS, 1, "/loan?loan_id=1", roles.record_payment),
    (Role.OPERATIONS, 1, "/operations", roles.close_a_day),
    (Role.COLLECTOR, 4, "/collections", roles.work_on_a_case),
    (Role.RISK_MAKER, 1, "/collections", roles.hold_or_lift),
    (Role.RISK_MAKER, 2, "/limit_policies", roles.write_on_the_draft),
    (Role.RISK_APPROVER, 1, "/ledger", roles.seal),
    (Role.VIEWER, 2, "/", roles.look_around),
    (Role.AUDITOR, 2, "/ledger", roles.look_around),
    (Role.ADMINISTRATOR, 1, "/people", roles.look_around),
)


class Seat(NamedTuple):
    """Where one of them begins, and what they do over and over."""

    user_name: str
    role: Role
    path: str
    work: Work


class Day(NamedTuple):
    """What twenty people did, and the store that they left behind."""

    people: list[Person]
    store: Store
    desk: Desk
    log: str


def _seats() -> list[Seat]:
    """Everybody, the first of each work before the second of any; as many as are asked for."""
    numbered = [
        (number, Seat(f"{role.value}.{work.__name__.partition('_')[0]}{number}", role, path, work))
        for role, count, path, work in STAFF
        for number in range(1, count + 1)
    ]
    return [seat for _, seat in sorted(numbered, key=lambda each: each[0])][:PEOPLE_MAX]


SEATS = _seats()


@pytest.fixture(scope="module")
def day(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    """The day at the server, whose memory and times are printed."""
    folder = tmp_path_factory.mktemp("sessions")
    database = Path(shutil.copy(simulated_book, folder / "book.duckdb"))
    desk = _furnished(database)
    port = free_port()
    address = f"http://localhost:{port}"
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "server:app", "--port", str(port)],
            cwd=PROJECT_ROOT,
            env=os.environ | {"LENDING_DATABASE": str(database), "LENDING_DEMO": "on"},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_healthy(address, server, folder / "log")
        people = asyncio.run(_worked(address, desk))
        _tell(people, server.pid)
    finally:
        server.terminate()
        server.wait()
    store = open_store(database)
    store.signing_key = database.with_suffix(".ledger-key")
    yield Day(people, store, desk, (folder / "log").read_text())
    store.close()


def _furnished(database: Path) -> Desk:
    """An account for everybody, and what they work on."""
    now = datetime.now(UTC)
    store = open_store(database)
    for seat in SEATS:
        once = open_account(store, SYSTEM, AccountOrder(seat.user_name, seat.role), at=now)
        choose_password(store, seat.user_name, once, PASSWORD, at=now)
    late = LoansAt(BookFilter(), book(store).business_on)
    loans = loans_of(store, SYSTEM, late, Asked(Order("principal_fen")))["loan_id"].to_list()
    cases = queue(store, SYSTEM, QueueFilter(), at=now).rows["case_id"].to_list()
    version, policy = policy_in_force(store)
    maker = Actor("risk_maker.write1", Role.RISK_MAKER)
    draft_id = policy_drafts.start_draft(store, maker, policy, version, "Together", at=now)
    store.close()
    return Desk(loans[:12], cases[:8], cases[8:14], draft_id)


async def _worked(address: str, desk: Desk) -> list[Person]:
    """Everybody at work for the time that is set."""
    names = (os.environ.get("CHROMIUM", ""), *BROWSER_NAMES)
    executable = next((path for name in names if (path := shutil.which(name))), None)
    async with async_playwright() as playwright, AsyncExitStack() as contexts:
        browser = await playwright.chromium.launch(executable_path=executable, args=BROWSER_FLAGS)
        people = [await _arrived(browser, address, number) for number in range(len(SEATS))]
        contexts.push_async_callback(browser.close)
        until = time.monotonic() + MINUTES * 60
        await asyncio.gather(
            *(
                _at_work(person, seat, desk, until)
                for person, seat in zip(people, SEATS, strict=True)
            )
        )
        return people


async def _arrived(browser: Browser, address: str, number: int) -> Person:
    # Everybody has an address of their own, as behind a proxy.
    context = await browser.new_context(
        base_url=address,
        locale="en-US",
        viewport={"width": 1280, "height": 900},
        extra_http_headers={"X-Forwarded-For": f"10.0.0.{number + 1}"},
    )
    seat = SEATS[number]
    return await seated(context, seat.user_name, seat.role, number)


async def _at_work(person: Person, seat: Seat, desk: Desk, until: float) -> None:
    """Signs in and does the seat's work until the time is over; whatever breaks is kept."""
    await asyncio.sleep(SECONDS_BETWEEN_ARRIVALS * SEATS.index(seat))
    path = seat.path
    is_in = False
    while time.monotonic() < until and len(person.faults) < FAULTS_MAX:
        try:
            if not is_in:
                await person.enter(path)
                is_in = True
            await seat.work(person, desk)
        except (TimeoutError, AssertionError) as error:
            person.late.append(f"{seat.work.__name__}: {error}"[:2_000])
            is_in = False
        # Whatever it is, it is one of the results.
        except Exception as error:
            person.faults.append(f"{seat.work.__name__}: {error}"[:2_000])
            is_in = False
        await asyncio.sleep(SECONDS_BETWEEN_STEPS)


def _tell(people: list[Person], server_pid: int) -> None:
    """What the day was like: steps, times and the server's memory."""
    done = Counter(step.kind for person in people for step in person.confirmed)
    seconds = np.array([second for person in people for second in person.seconds])
    status = Path(f"/proc/{server_pid}/status").read_text().splitlines()
    memory = [line for line in status if line.startswith(("VmHWM", "VmRSS"))]
    print(f"\n{len(people)} people, {MINUTES:g} minutes, {seconds.size} answers of the server")
    print(f"confirmed: {dict(done)}, refused: {sum(len(each.refusals) for each in people)}")
    print("seconds: " + ", ".join(f"p{q} {np.percentile(seconds, q):.2f}" for q in (50, 95, 99)))
    print("; ".join(" ".join(line.split()) for line in memory))
    for person in people:
        print(f"{person.user_name}: {len(person.seconds)} answers, {len(person.late)} late")
        print("\n".join(f"    {fault[:300]}" for fault in (*person.faults, *person.late)))


def stored(day: Day, sql: str) -> Counter[tuple[str, int, int]]:
    """Rows of the store: who, about what, which number."""
    return Counter((str(who), int(of), int(n)) for who, of, n in day.store.read_sql(sql).rows())


def steps(day: Day, kind: str, *, tried: bool = False) -> Counter[tuple[str, int, int]]:
    """The steps of a kind that screens confirmed (or that were tried), with their own numbers."""
    return Counter(
        (person.user_name, step.about, step.value)
        for person in day.people
        for step in (person.tried if tried else person.confirmed)
        if step.kind == kind
    )


def of_those(
    rows: Counter[tuple[str, int, int]], tried: Counter[tuple[str, int, int]]
) -> Counter[tuple[str, int, int]]:
    """The rows of whoever tried such a step: who closes a day or runs a month writes others too."""
    people = {who for who, _, _ in tried}
    return Counter({row: times for row, times in rows.items() if row[0] in people})


def by_person(found: Counter[tuple[str, int, int]]) -> Counter[tuple[str, int]]:
    """How many of them each person has about each thing."""
    counted: Counter[tuple[str, int]] = Counter()
    for (who, about, _), times in found.items():
        counted[who, about] += times
    return counted


NUMBERED = {
    "payment": "select recorded_by, loan_id, amount_fen from loan_event where kind = 'payment'",
    "promise": "select recorded_by, case_id, amount_fen from promise",
}
COUNTED = {
    "hold": "select placed_by, case_id, hold_id from collection_hold",
    "lift": """
        select lifted_by, case_id, hold_id from collection_hold_end join collection_hold
        using (hold_id)
    """,
    "lock": "select locked_by, case_id, lock_id from case_lock",
    "contact": "select recorded_by, case_id, contact_id from contact_attempt",
}


@pytest.mark.parametrize("kind", NUMBERED)
def test_each_amount_that_a_screen_confirmed_is_in_the_store_once(day: Day, kind: str) -> None:
    confirmed, tried = steps(day, kind), steps(day, kind, tried=True)
    rows = of_those(stored(day, NUMBERED[kind]), tried)

    assert confirmed - rows == Counter()
    assert rows - tried == Counter()


@pytest.mark.parametrize("kind", COUNTED)
def test_each_step_that_a_screen_confirmed_is_in_the_store_once(day: Day, kind: str) -> None:
    confirmed, tried = steps(day, kind), steps(day, kind, tried=True)
    rows = by_person(of_those(stored(day, COUNTED[kind]), tried))

    assert by_person(confirmed) - rows == Counter()
    assert rows - by_person(tried) == Counter()


def test_no_word_of_two_people_on_one_draft_is_lost(day: Day) -> None:
    kept = policy_drafts.draft(day.store, SYSTEM, day.desk.draft_id).content.note.split()
    words = [str(word) for _, _, word in steps(day, "note")]

    assert sorted(set(words) - set(kept)) == []
    assert len(kept) == len(set(kept))


def test_no_case_is_two_collectors_at_once(day: Day) -> None:
    locks = day.store.read_sql("select * from case_lock order by case_id, lock_id").with_columns(
        next_by=pl.col("locked_by").shift(-1).over("case_id"),
        next_at=pl.col("locked_at").shift(-1).over("case_id"),
    )
    taken_over = locks.filter(
        pl.col("next_by") != pl.col("locked_by"), pl.col("next_at") < pl.col("locked_until")
    )

    assert taken_over.rows() == []


def test_each_day_is_closed_once_and_none_is_left_out(day: Day) -> None:
    closed = day.store.read_sql("select closed_on from closed_day order by closed_on")["closed_on"]

    assert closed.is_unique().all()
    assert closed.diff().drop_nulls().unique().dt.total_days().to_list() in ([], [1])


def test_nobody_saw_an_error_that_is_no_refusal(day: Day) -> None:
    assert [f"{one.user_name}: {each}" for one in day.people for each in one.faults] == []


def test_every_answer_came_in_time(day: Day) -> None:
    assert [f"{one.user_name}: {each}" for one in day.people for each in one.late] == []


def test_everybody_came_in_and_worked(day: Day) -> None:
    assert [person.user_name for person in day.people if len(person.seconds) < 2] == []


def test_the_journal_balances(day: Day) -> None:
    current = book(day.store)
    period = (current.first_business_on, current.business_on)
    balance = accounting.trial_balance(day.store, SYSTEM, *period)

    assert balance["debit_fen"].sum() == balance["credit_fen"].sum()
    assert balance["closing_fen"].sum() == 0
    assert [accounting.count_differences(day.store, SYSTEM, kind) for kind in ("day", "flow")] == [
        0,
        0,
    ]


def test_the_chain_and_the_sealed_ledger_are_whole(day: Day) -> None:
    assert ledger.verify_chain(day.store, SYSTEM) is None

    seal_block(day.store, SYSTEM, at=datetime.now(UTC))

    assert verify_ledger(day.store, SYSTEM).findings == ()


def test_the_server_has_nothing_to_say(day: Day) -> None:
    assert "Traceback" not in day.log
