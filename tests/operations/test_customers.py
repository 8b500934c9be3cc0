"""What the customer's page reads: all loans together, the worst first, masked by role."""

from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from lending_core.errors import NotFound
from lending_core.ledger.chain import utc_naive
from lending_core.operations.customers import (
    consents_of_customer,
    customer_page,
    line_log,
    lines_of_customer,
    loans_of_customer,
)
from lending_core.store.engine import Store
from tests.builders import AT, MAKER, VIEWER, a_book
from tests.operations.journeys import accept, submit
from tests.operations.lines import a_position, drawn, stand


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A borrower with a loan of 8,000 yuan and a draw of 1,000 under one line."""
    store = a_book(tmp_path / "book.duckdb")
    accept(store, submit(store))
    drawn(store)
    return store


def test_a_customer_is_as_late_as_the_worst_loan(store: Store) -> None:
    stand(
        store,
        a_position(1, days_past_due=3, bucket="M1", overdue_fen=90_000),
        a_position(2, days_past_due=31, bucket="M2", principal_fen=80_000, overdue_fen=20_000),
    )

    found = customer_page(store, VIEWER, 1)

    assert (found["days_past_due"], found["bucket"]) == (31, "M2")
    assert (found["principal_fen"], found["overdue_fen"]) == (800_000, 110_000)
    assert (found["loans"], found["open_loans"]) == (2, 2)


def test_a_loan_paid_out_since_the_close_stands_as_paid_out(store: Store) -> None:
    stand(store, a_position(1))

    found = customer_page(store, VIEWER, 1)

    assert (found["principal_fen"], found["days_past_due"], found["bucket"]) == (820_000, 0, "C")
    assert loans_of_customer(store, VIEWER, 1)["loan_standing"].to_list() == ["on_time", "new"]


def test_loans_come_worst_first_and_a_write_off_before_all(store: Store) -> None:
    drawn(store, key="third")
    stand(
        store,
        a_position(1, is_open=False, principal_fen=0),
        a_position(2, days_past_due=40, bucket="M2"),
        a_position(3, is_open=False, is_charged_off=True, principal_fen=0, claim_fen=80_000),
    )

    loans = loans_of_customer(store, VIEWER, 1)

    assert loans.select("loan_id", "loan_standing").rows() == [
        (3, "charged_off"),
        (2, "late"),
        (1, "paid_off"),
    ]
    assert customer_page(store, VIEWER, 1)["is_charged_off"]


def test_who_it_is_depends_on_who_looks(store: Store) -> None:
    seen = [customer_page(store, actor, 1)["name"] for actor in (VIEWER, MAKER)]

    assert seen == ["王*明", "王小明"]


def test_a_line_counts_all_its_draws(store: Store) -> None:
    line = lines_of_customer(store, VIEWER, 1).row(0, named=True)

    assert (line["loans"], line["used_fen"], line["line_status"]) == (2, 900_000, "active")
    assert line_log(store, VIEWER, 1)["line_event"].to_list() == ["limit"]


def test_the_newest_answer_to_a_consent_holds(store: Store) -> None:
    withdrawn = {
        "customer_id": 1,
        "source": "bureau",
        "text_version": "2026-10-01",
        "is_granted": False,
        "recorded_at": utc_naive(AT + timedelta(days=1)),
    }
    with store.transaction() as transaction:
        transaction.append("consent", pl.DataFrame([withdrawn]))

    consents = consents_of_customer(store, VIEWER, 1)

    assert consents.select("source", "consent_state", "text_version").row(0) == (
        "bureau",
        "withdrawn",
        "2026-10-01",
    )
    assert set(consents["consent_state"][1:]) == {"granted"}


def test_an_unknown_customer_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        customer_page(store, VIEWER, 404)


def test_a_customer_without_a_loan_owes_nothing(tmp_path: Path) -> None:
    store = a_book(tmp_path / "book.duckdb")
    submit(store)

    found = customer_page(store, VIEWER, 1)

    assert (found["loans"], found["principal_fen"], found["bucket"]) == (0, 0, None)
    assert loans_of_customer(store, VIEWER, 1).is_empty()
