"""A lender is paid once for a loan that is late enough, within its budget, and gives back what
still comes in."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from lending_core.access.permissions import SYSTEM
from lending_core.operations.console import book
from lending_core.operations.funder_register import FunderOrder, funders_in_force, put_in_force
from lending_core.operations.guarantees import guarantee_calls, guarantees
from lending_core.operations.settlement import days
from lending_core.store.engine import Store
from lending_core.store.events import Moment
from tests.builders import ANALYST, AT
from tests.operations.joint import A, lend_jointly
from tests.store.loans import LENT_ON, a_book_of_july, close, pay

PARTNER, WITHOUT = "yuntai_finance", "minghu_microloan"
# 340.02 is due on 15 August; 91 days later it is 14 November.
CALLED_ON = date(2026, 8, 15) + timedelta(days=91)
PAID_ON = CALLED_ON + timedelta(days=3)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Two loans that nobody pays: of two lenders with a guarantee, and of one and one without."""
    store = a_book_of_july(tmp_path_factory.mktemp("called") / "july.duckdb")
    lend_jointly(store, 1, ((A, 70_000), (PARTNER, 30_000)))
    lend_jointly(store, 2, ((A, 50_000), (WITHOUT, 50_000)))
    terms = replace(funders_in_force(store)[A], guarantee_budget_fen=90_000)
    with store.transaction() as transaction:
        on = book(transaction).business_on
        put_in_force(transaction, Moment(SYSTEM, on, AT), FunderOrder(terms, on, "less"))
    close(store, CALLED_ON)
    pay(store, 1, PAID_ON, 34_002)
    close(store, PAID_ON)
    return store


def calls(store: Store) -> pl.DataFrame:
    return guarantee_calls(store, ANALYST, LENT_ON, PAID_ON).sort("call_id")


def test_each_lender_is_paid_its_part_of_what_is_owed_when_it_is_late_enough(store: Store) -> None:
    found = calls(store)

    # 1,000.00 and the interest of 15 July to 14 November at 12 % on it, at a month's twelfth.
    owed = found.filter(pl.col("loan_id") == 1)["amount_fen"]
    assert found["called_on"].unique().to_list() == [CALLED_ON]
    assert found.select("loan_id", "funder_code").rows() == [(1, A), (1, PARTNER), (2, A)]
    assert 100_000 < owed.sum() < 105_000
    assert owed[0] == owed.sum() * 70 // 100


def test_a_budget_pays_no_more_than_it_holds(store: Store) -> None:
    paid = calls(store).filter(pl.col("funder_code") == A)["amount_fen"].sum()
    left = guarantees(store, ANALYST).filter(pl.col("funder_code") == A)

    assert paid == 90_000
    assert left.select("called_fen", "left_fen").rows() == [(90_000, 0)]


def test_what_still_comes_in_goes_back_into_the_guarantee(store: Store) -> None:
    found = days(store, PAID_ON, PAID_ON, None).sort("funder_code")

    # So late, a payment is principal first: 70 % of 340.02 without fractions is 238.01.
    told = found.select("funder_code", "principal_fen", "guarantee_fen").rows()
    assert [code for code, _, _ in told] == [A, PARTNER]
    assert sum(principal for _, principal, _ in told) == 34_002
    assert [back for _, _, back in told] == [-23_801, -10_201]


def test_nobody_is_paid_twice(store: Store) -> None:
    close(store, PAID_ON + timedelta(days=2))

    assert calls(store).height == 3
