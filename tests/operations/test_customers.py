"""What the customer's page reads: all loans together, the worst first, masked for everybody."""

from datetime import timedelta
from pathlib import Path

import pytest

from lending_core.errors import NotFound
from lending_core.operations.console import book
from lending_core.operations.customers import (
    customer_page,
    line_log,
    lines_of_customer,
    loans_of_customer,
)
from lending_core.store.engine import Store
from tests.builders import MAKER, VIEWER, a_book
from tests.operations.journeys import lent, submit
from tests.operations.lines import FIRST_LATE_ON, become_late, drawn, pay, write_off


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A borrower with a loan of 8,000 yuan and a draw of 1,000 under one line."""
    return a_book(tmp_path / "book.duckdb", lent_twice)


def lent_twice(store: Store) -> None:
    lent(store)
    drawn(store)


def test_a_customer_is_as_late_as_the_worst_loan(store: Store) -> None:
    become_late(store)
    pay(store, 2, 21_300)

    found = customer_page(store, VIEWER, 1)

    # The day after the newest closed one is the second past due.
    assert book(store).open_on == FIRST_LATE_ON + timedelta(days=1)
    assert (found["days_past_due"], found["bucket"]) == (2, "M1")
    assert (found["principal_fen"], found["overdue_fen"]) == (880_000, 89_840)
    assert (found["loans"], found["open_loans"]) == (2, 2)


def test_loans_come_worst_first_and_a_write_off_before_all(store: Store) -> None:
    drawn(store, key="third")
    become_late(store)
    pay(store, 1, 89_900)
    write_off(store, 3)

    loans = loans_of_customer(store, VIEWER, 1)

    assert loans.select("loan_id", "loan_standing", "asset_class", "stage").rows() == [
        (3, "charged_off", "loss", 3),
        (2, "late", "special_mention", 1),
        (1, "on_time", "normal", 1),
    ]
    assert customer_page(store, VIEWER, 1)["is_charged_off"]


def test_who_it_is_depends_on_who_looks(store: Store) -> None:
    seen = [customer_page(store, actor, 1)["name"] for actor in (VIEWER, MAKER)]

    assert seen == ["王*明", "王*明"]


def test_a_line_counts_all_its_draws(store: Store) -> None:
    line = lines_of_customer(store, VIEWER, 1).row(0, named=True)

    assert (line["loans"], line["used_fen"], line["line_status"]) == (2, 900_000, "active")
    assert line_log(store, VIEWER, 1)["line_event"].to_list() == ["limit"]


def test_an_unknown_customer_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        customer_page(store, VIEWER, 404)


def test_a_customer_without_a_loan_owes_nothing(tmp_path: Path) -> None:
    store = a_book(tmp_path / "book.duckdb")
    submit(store)

    found = customer_page(store, VIEWER, 1)

    assert (found["loans"], found["principal_fen"], found["bucket"]) == (0, 0, None)
    assert loans_of_customer(store, VIEWER, 1).is_empty()
