"""A month of a simulated book: who pays at the desk pays once, losses are let go, some money comes
back."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from lending_core.dates import month_start
from lending_core.operations.console import book
from lending_core.operations.loan_events import LoanEvent, record
from lending_core.operations.months import run_month
from lending_core.operations.servicing import record_payments
from lending_core.simulate.assumptions import assumptions, month_number
from lending_core.simulate.draws import Draws
from lending_core.store.engine import Store
from lending_core.store.events import Moment
from tests.builders import ANALYST, AT, BUSINESS_ON, MAKER, TRAITS, a_book
from tests.operations.journeys import accept, rows, run_to, submit

# Paid out on 1 November 2026, due a month later: what is never paid is a loss, more than 360 days
# past due (AC-05), from 27 November 2027 on.
FIRST_DUE_ON = date(2026, 12, 1)
DOUBTFUL_ON, LOSS_ON = date(2027, 11, 26), date(2027, 11, 27)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A loan of 8,000 yuan over ten months to somebody who is hardly ever late."""
    return a_book(tmp_path / "book.duckdb", lent_safely)


@pytest.fixture
def doubtful(tmp_path: Path) -> Store:
    """The same loan, on which nothing is ever paid, on its last day before it is a loss."""
    return a_book(tmp_path / "doubtful.duckdb", never_paid)


@pytest.fixture
def lost(tmp_path: Path) -> Store:
    """The same a day later."""
    return a_book(tmp_path / "lost.duckdb", never_paid_a_day_longer)


def lent_safely(store: Store) -> None:
    accept(store, submit(store, traits={**TRAITS, "true_risk": -3.0}))


def never_paid(store: Store) -> None:
    lent_safely(store)
    stop = pl.DataFrame([{"customer_id": 1, "stopped_on": BUSINESS_ON}])
    with store.transaction() as transaction:
        transaction.append("simulated_stop", stop)
    run_to(store, DOUBTFUL_ON)


def never_paid_a_day_longer(store: Store) -> None:
    never_paid(store)
    run_to(store, LOSS_ON)


def happened(store: Store, kind: str) -> list[tuple[Any, ...]]:
    events = rows(store, "loan_event").filter(kind=kind).sort("loan_event_id")
    return events.select("effective_on", "amount_fen", "recorded_by").rows()


def pay(store: Store, amount_fen: int) -> None:
    """Money at the desk on the open day."""
    payment = LoanEvent(1, "payment", book(store).open_on, amount_fen=amount_fen)
    record(store, ANALYST, payment, key="desk", at=AT)


def due_fen(store: Store) -> int:
    first = rows(store, "instalment").filter(number=1)
    return int(first["principal_fen"][0] + first["interest_fen"][0])


def booked(store: Store) -> dict[str, int]:
    """Sums of all postings by flow."""
    return dict(rows(store, "posting").group_by("flow").agg(pl.col("amount_fen").sum()).rows())


def test_what_came_in_at_the_desk_is_not_paid_again(store: Store) -> None:
    run_to(store, date(2026, 11, 30))
    pay(store, due_fen(store))

    run_month(store, ANALYST, at=AT)

    assert happened(store, "payment") == [(FIRST_DUE_ON, due_fen(store), "analyst")]


def test_the_borrower_adds_what_is_missing_to_a_part_paid_at_the_desk(store: Store) -> None:
    run_to(store, date(2026, 11, 30))
    pay(store, 50_000)

    run_month(store, ANALYST, at=AT)

    assert [fen for _, fen, _ in happened(store, "payment")] == [50_000, due_fen(store) - 50_000]


def test_a_doubtful_loan_is_not_let_go(doubtful: Store) -> None:
    run_month(doubtful, ANALYST, at=AT)

    assert happened(doubtful, "charge_off") == []


def test_a_loss_is_let_go_on_the_open_day(lost: Store) -> None:
    run_month(lost, ANALYST, at=AT)

    assert happened(lost, "charge_off") == [(date(2027, 11, 28), None, "simulated_reviewer")]


def test_a_write_off_takes_all_that_was_owed_out_of_the_allowance(lost: Store) -> None:
    run_month(lost, ANALYST, at=AT)

    position = rows(lost, "loan_position").row(0, named=True)
    flows = booked(lost)
    parts = [flows[f"{part}_written_off"] for part in ("principal", "interest", "penalty")]
    assert (position["is_charged_off"], position["principal_fen"]) == (True, 0)
    assert (parts[0], sum(parts)) == (800_000, position["claim_fen"])
    assert (flows["provisioned"], position["allowance_fen"]) == (sum(parts), 0)


def test_one_entry_of_the_ledger_commits_to_the_round_of_write_offs(lost: Store) -> None:
    run_month(lost, ANALYST, at=AT)

    entries = rows(lost, "event").filter(action="charge_offs_recorded")
    facts = json.loads(entries["payload"][0])
    assert entries.select("actor", "subject_kind", "business_on").rows() == [
        ("analyst", "book", date(2027, 11, 28))
    ]
    assert (facts["charge_offs"], facts["last_event_id"], len(facts["rows_sha256"])) == (1, 1, 64)


def test_what_a_person_let_go_on_the_open_day_is_not_let_go_twice(lost: Store) -> None:
    let_go = LoanEvent(1, "charge_off", book(lost).open_on, reason="fled")
    record(lost, MAKER, let_go, key="let go", at=AT)

    run_month(lost, ANALYST, at=AT)

    assert happened(lost, "charge_off") == [(date(2027, 11, 28), None, "risk_maker")]


def test_a_borrower_whose_loan_was_written_off_may_pay_a_part_of_the_claim(store: Store) -> None:
    run_to(store, LOSS_ON)
    run_month(store, ANALYST, at=AT)
    claim_fen = rows(store, "loan_position")["claim_fen"][0]
    become_lucky(store)

    run_month(store, ANALYST, at=AT)

    ((paid_on, paid_fen, by),) = happened(store, "recovery")
    assert month_start(paid_on) == date(2027, 12, 1)
    assert claim_fen // 10 <= paid_fen <= claim_fen * 7 // 10
    assert by == "analyst"
    assert booked(store)["recovered"] == paid_fen
    assert rows(store, "loan_position")["claim_fen"][0] == claim_fen - paid_fen
    entry = rows(store, "event").filter(action="recoveries_recorded")
    assert json.loads(entry["payload"][0])["amount_fen"] == paid_fen


def test_what_was_paid_too_much_is_paid_back_in_the_next_month(store: Store) -> None:
    run_to(store, date(2026, 11, 30))
    owed = rows(store, "instalment")
    everything = int(owed["principal_fen"].sum() + owed["interest_fen"].sum())
    with store.transaction() as transaction:
        day = Moment(ANALYST, book(store).open_on, AT)
        payment = {"loan_id": 1, "paid_on": day.business_on, "purpose": "due"}
        amount = {"amount_fen": everything + 5_00}
        record_payments(transaction, day, pl.DataFrame([{**payment, **amount}]))
    run_to(store, date(2026, 12, 31))

    run_month(store, ANALYST, at=AT)

    assert happened(store, "refund") == [(date(2027, 1, 1), 5_00, "simulated_reviewer")]
    assert booked(store)["excess_refunded"] == booked(store)["excess_received"] == 5_00


def become_lucky(store: Store) -> None:
    """Gives the book a seed under which the loan brings money in the month to come."""
    current = book(store)
    month = month_number(current.open_on)
    chance = assumptions()["behaviour"]["late_recovery"]
    lucky = next(
        seed
        for seed in range(10_000)
        if Draws(seed).uniform("turn", np.array([1]), month)[0] < chance
    )
    changed = pl.DataFrame({"name": [current.name], "seed": [lucky]})
    with store.transaction() as transaction:
        transaction.overwrite("book", "name", changed)
