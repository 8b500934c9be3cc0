"""The trial balance over postings put in by hand, and the books that do not agree."""

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lending_core.errors import InvalidInput
from lending_core.operations import accounting
from lending_core.operations.listing import Asked, Order
from lending_core.servicing.accounts import accounts, flows
from lending_core.servicing.trial_balance import by_account, totals
from lending_core.store.engine import Store, open_store
from tests.builders import ANALYST, VIEWER
from tests.postings import LENT, LOAN_1, LOAN_2, STORY, Posting, position, post, write_chart

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
WHOLE_YEAR = (date(2026, 1, 1), date(2026, 12, 31))
AMOUNTS = ("opening_fen", "debit_fen", "credit_fen", "closing_fen")
FLOWS = [flow.flow for flow in flows()]


@pytest.fixture(scope="module")
def chart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the chart of accounts and no posting, to copy."""
    path = tmp_path_factory.mktemp("chart") / "book.duckdb"
    store = open_store(path)
    write_chart(store)
    store.close()
    return path


@pytest.fixture
def store(chart: Path, tmp_path: Path) -> Store:
    """The chart of accounts and no posting."""
    return open_store(Path(shutil.copy(chart, tmp_path / "book.duckdb")))


@pytest.fixture
def booked(store: Store) -> Store:
    """The small ledger of `tests/postings.py`."""
    post(store, *STORY)
    return store


def balance(store: Store, *arguments: Any) -> list[tuple[object, ...]]:
    """(funder, account, opening, debits, credits, closing) per row."""
    rows = accounting.trial_balance(store, ANALYST, *arguments)
    return rows.select("funder_code", "account", *AMOUNTS).rows()


def test_the_trial_balance_opens_moves_and_closes_each_account(booked: Store) -> None:
    assert balance(booked, *NOVEMBER) == [
        ("binhai_bank", "cash", 0, 34_000, 1_000, 33_000),
        ("binhai_bank", "loan_principal", 100_000, 1_000, 32_000, 69_000),
        ("binhai_bank", "interest_receivable", 2_000, 1_400, 2_000, 1_400),
        ("binhai_bank", "funder_payable", -100_000, 0, 0, -100_000),
        ("binhai_bank", "interest_income", -2_000, 0, 1_400, -3_400),
        ("lanting_bank", "cash", 0, 50_000, 50_000, 0),
        ("lanting_bank", "loan_principal", 0, 50_000, 0, 50_000),
        ("lanting_bank", "funder_payable", 0, 0, 50_000, -50_000),
    ]


def test_a_lender_can_be_asked_for_alone(booked: Store) -> None:
    rows = balance(booked, *NOVEMBER, ("lanting_bank",))

    assert {row[0] for row in rows} == {"lanting_bank"}


def test_first_and_last_day_of_the_period_belong_to_it(booked: Store) -> None:
    the_day = balance(booked, LENT, LENT)
    day_before = balance(booked, LENT - timedelta(days=1), LENT - timedelta(days=1))
    day_after = balance(booked, LENT + timedelta(days=1), LENT + timedelta(days=1))

    assert the_day[1] == ("binhai_bank", "loan_principal", 0, 100_000, 0, 100_000)
    assert day_before == []
    assert day_after[1] == ("binhai_bank", "loan_principal", 100_000, 0, 0, 100_000)


def test_all_lenders_together_are_the_sum_of_each(booked: Store) -> None:
    together = by_account(accounting.trial_balance(booked, ANALYST, *NOVEMBER))

    assert together.rows() == [
        ("cash", "asset", 0, 84_000, 51_000, 33_000),
        ("loan_principal", "asset", 100_000, 51_000, 32_000, 119_000),
        ("interest_receivable", "asset", 2_000, 1_400, 2_000, 1_400),
        ("funder_payable", "liability", -100_000, 0, 50_000, -150_000),
        ("interest_income", "income", -2_000, 0, 1_400, -3_400),
    ]


def test_the_totals_of_the_month_agree(booked: Store) -> None:
    found = totals(accounting.trial_balance(booked, ANALYST, *NOVEMBER))

    assert vars(found) == {
        "debit_fen": 136_400,
        "credit_fen": 136_400,
        "cash_fen": 33_000,
        "principal_fen": 119_000,
        "result_fen": 1_400,
        "off_fen": 0,
    }


def test_a_period_that_ends_before_it_begins_is_refused(store: Store) -> None:
    with pytest.raises(InvalidInput, match="before it begins"):
        accounting.trial_balance(store, ANALYST, *reversed(NOVEMBER))
    with pytest.raises(InvalidInput, match="before it begins"):
        accounting.flow_turnover(store, ANALYST, *reversed(NOVEMBER))


def test_the_turnover_of_a_flow_is_less_what_was_taken_back(booked: Store) -> None:
    assert accounting.flow_turnover(booked, ANALYST, *NOVEMBER).rows() == [
        ("funding_received", "cash", "funder_payable", 50_000),
        ("principal_lent", "loan_principal", "cash", 50_000),
        ("interest_accrued", "interest_receivable", "interest_income", 1_400),
        ("principal_repaid", "cash", "loan_principal", 31_000),
        ("interest_paid", "cash", "interest_receivable", 2_000),
    ]


def test_a_posting_whose_flow_nobody_knows_leaves_its_day_without_lines(booked: Store) -> None:
    post(booked, (10, 1, date(2026, 12, 1), "binhai_bank", "petty_cash", 5))

    assert accounting.differences(booked, ANALYST, "day").rows() == [
        (date(2026, 12, 1), "binhai_bank", 1, 0, 0)
    ]


def test_in_order_no_day_is_listed(booked: Store) -> None:
    assert accounting.differences(booked, ANALYST, "day").is_empty()


def test_postings_that_add_up_to_the_positions_show_no_difference(booked: Store) -> None:
    position(booked, 1, LOAN_1, principal_fen=69_000, interest_receivable_fen=1_400)
    position(booked, 2, LOAN_2, principal_fen=50_000)

    assert accounting.differences(booked, ANALYST, "flow").is_empty()
    assert accounting.differences(booked, ANALYST, "account").is_empty()


def test_a_posting_too_many_and_one_too_few_are_found_by_loan_and_flow(booked: Store) -> None:
    position(booked, 1, LOAN_1 | {"interest_accrued": 3_399}, principal_fen=69_000)
    position(booked, 2, LOAN_2 | {"penalty_accrued": 7}, principal_fen=50_000)

    assert accounting.differences(booked, ANALYST, "flow").rows() == [
        (1, "interest_accrued", 3_400, 3_399, 1),
        (2, "penalty_accrued", 0, 7, -7),
    ]


def test_postings_of_a_loan_without_a_position_are_found(booked: Store) -> None:
    position(booked, 1, LOAN_1, principal_fen=69_000, interest_receivable_fen=1_400)

    assert accounting.differences(booked, ANALYST, "flow").rows() == [
        (2, "funding_received", 50_000, 0, 50_000),
        (2, "principal_lent", 50_000, 0, 50_000),
    ]
    assert accounting.differences(booked, ANALYST, "account").rows() == [
        (2, "loan_principal", 50_000, 0, 50_000)
    ]


def test_what_the_position_owes_is_compared_account_by_account(booked: Store) -> None:
    owed = {"penalty_fen": 3, "fee_fen": 4, "excess_fen": 5, "allowance_fen": 6}
    position(booked, 1, LOAN_1, principal_fen=68_999, interest_receivable_fen=1_400, **owed)
    position(booked, 2, LOAN_2, principal_fen=50_000)

    assert accounting.differences(booked, ANALYST, "account").rows() == [
        (1, "loss_allowance", 0, -6, 6),
        (1, "borrower_payable", 0, -5, 5),
        (1, "loan_principal", 69_000, 68_999, 1),
        (1, "penalty_receivable", 0, 3, -3),
        (1, "fee_receivable", 0, 4, -4),
    ]


def test_differences_are_counted_whole_read_by_pages_and_written_out_alike(store: Store) -> None:
    post(store, *((n, n, NOVEMBER[0], "binhai_bank", "interest_accrued", 7) for n in range(1, 251)))
    order = Order("difference_fen")

    pages = [
        accounting.differences(store, ANALYST, "flow", Asked(order, first))
        for first in (0, 100, 200)
    ]

    assert accounting.count_differences(store, ANALYST, "flow") == 250
    assert [page.height for page in pages] == [100, 100, 50]
    assert pl.concat(pages)["loan_id"].to_list() == list(range(1, 251))
    assert pl.concat(accounting.all_differences(store, ANALYST, "flow", order)).equals(
        pl.concat(pages)
    )


def test_the_journal_of_a_loan_has_two_lines_per_posting_in_order(booked: Store) -> None:
    lines = accounting.journal_of_loan(booked, VIEWER, 2)

    assert lines.select("entry_id", "flow", "account", "amount_fen").rows() == [
        (4, "funding_received", "cash", 50_000),
        (4, "funding_received", "funder_payable", -50_000),
        (5, "principal_lent", "loan_principal", 50_000),
        (5, "principal_lent", "cash", -50_000),
    ]


def test_a_book_of_a_year_agrees_to_the_fen(simulated_book: Path, tmp_path: Path) -> None:
    store = open_store(Path(shutil.copy(simulated_book, tmp_path / "year.duckdb")))

    balances = accounting.trial_balance(store, ANALYST, *WHOLE_YEAR)

    assert accounting.differences(store, ANALYST, "day").is_empty()
    assert accounting.differences(store, ANALYST, "flow").is_empty()
    assert accounting.differences(store, ANALYST, "account").is_empty()
    assert totals(balances).off_fen == 0
    assert totals(balances).principal_fen > 0


postings = st.lists(
    st.tuples(
        st.integers(1, 9),
        st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        st.sampled_from(["binhai_bank", "lanting_bank", "minghu_microloan"]),
        st.sampled_from(FLOWS),
        st.integers(-(10**12), 10**12).filter(bool),
    ),
    max_size=40,
)
periods = st.tuples(st.dates(*WHOLE_YEAR), st.dates(*WHOLE_YEAR)).map(sorted)


@pytest.fixture(scope="module")
def ledger(chart: Path) -> Store:
    """One store for all examples of a property, which clear it themselves."""
    return open_store(Path(shutil.copy(chart, chart.with_name("ledger.duckdb"))))


@settings(max_examples=settings.default.max_examples * 3)
@given(rows=postings, period=periods)
def test_any_postings_balance_for_every_lender_and_period(
    ledger: Store, rows: list[tuple[int, date, str, str, int]], period: list[date]
) -> None:
    booked: list[Posting] = [(place, *row) for place, row in enumerate(rows)]
    with ledger.transaction() as transaction:
        transaction.clear("posting")
    post(ledger, *booked)

    balances = accounting.trial_balance(ledger, ANALYST, *period)

    by_funder = balances.group_by("funder_code").agg(pl.col(*AMOUNTS).sum())
    assert [fen for fen in by_funder["opening_fen"] if fen] == []
    assert [fen for fen in by_funder["closing_fen"] if fen] == []
    assert by_funder["debit_fen"].to_list() == by_funder["credit_fen"].to_list()
    assert set(balances["account"]) <= accounts().keys()
    assert totals(balances).off_fen == 0
    assert accounting.differences(ledger, ANALYST, "day").is_empty()
