"""What needs a person after a close: each kind from rows that bring it about, and from none."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lending_core.operations.closing import close_day
from lending_core.operations.console import book
from lending_core.operations.day_exceptions import (
    KINDS,
    Found,
    all_exception_rows,
    exception_orders,
    exception_rows,
    exceptions,
)
from lending_core.operations.lines import LineOrder, set_line_status
from lending_core.operations.listing import Asked, Order
from lending_core.operations.loan_events import LoanEvent, record
from lending_core.store.engine import Store
from tests.builders import ANALYST, APPROVER, AT, MAKER, VIEWER, a_book
from tests.operations.days import a_position, stand
from tests.operations.journeys import lent

PAID_OUT = date(2026, 11, 1)
OPEN = date(2026, 11, 2)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """One loan of 8,000 yuan, paid out on 1 November 2026, the newest closed day."""
    return a_book(tmp_path / "book.duckdb", lent_and_closed)


@pytest.fixture(scope="module")
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The same book, for looking only."""
    return a_book(tmp_path_factory.mktemp("exceptions") / "book.duckdb", lent_and_closed)


def lent_and_closed(store: Store) -> None:
    lent(store)
    close_day(store, ANALYST, PAID_OUT, at=AT)


def found(store: Store, name: str) -> Found:
    return next(kind for kind in exceptions(store, MAKER) if kind.name == name)


def rows(store: Store, name: str, *columns: str) -> list[tuple[Any, ...]]:
    asked = Asked(Order(exception_orders(name)[0]))
    return exception_rows(store, MAKER, name, asked).select(columns).rows()


def a_payment(store: Store, on: date, amount_fen: int = 50_000) -> int:
    event = LoanEvent(1, "payment", on, amount_fen=amount_fen, strategy="next_dues")
    return record(store, ANALYST, event, key=f"{on} {amount_fen}", at=AT)


def is_recorded(store: Store, days_ago: int) -> None:
    """The day on which every event of the loan was recorded: so long before the open day."""
    events = store.read_sql("select * from loan_event")
    earlier = pl.lit(book(store).open_on) - pl.duration(days=days_ago)
    with store.transaction() as transaction:
        transaction.clear("loan_event")
        transaction.append("loan_event", events.with_columns(recorded_on=earlier.cast(pl.Date)))


def test_a_book_in_order_has_every_kind_and_no_row(store: Store) -> None:
    kinds = exceptions(store, MAKER)

    assert [kind.name for kind in kinds] == [kind.name for kind in KINDS]
    assert {kind.count for kind in kinds} == {0}


def test_who_may_not_see_accounts_sees_no_exception_of_theirs(store: Store) -> None:
    names = {kind.name for kind in exceptions(store, VIEWER)}

    assert names.isdisjoint({"ledger_difference", "unbalanced_day"})
    assert len(names) == len(KINDS) - 2


def test_a_loan_whose_postings_differ_is_wrong(store: Store) -> None:
    stand(store, a_position(1))

    assert found(store, "ledger_difference").urgency == "wrong"
    assert set(rows(store, "ledger_difference", "loan_id")) == {(1,)}


def test_money_paid_beyond_what_is_owed_waits_for_its_refund(store: Store) -> None:
    stand(store, a_position(1, is_open=False, excess_fen=420))

    assert rows(store, "waiting_refund", "loan_id", "excess_fen") == [(1, 420)]


@pytest.mark.parametrize(("days_past_due", "expected"), [(180, []), (181, [(1, 181, 720_000)])])
def test_a_loan_may_be_written_off_after_180_days(
    store: Store, days_past_due: int, expected: list[tuple[int, ...]]
) -> None:
    stand(store, a_position(1, days_past_due=days_past_due, bucket="M7+"))

    columns = ("loan_id", "days_past_due", "principal_fen")
    assert rows(store, "write_off_candidate", *columns) == expected


def test_a_loan_that_was_written_off_is_none_to_write_off(store: Store) -> None:
    stand(store, a_position(1, days_past_due=300, is_charged_off=True))

    assert found(store, "write_off_candidate").count == 0


def test_a_frozen_line_is_listed_until_it_is_opened_again(store: Store) -> None:
    set_line_status(store, APPROVER, LineOrder(1, "frozen", "identity_doubt"), at=AT)
    frozen = rows(store, "frozen_line", "line_id", "customer_id", "line_reason", "actor")
    set_line_status(store, APPROVER, LineOrder(1, "active", "checked"), at=AT)

    assert frozen == [(1, 1, "identity_doubt", "risk_approver")]
    assert found(store, "frozen_line").count == 0


def test_a_payment_of_the_open_day_is_no_exception_and_one_of_a_closed_day_is(
    store: Store,
) -> None:
    a_payment(store, OPEN)
    a_payment(store, PAID_OUT, 30_000)

    columns = ("event_kind", "event_on", "recorded_on", "amount_fen", "actor")
    assert rows(store, "back_dated_event", *columns) == [
        ("payment", PAID_OUT, OPEN, 30_000, "analyst")
    ]


@pytest.mark.parametrize(("days_ago", "expected"), [(30, 1), (31, 0)])
def test_corrections_are_listed_for_30_days(store: Store, days_ago: int, expected: int) -> None:
    paid = a_payment(store, OPEN)
    reversal = LoanEvent(1, "reversal", OPEN, reverses_event_id=paid, reason="returned by the bank")
    record(store, MAKER, reversal, key="reversal", at=AT)
    is_recorded(store, days_ago)

    assert found(store, "reversed_payment").count == expected


def test_a_payment_taken_back_is_listed_with_who_took_it_back(store: Store) -> None:
    paid = a_payment(store, OPEN)
    reversal = LoanEvent(1, "reversal", OPEN, reverses_event_id=paid, reason="returned by the bank")
    record(store, MAKER, reversal, key="reversal", at=AT)

    columns = ("loan_id", "amount_fen", "paid_on", "actor")
    assert rows(store, "reversed_payment", *columns) == [(1, 50_000, OPEN, "risk_maker")]


def a_payoff(store: Store, amount_fen: int) -> None:
    """A payment meant to settle, as a channel's file brings it: nobody checked its amount."""
    row = {
        "loan_event_id": 1,
        "loan_id": 1,
        "kind": "payment",
        "effective_on": OPEN,
        "amount_fen": amount_fen,
        "strategy": "payoff",
        "recorded_on": OPEN,
        "recorded_at": AT.replace(tzinfo=None),
        "recorded_by": "system",
    }
    with store.transaction() as transaction:
        transaction.append("loan_event", pl.DataFrame([row]))


def test_a_payoff_that_fell_short_is_known_after_its_day_is_closed(store: Store) -> None:
    a_payoff(store, 700_000)
    before = found(store, "unsettled_payoff").count
    close_day(store, ANALYST, OPEN, at=AT)

    assert before == 0
    assert rows(store, "unsettled_payoff", "loan_id", "paid_on", "amount_fen") == [
        (1, OPEN, 700_000)
    ]


def test_a_payoff_that_settled_is_no_exception(store: Store) -> None:
    a_payoff(store, 900_000)
    close_day(store, ANALYST, OPEN, at=AT)

    assert found(store, "unsettled_payoff").count == 0
    assert found(store, "waiting_refund").count == 1


def test_a_long_list_is_counted_whole_and_read_by_pages(store: Store) -> None:
    numbers = pl.DataFrame({"loan_id": range(2, 252)})
    loan = store.read_sql("select * exclude (loan_id) from loan")
    with store.transaction() as transaction:
        transaction.append("loan", numbers.join(loan, how="cross"))
    # Two sums, so that ties go over the edge of a page.
    stand(store, *(a_position(number, excess_fen=1 + number % 2) for number in range(2, 252)))
    order = Order("excess_fen")

    pages = [
        exception_rows(store, MAKER, "waiting_refund", Asked(order, first))
        for first in (0, 100, 200)
    ]

    assert found(store, "waiting_refund").count == 250
    assert pages[1]["loan_id"].to_list() == [*range(203, 252, 2), *range(2, 152, 2)]
    whole = pl.concat(all_exception_rows(store, MAKER, "waiting_refund", order))
    assert pl.concat(pages).equals(whole)


@pytest.mark.parametrize(
    ("name", "column"), [(kind.name, column) for kind in KINDS for column in kind.rows.sortable]
)
def test_every_list_can_be_sorted_as_it_says(looked_at: Store, name: str, column: str) -> None:
    assert column in exception_rows(looked_at, MAKER, name, Asked(Order(column))).columns
