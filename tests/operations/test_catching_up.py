"""Two who close days at once: each day is closed once, and nobody is refused."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from lending_core.errors import NotAllowed
from lending_core.operations.books import advance_book
from lending_core.operations.catching_up import await_close, catch_up
from lending_core.operations.console import book
from lending_core.store.engine import Store
from tests.builders import ANALYST, AT, VIEWER, a_book
from tests.operations.journeys import lent, rows

TO = date(2026, 11, 4)
DAYS = [date(2026, 11, day) for day in (1, 2, 3, 4)]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """One loan, paid out on the open day, 1 November 2026."""
    return a_book(tmp_path / "book.duckdb", lent)


def test_every_open_day_is_closed_in_order(store: Store) -> None:
    told: list[date] = []

    catch_up(store, ANALYST, TO, at=AT, progress=told.append)

    assert told == DAYS
    assert book(store).business_on == TO


def test_nothing_happens_where_all_is_closed(store: Store) -> None:
    catch_up(store, ANALYST, TO, at=AT, progress=print)
    told: list[date] = []

    catch_up(store, ANALYST, TO, at=AT, progress=told.append)

    assert told == []


def test_two_at_once_close_each_day_once(store: Store) -> None:
    told: list[date] = []

    with ThreadPoolExecutor(2) as both:
        ends = [
            both.submit(catch_up, store, ANALYST, TO, at=AT, progress=told.append) for _ in range(2)
        ]

    assert [end.exception() for end in ends] == [None, None]
    assert rows(store, "closed_day")["closed_on"].sort().to_list() == DAYS
    assert sorted(set(told)) == DAYS


def test_the_work_can_be_ended_between_two_days(store: Store) -> None:
    def end(on: date) -> None:
        raise InterruptedError(on)

    with pytest.raises(InterruptedError):
        catch_up(store, ANALYST, TO, at=AT, progress=end)

    assert book(store).business_on == DAYS[0]


def test_a_close_in_progress_is_waited_for(store: Store) -> None:
    began = threading.Event()

    def close_slowly() -> None:
        with store.transaction() as transaction:
            began.set()
            time.sleep(0.2)
            advance_book(transaction, book(transaction), DAYS[0])

    closing = threading.Thread(target=close_slowly)
    closing.start()
    began.wait()
    await_close(store)

    assert book(store).business_on == DAYS[0]
    closing.join()


def test_who_may_only_look_closes_nothing(store: Store) -> None:
    with pytest.raises(NotAllowed):
        catch_up(store, VIEWER, TO, at=AT, progress=print)

    assert book(store).business_on == date(2026, 10, 31)
