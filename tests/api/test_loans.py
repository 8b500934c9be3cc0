"""Loans as their borrower's mini-program sees and pays them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from lending_core.store.engine import Store
from tests.api.doors import OTHER, Door, a_door, accepted, two_programs
from tests.builders import OPEN_ON, a_book
from tests.operations.journeys import rows

A_PAYMENT = {"amount_fen": 10_000, "paid_on": OPEN_ON.isoformat(), "strategy": "next_dues"}


def a_loan(store: Store) -> None:
    """The first mini-program's borrower has drawn 2,000 yuan over five months."""
    two_programs(store)
    accepted(a_door(store))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = a_book(tmp_path / "book.duckdb", a_loan)
    yield store
    store.close()


@pytest.fixture
def lent(store: Store) -> Door:
    return a_door(store)


def test_a_loan_says_how_it_stands(lent: Door) -> None:
    told = lent.get("/loans/1").json()

    assert (told["principal_fen"], told["outstanding_fen"]) == (200_000, 200_000)
    assert (told["as_of"], told["next_due_on"]) == ("2026-11-01", "2026-12-01")
    assert (told["is_open"], told["days_past_due"]) == (True, 0)


def test_a_payment_is_recorded_once_under_the_mini_programs_name(store: Store, lent: Door) -> None:
    first = lent.post("/loans/1/payments", A_PAYMENT, "payment-1")
    again = lent.post("/loans/1/payments", A_PAYMENT, "payment-1")
    other = lent.post("/loans/1/payments", A_PAYMENT | {"amount_fen": 1}, "payment-1")

    assert first.json() == {"event_id": 1, "loan_id": 1, **A_PAYMENT}
    assert (again.status_code, again.json()) == (201, first.json())
    assert (other.status_code, other.json()["reason"]) == (422, "operation_key_spent")
    recorded = rows(store, "loan_event")
    assert recorded.select("amount_fen", "recorded_by").rows() == [(10_000, "api:huatai")]


def test_what_settles_a_loan_settles_it(lent: Door) -> None:
    payoff = lent.get("/loans/1/payoff").json()
    paid = A_PAYMENT | {"amount_fen": payoff["payoff_fen"], "strategy": "payoff"}

    lent.post("/loans/1/payments", paid, "payment-1")

    assert payoff == {"loan_id": 1, "on": "2026-11-01", "payoff_fen": 200_000}
    assert lent.get("/loans/1").json()["is_open"] is False


def test_a_payoff_of_another_day_has_the_interest_until_then(lent: Door) -> None:
    told = lent.get("/loans/1/payoff", params={"on": "2026-11-11"}).json()
    late = lent.get("/loans/1/payoff", params={"on": OPEN_ON + timedelta(days=32)})

    assert told["payoff_fen"] > 200_000
    assert (late.status_code, late.json()["reason"]) == (422, "api_day_too_late")


def test_a_statement_has_every_instalment_and_event(lent: Door) -> None:
    lent.post("/loans/1/payments", A_PAYMENT, "payment-1")

    told = lent.get("/loans/1/statement").json()

    assert [each["principal_fen"] for each in told["instalments"]] == [40_000] * 5
    assert [(each["kind"], each["amount_fen"]) for each in told["events"]] == [("payment", 10_000)]


def test_anothers_loan_is_not_there(store: Store, lent: Door) -> None:
    other = a_door(store, OTHER)
    paths = ("/loans/1", "/loans/1/statement", "/loans/1/payoff")

    refused = [other.get(path) for path in paths]

    assert [lent.get(path).status_code for path in paths] == [200] * 3
    assert {(each.status_code, each.json()["reason"]) for each in refused} == {
        (404, "loan_unknown")
    }


@pytest.mark.usefixtures("lent")
def test_anothers_loan_cannot_be_paid(store: Store) -> None:
    refused = a_door(store, OTHER).post("/loans/1/payments", A_PAYMENT, "payment-1")

    assert (refused.status_code, refused.json()["reason"]) == (404, "loan_unknown")
    assert rows(store, "loan_event").is_empty()
