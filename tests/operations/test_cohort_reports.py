"""Vintage, roll rates and summary as lists and numbers, of a few loans of July."""

from collections.abc import Iterator
from datetime import date

import polars as pl
import pytest

from lending_core.access.permissions import SYSTEM
from lending_core.errors import InvalidState
from lending_core.operations.cohort_reports import roll_report, summary_report, vintage_report
from lending_core.operations.vintages import Asked
from lending_core.store.engine import Store
from tests.store.loans import a_book_of_july, close, happen, lend, pay


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Three loans of 1,000.00 up to the end of September: loan 1 never pays, loan 2 does, loan 3 is
    written off in September."""
    store = a_book_of_july(tmp_path_factory.mktemp("july") / "book.duckdb")
    lend(store, 1, 2, 3)
    pay(store, 2, date(2026, 8, 15), 34_002)
    pay(store, 2, date(2026, 9, 15), 34_002)
    happen(store, 3, "charge_off", date(2026, 9, 20))
    close(store, date(2026, 9, 30))
    yield store
    store.close()


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Three loans of a tape that tells how they ended: two of known amount, one of them lost."""
    store = a_book_of_july(tmp_path_factory.mktemp("tape") / "tape.duckdb")
    loans = {
        "loan_id": [1, 2, 3],
        "reference": ["a", "b", "c"],
        "disbursed_on": [date(2026, 3, 1)] * 3,
        "lent_fen": [100_000, 300_000, None],
        "outcome": ["written_off", "paid", "paid"],
    }
    lost = {
        "loan_id": [1],
        "month_end_on": [date(2026, 5, 31)],
        "months_on_book": [2],
        "standing": ["written_off"],
        "entered_30": [False],
        "entered_90": [False],
        "entered_default": [True],
        "lent_fen": [100_000],
        "disbursed_on": [date(2026, 3, 1)],
    }
    with store.transaction() as transaction:
        transaction.append("tape_loan", pl.DataFrame(loans))
        transaction.append("loan_month", pl.DataFrame(lost))
        outcomes = transaction.read("book").with_columns(shape=pl.lit("outcomes"))
        transaction.clear("book")
        transaction.append("book", outcomes)
    yield store
    store.close()


def test_a_vintage_by_number(store: Store) -> None:
    found = vintage_report(store, SYSTEM, Asked("ever30"), "month", "count")

    assert found == [
        {
            "cohort": "2026-07",
            "loans": 3,
            "amount": 3000.0,
            "points": [
                {"mob": 0, "bad": 0, "rate": 0.0},
                {"mob": 1, "bad": 0, "rate": 0.0},
                {"mob": 2, "bad": 1, "rate": 0.333333},
            ],
        }
    ]


def test_a_vintage_by_amount_counts_units_of_the_currency(store: Store) -> None:
    found = vintage_report(store, SYSTEM, Asked("default"), "quarter", "amount")

    assert found[0]["cohort"] == "2026Q3"
    assert found[0]["points"][2:] == [{"mob": 2, "bad": 1000.0, "rate": 0.333333}]


def test_roll_rates_overall_and_by_month(store: Store) -> None:
    overall = roll_report(store, SYSTEM, None, by_month=False)
    by_month = roll_report(store, SYSTEM, "loan_id = 1", by_month=True)

    assert overall == [
        {"from": "C", "to": "C", "count": 2, "rate": 0.5},
        {"from": "C", "to": "M1", "count": 2, "rate": 0.5},
        {"from": "M1", "to": "M2", "count": 1, "rate": 0.5},
        {"from": "M1", "to": "written_off", "count": 1, "rate": 0.5},
    ]
    assert by_month == [
        {"month": "2026-08", "from": "C", "to": "M1", "count": 1, "rate": 1.0},
        {"month": "2026-09", "from": "M1", "to": "M2", "count": 1, "rate": 1.0},
    ]


def test_a_summary_of_a_day_is_that_of_the_newest_month_end_kept(store: Store) -> None:
    september = summary_report(store, SYSTEM, None)
    august = summary_report(store, SYSTEM, date(2026, 9, 29))

    assert (september["as_of"], august["as_of"]) == ("2026-09-30", "2026-08-31")
    assert (august["loans"], august["balance"]) == (3, 2669.98)
    assert september["lent"] == {"loans": 3, "amount": 3000.0}
    assert september["default"] == {
        "loans": 1,
        "amount_lent": 1000.0,
        "rate_by_count": 0.333333,
        "rate_by_amount": 0.333333,
    }
    # 336.66 on time and 1,000.00 for 46 days late.
    assert (september["balance"], september["over_30"]["balance"]) == (1336.66, 1000.0)
    assert september["over_30"]["rate"] == 0.748133
    assert september["over_60"]["rate"] == 0.0
    assert september["buckets"][2] == {"bucket": "M2", "loans": 1, "balance": 1000.0}
    assert sum(stage["balance"] for stage in september["buckets"]) == september["balance"]


def test_a_book_is_not_told_before_it_begins(store: Store) -> None:
    with pytest.raises(InvalidState, match="begins later"):
        summary_report(store, SYSTEM, date(2026, 6, 30))


def test_a_tape_of_outcomes_knows_defaults_and_nothing_of_lateness(tape: Store) -> None:
    found = vintage_report(tape, SYSTEM, Asked("default"), "quarter", "count")
    summary = summary_report(tape, SYSTEM, None)

    rates = [point["rate"] for point in found[0]["points"]]
    assert (found[0]["cohort"], found[0]["amount"], rates) == (
        "2026Q1",
        None,
        [0, 0, 0.333333, 0.333333],
    )
    assert (summary["default"]["loans"], summary["lent"]["amount"]) == (1, None)
    assert (summary["balance"], summary["over_30"]) == (None, None)


def test_what_a_tape_cannot_tell_is_refused(tape: Store) -> None:
    with pytest.raises(InvalidState, match="how each loan ended"):
        vintage_report(tape, SYSTEM, Asked("ever30"), "month", "count")
    with pytest.raises(InvalidState, match="amount of 1 loans"):
        vintage_report(tape, SYSTEM, Asked("default"), "month", "amount")
    with pytest.raises(InvalidState, match="how each loan ended"):
        roll_report(tape, SYSTEM, None, by_month=False)
