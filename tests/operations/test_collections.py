"""The queue: who comes first and why, within what part of the book."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from lending_core.errors import NotAllowed
from lending_core.operations.collection_cases import take
from lending_core.operations.collections import (
    CASE_ORDERS,
    CASE_STAGES,
    QueueFilter,
    case_of_queue,
    queue,
    recovery_model,
    take_next,
)
from lending_core.operations.holds import Hold, place_hold
from lending_core.operations.listing import Asked, Order, page_of
from lending_core.operations.promises import Promise, record_promise
from lending_core.store.engine import Store, open_store
from tests.builders import ANALYST, AT, MAKER, VIEWER, a_book
from tests.operations.journeys import lent, rows
from tests.operations.late import CASE, COLLECTOR, OPEN_ON, SECOND, key, late, try_once

EVERYBODY = QueueFilter()
NIGHT = datetime(2026, 11, 1, 15, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def book(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The simulated book, for looking only."""
    folder = tmp_path_factory.mktemp("queue")
    return open_store(Path(shutil.copy(simulated_book, folder / "book.duckdb")))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_book(tmp_path / "book.duckdb", late)


def waits(store: Store) -> str | None:
    found: str | None = case_of_queue(store, COLLECTOR, CASE, at=AT)["waits_for"]
    return found


def test_the_queue_has_every_open_case_once(book: Store) -> None:
    found = queue(book, ANALYST, EVERYBODY, at=AT)

    assert sorted(found.rows["case_id"]) == sorted(rows(book, "open_case")["case_id"])
    assert (found.total, found.overdue_fen) == (found.rows.height, found.rows["overdue_fen"].sum())


def test_most_expected_money_comes_first_among_those_that_wait_for_nothing(book: Store) -> None:
    found = queue(book, ANALYST, EVERYBODY, at=AT).rows

    ready = found.filter(pl.col("is_callable"), pl.col("waits_for").is_null())
    assert ready["net_fen"].is_sorted(descending=True)
    assert found["case_id"].head(ready.height).to_list() == ready["case_id"].to_list()


def test_expected_is_the_shown_rate_of_what_is_late(book: Store) -> None:
    found = queue(book, ANALYST, EVERYBODY, at=AT).rows

    by_hand = (found["overdue_fen"] * found["rate"]).round().cast(pl.Int64)
    assert found["expected_fen"].to_list() == by_hand.to_list()
    assert found["rate"].is_between(0, 1).all()


def test_pages_of_the_queue_are_cases_as_they_are_called(book: Store) -> None:
    whole = queue(book, ANALYST, EVERYBODY, at=AT).rows
    turn = Order("queue_place", descending=False)

    page = page_of(whole, "case_id", Asked(turn, 2, 3))

    assert whole["queue_place"].to_list() == list(range(1, whole.height + 1))
    assert page["case_id"].to_list() == whole["case_id"].to_list()[2:5]
    assert all(page_of(whole, "case_id", Asked(Order(name))).height for name in CASE_ORDERS)


def test_stages_add_up_to_the_queue(book: Store) -> None:
    parts = [queue(book, ANALYST, QueueFilter(stages=(s,)), at=AT).total for s in CASE_STAGES]

    assert sum(parts) == queue(book, ANALYST, EVERYBODY, at=AT).total
    assert parts[0] > 0


def test_at_night_nobody_may_be_called(book: Store) -> None:
    found = queue(book, ANALYST, EVERYBODY, at=NIGHT)

    assert found.callable == 0
    assert queue(book, ANALYST, QueueFilter(only_callable=True), at=NIGHT).rows.is_empty()


def test_names_are_masked_whoever_looks(book: Store) -> None:
    seen, masked = (queue(book, who, EVERYBODY, at=AT).rows for who in (COLLECTOR, ANALYST))

    assert seen["phone"].to_list() == masked["phone"].to_list()
    assert masked["phone"].str.contains("*", literal=True).all()
    with pytest.raises(NotAllowed):
        queue(book, VIEWER, EVERYBODY, at=AT)


def test_the_books_own_past_is_what_rates_are_made_of(book: Store) -> None:
    model = recovery_model(book, ANALYST)
    newest = model.rates.filter(stage="M1")

    assert newest["cases"].sum() > 10
    assert model.rates["rate"].is_between(0, 1).all()
    assert model.factors["cases"].sum() == 2 * model.rates["cases"].sum()


def test_who_was_tried_today_or_promised_comes_later(store: Store) -> None:
    assert waits(store) is None
    try_once(store)
    assert waits(store) == "tried_today"

    promise = Promise(CASE, 1_00, OPEN_ON + timedelta(days=1))
    record_promise(store, COLLECTOR, promise, key=key(), at=AT)

    assert waits(store) == "promise_open"
    assert take_next(store, COLLECTOR, EVERYBODY, at=AT) is None


def test_a_stranger_who_answers_is_not_the_borrower_reached(store: Store) -> None:
    try_once(store, "wrong_person")
    tried = case_of_queue(store, COLLECTOR, CASE, at=AT)
    try_once(store, "call_back")
    reached = case_of_queue(store, COLLECTOR, CASE, at=AT)

    assert (tried["contact_standing"], reached["contact_standing"]) == ("tried", "reached")


def test_a_case_on_hold_or_anothers_is_not_next(store: Store) -> None:
    take(store, SECOND, CASE, at=AT)
    assert take_next(store, COLLECTOR, EVERYBODY, at=AT) is None

    place_hold(store, MAKER, Hold(CASE, "dispute", 7), key=key(), at=AT)

    assert take_next(store, SECOND, EVERYBODY, at=AT) is None
    assert case_of_queue(store, COLLECTOR, CASE, at=AT)["barred"] == ["on_hold"]


def test_a_book_in_which_nobody_is_late_has_an_empty_queue(tmp_path: Path) -> None:
    quiet = a_book(tmp_path / "quiet.duckdb", lent)

    found = queue(quiet, ANALYST, EVERYBODY, at=AT)
    assert (found.total, found.expected_fen, found.rows.height) == (0, 0, 0)
    assert take_next(quiet, COLLECTOR, EVERYBODY, at=AT) is None
