"""Months ahead of a book under two policies: run beside the book, watched, stopped, refused."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from lending_core.errors import InvalidInput, InvalidState, NotAllowed
from lending_core.operations.console import book
from lending_core.operations.deciding import policy_in_force
from lending_core.operations.fast_forward import (
    PATH_NAMES,
    PRESET_NAMES,
    MacroPath,
    Order,
    fast_forward,
    macro_path,
    months_before,
    preset,
    preset_policy,
)
from lending_core.operations.futures_processes import FOLDER_PREFIX, copied, running
from lending_core.portfolio.results import RESULT_COLUMNS
from lending_core.settings import from_environment
from lending_core.store.engine import Store, open_store
from tests.builders import ANALYST, VIEWER, a_book

SETTINGS = replace(from_environment(), database_key=None)


@pytest.fixture(scope="module")
def store(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path = tmp_path_factory.mktemp("ahead") / "book.duckdb"
    shutil.copy(simulated_book, path)
    store = open_store(path)
    yield store
    store.close()


@pytest.fixture(scope="module")
def order(store: Store) -> Order:
    """Today's policy twice, one month ahead."""
    policy = policy_in_force(store)[1]
    return Order(policy, policy, macro_path("base"), months=1, futures=1)


def left_over(store: Store) -> list[Path]:
    return list(store.path().parent.glob(f"{FOLDER_PREFIX}*"))


def test_who_stops_leaves_nothing_behind_and_the_next_may_start(store: Store, order: Order) -> None:
    run = fast_forward(store, ANALYST, order, SETTINGS)
    first = next(run)

    with pytest.raises(InvalidState) as refusal:
        next(fast_forward(store, ANALYST, order, SETTINGS))
    here_while_running = len(left_over(store))
    run.close()

    assert (first, here_while_running) == (None, 1)
    assert refusal.value.reason == "fast_forward_running"
    assert left_over(store) == []


def test_a_process_that_fails_says_why(store: Store) -> None:
    wrong = {"one": {"policy": "no policy"}}

    with (
        pytest.raises(InvalidState) as refusal,
        copied(store, 1) as database,
        running(database, wrong) as months,
    ):
        list(months)

    assert refusal.value.reason == "fast_forward_failed"
    assert left_over(store) == []


def test_it_is_run_by_those_who_may_demonstrate(store: Store, order: Order) -> None:
    with pytest.raises(NotAllowed):
        fast_forward(store, VIEWER, order, SETTINGS)


def test_the_months_of_a_real_book_are_not_simulated(tmp_path: Path, order: Order) -> None:
    store = a_book(tmp_path / "book.duckdb")
    real = {**vars(book(store)), "is_simulated": False}
    with store.transaction() as transaction:
        transaction.clear("book")
        transaction.append("book", pl.DataFrame([real]))

    with pytest.raises(InvalidState) as refusal:
        fast_forward(store, ANALYST, order, SETTINGS)

    assert refusal.value.reason == "book_is_real"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"months": 0}, "months_ahead"),
        ({"months": 37}, "months_ahead"),
        ({"futures": 0}, "futures_ahead"),
        ({"futures": 10}, "futures_ahead"),
        ({"quota_percent": 1_001}, "quota_percent"),
    ],
)
def test_an_order_has_bounds(order: Order, change: dict[str, int], reason: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        replace(order, **change)

    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ({"odds": ((0, 0.05),), "demand": ((0, 1.0),)}, "path_odds"),
        ({"odds": ((0, 1.0),), "demand": ((0, 5.5),)}, "path_demand"),
        ({"odds": (), "demand": ((0, 1.0),)}, "path_odds"),
        (
            {"odds": ((0, 1.0),), "demand": ((0, 1.0),), "festival_multiple": 11.0},
            "path_festival_multiple",
        ),
    ],
)
def test_an_own_path_has_bounds(path: dict[str, object], reason: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        MacroPath(**path)

    assert refusal.value.reason == reason


def test_every_preset_is_an_order_that_may_be_run(store: Store, order: Order) -> None:
    plans = {name: preset(name, book(store)) for name in PRESET_NAMES}

    orders = [
        Order(
            order.one,
            preset_policy(order.one, plan),
            macro_path(plan.path),
            plan.months,
            plan.futures,
            plan.quota_percent,
        )
        for plan in plans.values()
    ]

    # Spring Festival is on 6 February 2027, the fourth month ahead; three more show its wake.
    assert [each.months for each in orders] == [12, 12, 6]
    assert [each.steps for each in orders] == [72, 72, 36]
    assert [len(macro_path(name).odds) for name in PATH_NAMES] == [1, 3, 1]


def test_presets_loosen_and_tighten_what_they_say(store: Store, order: Order) -> None:
    def bands(name: str) -> list[tuple[int, int]]:
        moved = preset_policy(order.one, preset(name, book(store)))
        return [(band.score_from, band.limit_person_fen) for band in moved.band]

    today = [(band.score_from, band.limit_person_fen) for band in order.one.band]
    looser, tighter = bands("looser_in_slowdown"), bands("tighter_cut_off")

    assert today[4] == (585, 1_200_000)
    assert (looser[4], looser[0][1]) == ((545, 1_800_000), today[0][1] * 3 // 2)
    assert tighter[4] == (614, 1_200_000)
    assert [row for place, row in enumerate(tighter) if place != 4] == today[:4] + today[5:]


def test_the_months_before_are_those_of_the_book(store: Store) -> None:
    past = months_before(store, VIEWER, 6)

    assert past["month_end_on"].to_list()[::5] == [date(2026, 5, 31), date(2026, 10, 31)]
    assert tuple(past.columns) == RESULT_COLUMNS
    assert past["balance_fen"].min() > 0
