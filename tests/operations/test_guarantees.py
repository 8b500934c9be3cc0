"""A lender is paid once for a loan that is late enough, within its budget, and gives back what
still comes in; the journal has both, and settlement reads them there."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from lending_core.access.permissions import SYSTEM
from lending_core.operations.accounting import DIFFERENCES, count_differences, trial_balance
from lending_core.operations.console import book
from lending_core.operations.funder_register import FunderOrder, funders_in_force, put_in_force
from lending_core.operations.guarantees import guarantee_calls, guarantees
from lending_core.operations.settlement import agreement, days
from lending_core.store.engine import Store
from lending_core.store.events import Moment
from tests.builders import ANALYST, AT
from tests.operations.joint import A, lend_jointly
from tests.store.loans import LENT_ON, a_book_of_july, close, happen, pay

PARTNER, WITHOUT = "yuntai_finance", "minghu_microloan"
# 340.02 is due on 15 August; 91 days later it is 14 November.
CALLED_ON = date(2026, 8, 15) + timedelta(days=91)
PAID_ON = CALLED_ON + timedelta(days=3)
REVERSED_ON = PAID_ON + timedelta(days=2)
ACCOUNTS = ("funder_payable", "guarantee_payable", "guarantee_loss", "guarantee_cover")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Three loans that nobody pays: of two lenders with a guarantee, of one and one without, and of
    one whose budget the others use up until a payment comes in on the first."""
    store = a_book_of_july(tmp_path_factory.mktemp("called") / "july.duckdb")
    lend_jointly(store, 1, ((A, 70_000), (PARTNER, 30_000)))
    lend_jointly(store, 2, ((A, 50_000), (WITHOUT, 50_000)))
    lend_jointly(store, 3, ((A, 100_000),))
    terms = replace(funders_in_force(store)[A], guarantee_budget_fen=90_000)
    with store.transaction() as transaction:
        on = book(transaction).business_on
        put_in_force(transaction, Moment(SYSTEM, on, AT), FunderOrder(terms, on, "less"))
    close(store, CALLED_ON)
    pay(store, 1, PAID_ON, 34_002)
    close(store, PAID_ON)
    return store


def calls(store: Store, called_on: date = CALLED_ON) -> pl.DataFrame:
    return guarantee_calls(store, ANALYST, called_on, called_on).sort("call_id")


def test_each_lender_is_paid_its_part_of_what_is_owed_when_it_is_late_enough(store: Store) -> None:
    found = calls(store)

    # 1,000.00 and the interest of 15 July to 14 November at 12 % on it, at a month's twelfth.
    owed = found.filter(pl.col("loan_id") == 1)["amount_fen"]
    assert found.select("loan_id", "funder_code").rows() == [(1, A), (1, PARTNER), (2, A)]
    assert 100_000 < owed.sum() < 105_000
    assert owed[0] == owed.sum() * 70 // 100


def test_what_still_comes_in_goes_back_into_the_guarantee(store: Store) -> None:
    found = days(store, PAID_ON, PAID_ON, None).sort("funder_code")

    # So late, a payment is principal first: 70 % of 659.98 is 461.98 without fractions, 238.02 less
    # than 700.00. With what comes back the third loan is paid in part on the same day.
    assert found.select("funder_code", "principal_fen", "guarantee_fen").rows() == [
        (A, 23_802, 0),
        (PARTNER, 10_200, -10_200),
    ]


def test_what_comes_back_frees_the_budget_of_the_year_in_which_it_was_paid(store: Store) -> None:
    again = calls(store, PAID_ON)

    left = guarantees(store, ANALYST).filter(pl.col("funder_code") == A)
    assert calls(store).filter(pl.col("funder_code") == A)["amount_fen"].sum() == 90_000
    assert again.select("loan_id", "funder_code", "amount_fen").rows() == [(3, A, 23_802)]
    assert left.select("called_fen", "returned_fen", "left_fen").rows() == [(113_802, 23_802, 0)]


def test_a_guarantee_is_a_debt_to_the_lender_and_a_loss_taken_over_from_it(store: Store) -> None:
    balances = trial_balance(store, ANALYST, CALLED_ON, PAID_ON, (A,))

    booked = {
        row["account"]: (row["debit_fen"], row["credit_fen"])
        for row in balances.rows(named=True)
        if row["account"] in ACCOUNTS
    }
    assert booked == {
        "funder_payable": (113_802, 23_802),
        "guarantee_payable": (23_802, 113_802),
        "guarantee_loss": (113_802, 23_802),
        "guarantee_cover": (23_802, 113_802),
    }
    assert balances["closing_fen"].sum() == 0


def test_settlement_says_of_guarantees_what_the_accounts_say_lender_by_lender(store: Store) -> None:
    settled = (
        days(store, LENT_ON, PAID_ON, None)
        .group_by("funder_code")
        .agg(pl.col("guarantee_fen").sum())
    )

    owed = trial_balance(store, ANALYST, LENT_ON, PAID_ON).filter(account="guarantee_payable")
    assert dict(settled.filter(pl.col("guarantee_fen") != 0).rows()) == dict(
        owed.select("funder_code", -pl.col("closing_fen")).rows()
    )
    assert agreement(store, ANALYST, LENT_ON, PAID_ON)["difference_fen"].unique().to_list() == [0]
    assert {kind: count_differences(store, ANALYST, kind) for kind in DIFFERENCES} == dict.fromkeys(
        DIFFERENCES, 0
    )


def test_nobody_is_paid_twice_and_a_payment_taken_back_is_owed_again(store: Store) -> None:
    happen(store, 1, "reversal", REVERSED_ON, reverses_event_id=1)
    close(store, REVERSED_ON)

    found = days(store, REVERSED_ON, REVERSED_ON, None).sort("funder_code")
    assert calls(store, REVERSED_ON).is_empty()
    assert found.select("funder_code", "principal_fen", "guarantee_fen").rows() == [
        (A, -23_802, 23_802),
        (PARTNER, -10_200, 10_200),
    ]


def test_a_book_of_before_carries_what_was_called_and_not_given_back(tmp_path: Path) -> None:
    store = a_book_of_july(tmp_path / "july.duckdb")
    lend_jointly(store, 1, ((A, 70_000), (PARTNER, 30_000)))
    close(store, CALLED_ON)
    pay(store, 1, PAID_ON, 34_002)
    close(store, PAID_ON)
    forget_bookings(store)
    settled = days(store, LENT_ON, PAID_ON, None)
    called = dict(calls(store).select("funder_code", "amount_fen").rows())

    close(store, REVERSED_ON)

    # Payments of before were split one by one: 70 % of 340.02 without fractions is 238.01.
    came = {A: 23_801, PARTNER: 10_201}
    booked = store.read_sql("select * from posting where flow = 'guarantee_carried' order by all")
    assert booked["booked_on"].unique().to_list() == [PAID_ON + timedelta(days=1)]
    assert dict(booked.select("funder_code", "amount_fen").rows()) == {
        code: called[code] - came[code] for code in came
    }
    assert days(store, LENT_ON, PAID_ON, None).equals(settled)
    assert days(store, PAID_ON + timedelta(days=1), REVERSED_ON, None)["guarantee_fen"].sum() == 0
    assert agreement(store, ANALYST, LENT_ON, REVERSED_ON)["difference_fen"].sum() == 0


def forget_bookings(store: Store) -> None:
    """As the book was before guarantees were booked."""
    with store.transaction() as transaction:
        for flow in ("guarantee_called", "guarantee_returned", "guarantee_borne"):
            transaction.remove("posting", "flow", flow)
