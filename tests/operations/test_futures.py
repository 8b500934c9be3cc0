"""One future of a book: real engines, the same luck for both policies, other people in another."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lending_core.operations.console import book
from lending_core.operations.deciding import policy_in_force
from lending_core.operations.fast_forward import Preset, preset_policy
from lending_core.operations.futures import Future, results_between, run_future
from lending_core.policy.document import Policy
from lending_core.simulate.economy import Economy
from lending_core.store.engine import Store, open_store

USUAL = Economy(date(2026, 11, 1), ((0, 1.0),), ((0, 1.0),), 1.0)
FIRST = Future(number=1, months=2, economy=USUAL, quota_percent=300, newcomers_from_months=6)
LOOSER = Preset(
    "base",
    limit_percent=200,
    cut_off_points=-54,
    price_points=0,
    months=2,
    futures=1,
    quota_percent=300,
)


class Run:
    """A future that was run: its months, and the copy as it stands afterwards."""

    def __init__(self, source: Path, copy: Path, policy: Policy | None, future: Future) -> None:
        shutil.copy(source, copy)
        self.store: Store = open_store(copy, is_scratch=True)
        self.today = policy_in_force(self.store)[1]
        self.months = list(run_future(self.store, policy or self.today, future))

    def total(self, column: str) -> Any:
        return sum(month[column] for month in self.months)

    def rows(self, sql: str) -> pl.DataFrame:
        return self.store.read_sql(sql)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("futures")


@pytest.fixture(scope="module")
def today(simulated_book: Path, folder: Path) -> Run:
    return Run(simulated_book, folder / "today.duckdb", None, FIRST)


@pytest.fixture(scope="module")
def looser(simulated_book: Path, folder: Path, today: Run) -> Run:
    policy = preset_policy(today.today, LOOSER)
    return Run(simulated_book, folder / "looser.duckdb", policy, FIRST)


def test_the_same_policy_and_future_give_the_same_path(
    simulated_book: Path, tmp_path: Path, today: Run
) -> None:
    again = Run(simulated_book, tmp_path / "again.duckdb", None, replace(FIRST, months=1))

    assert again.months == today.months[:1]


def test_another_future_is_another_path(simulated_book: Path, tmp_path: Path, today: Run) -> None:
    other = replace(FIRST, number=2, months=1)

    run = Run(simulated_book, tmp_path / "other.duckdb", None, other)

    assert run.months[0]["income_fen"] != today.months[0]["income_fen"]


def test_a_looser_policy_approves_more_lends_more_and_loses_more(today: Run, looser: Run) -> None:
    columns = ("approved", "funded", "loss_fen")

    more = [looser.total(column) > today.total(column) for column in columns]

    assert more == [True, True, True]
    assert looser.months[-1]["balance_fen"] > today.months[-1]["balance_fen"]


def test_whoever_is_treated_alike_behaves_alike(today: Run, looser: Run) -> None:
    """In the first month the same people ask; of those whom both policies give the same limit and
    price, the same take the same amount."""
    taken = """
        select application.customer_id, application.amount_asked_fen, decision.limit_fen,
            decision.annual_rate, acceptance.amount_fen
        from application
        inner join decision on application.application_id = decision.application_id
        left join acceptance on application.application_id = acceptance.application_id
        where application.applied_on between date '2026-11-01' and date '2026-11-30'
    """
    mine, theirs = today.rows(taken), looser.rows(taken)

    both = mine.join(
        theirs, on=["customer_id", "amount_asked_fen", "limit_fen", "annual_rate"], nulls_equal=True
    )

    assert set(mine["customer_id"]) == set(theirs["customer_id"])
    assert both.filter(pl.col("limit_fen") > 0).height > 10
    assert both["amount_fen"].equals(both["amount_fen_right"])


def test_a_policy_that_is_tried_decides_everybody_ahead_and_nobody_before(today: Run) -> None:
    decided = today.rows("""
        select application.applied_on > date '2026-10-31' as is_ahead,
            list(distinct decision.policy_version) as versions
        from decision
        inner join application on decision.application_id = application.application_id
        group by all order by is_ahead
    """)

    assert decided.rows() == [(False, [1]), (True, [2])]


def test_new_customers_keep_coming_month_by_month(today: Run) -> None:
    joined = today.rows("""
        select last_day(joined_on) as month, count(*) as people from customer
        where joined_on > date '2026-04-30' group by 1 order by 1
    """)["people"].to_list()

    past, ahead = joined[:6], joined[6:]
    assert len(ahead) == 2
    assert sum(ahead) / 2 == pytest.approx(sum(past) / 6, rel=0.2)


def test_no_two_customers_share_an_id_number(today: Run) -> None:
    numbers = today.rows("select id_number from customer")["id_number"]

    assert numbers.n_unique() == numbers.len()


def test_worse_times_make_more_loans_late(simulated_book: Path, tmp_path: Path, today: Run) -> None:
    hard = replace(USUAL, odds=((0, 4.0),), demand=((0, 0.0),))
    future = replace(FIRST, economy=hard, months=1)

    run = Run(simulated_book, tmp_path / "hard.duckdb", None, future)

    late = """select count(*) as n from loan_month
        where month_end_on = date '2026-11-30' and days_past_due > 0"""
    assert run.months[0]["applied"] == 0
    assert run.rows(late)["n"][0] > today.rows(late)["n"][0]


def test_months_ahead_are_the_books_own_figures(today: Run) -> None:
    last_on = book(today.store).business_on

    read = results_between(today.store, date(2026, 11, 30), last_on)

    assert last_on == date(2026, 12, 31)
    assert read.rows(named=True) == today.months
